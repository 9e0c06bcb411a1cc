using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>A cluster that was exported and removed comes back from its file, and is exported as the same file.</summary>
public sealed class ClusterFileTwinTests
{
    [Theory]
    [InlineData("-IpFamily IPv6")]
    [InlineData("-NodeGroup @{ Name = 'lin'; DesiredSize = 1 }, @{ Name = 'win'; AmiType = 'WINDOWS_CORE_2022_x86_64'; DesiredSize = 1; DiskSize = 100 }")]
    [InlineData("-AutoMode")]
    [InlineData("-AutoMode -NodePool system -NodeGroup @{ Name = 'lin'; DesiredSize = 1 }")]
    [InlineData("-Fargate -FargateProfile @{ Name = 'batch'; Selector = @{ Namespace = 'batch'; Label = @{ run = 'fargate' } }; Tag = @{ part = 'batch' } }")]
    [InlineData("-PrivateCluster -EndpointService autoscaling")]
    [InlineData("-PrivateCluster -EndpointAccess PublicAndPrivate -PublicAccessCidr 203.0.113.0/24 -NoNodeGroup")]
    [InlineData("-LogType api, audit -LogRetention 30 -SupportType STANDARD -ControlPlaneTier tier-xl -ZonalShift -AuthenticationMode API -Tag @{ team = 'a' } -AddOn @{ Name = 'aws-ebs-csi-driver'; Version = 'latest' } -Spot -ZoneCount 2")]
    public async Task A_cluster_comes_back_from_its_file_and_is_written_as_the_same(string parameters)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster demo {parameters} -NoKubeconfig").Good();
        string path = Path.Combine(rehearsal.Folder, "demo.yaml");
        Answer export = rehearsal.Session.Run($"Export-EksCluster demo -Path '{path}'");
        export.Good();
        Assert.Empty(export.Warnings);
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();

        rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Good();
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), (string)Assert.Single(rehearsal.Session.Run("Export-EksCluster demo").Good()).BaseObject);
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{path}' -IncludeDesiredSize").Good());
    }
}
