using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Testing;

namespace EksTools.Tests.Nodes;

/// <summary>Node groups with Windows, in the real engine against the sandbox, where their nodes are not Ready before kube-proxy is let in.</summary>
public sealed class WindowsNodeGroupTests
{
    private const string Groups = "@{ Name = 'linux'; DesiredSize = 1 }, @{ Name = 'win'; AmiType = 'WINDOWS_CORE_2022_x86_64'; DesiredSize = 1; DiskSize = 100 }";

    [Fact]
    public async Task They_join_by_an_entry_of_their_own_and_their_pods_have_addresses()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NodeGroup {Groups}").Good();
        IReadOnlyList<PSObject> nodes = rehearsal.Session.Run("Get-EksNode demo").Good();
        Assert.Equal(["linux Ready", "win Ready"], nodes.Select(static node => $"{node.Properties["NodegroupName"].Value} {node.Properties["Status"].Value}").Order(StringComparer.Ordinal));

        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Nodegroup windows = await NodeStage.GroupAsync(eks, "win");
        Assert.EndsWith(":role/ekstools-demo-us-west-2-windows-node", windows.NodeRole, StringComparison.Ordinal);
        AccessEntry entry = (await eks.DescribeAccessEntryAsync(new DescribeAccessEntryRequest { ClusterName = "demo", PrincipalArn = windows.NodeRole })).AccessEntry;
        Assert.Equal("EC2_WINDOWS", entry.Type);
        Assert.Contains("eks:kube-proxy-windows", entry.KubernetesGroups);
        Assert.Equal("true", await NodeStage.ConfigMapAsync(rehearsal, "amazon-vpc-cni", "enable-windows-ipam"));
        Assert.Equal("windows", (string?)(await NodeStage.NodeAsync(rehearsal, "win"))["metadata"]!["labels"]!["kubernetes.io/os"]);

        Answer again = rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NodeGroup {Groups} -Verbose");
        again.Good();
        Assert.Contains(again.Verbose, static line => line.Contains("windows-ipam: Found", StringComparison.Ordinal));
        Assert.Contains(again.Verbose, static line => line.Contains("windows-access-entry: Found", StringComparison.Ordinal));
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Theory]
    [InlineData("@{ Name = 'x'; AmiType = 'WINDOWS_FULL_2022_x86_64' } -AuthenticationMode CONFIG_MAP -Fargate", "WindowsUnfit")]
    [InlineData("@{ Name = 'x'; AmiType = 'WINDOWS_FULL_2022_x86_64' } -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' } }", "WindowsNeedsLinux")]
    public async Task Where_they_could_not_work_they_are_refused(string groups, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -NodeGroup {groups}").Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }
}
