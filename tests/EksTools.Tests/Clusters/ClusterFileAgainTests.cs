using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>A cluster that a command made is found again from its exported file, which says in many words what the command said in few.</summary>
public sealed class ClusterFileAgainTests
{
    [Theory]
    [InlineData("-PrivateCluster")]
    [InlineData("-NatGateway None -NodeCount 1")]
    [InlineData("-Spot -NodeAmiType BOTTLEROCKET_x86_64")]
    [InlineData("-NodeGroup @{ Name = 'lin' }, @{ Name = 'br'; AmiType = 'BOTTLEROCKET_x86_64'; DesiredSize = 1 }")]
    [InlineData("-Fargate -DeletionProtection")]
    [InlineData("-SubnetId SUBNETS -NodeCount 1")]
    public async Task What_is_exported_is_found_again(string parameters)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        if (parameters.Contains("SUBNETS", StringComparison.Ordinal))
        {
            parameters = parameters.Replace("SUBNETS", string.Join(", ", await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox)), StringComparison.Ordinal);
        }

        rehearsal.Session.Run($"New-EksCluster demo {parameters} -NoKubeconfig").Good();
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        string path = Path.Combine(rehearsal.Folder, "demo.yaml");
        rehearsal.Session.Run($"Export-EksCluster demo -Path '{path}'").Good();
        Assert.Equal(string.Empty, string.Join("\n", rehearsal.Session.Run($"Compare-EksCluster '{path}' -IncludeDesiredSize").Good().Select(static one => $"{one}")));
        Answer again = rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig -Verbose");
        again.Good();
        Assert.DoesNotContain(again.Verbose, static line => line.EndsWith(": Created", StringComparison.Ordinal));
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task What_comes_to_something_else_is_told_with_defaults_filled_in()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NodeCount 1 -NoKubeconfig").Good();
        string text = (string)Assert.Single(rehearsal.Session.Run("Export-EksCluster demo").Good()).BaseObject, path = Path.Combine(rehearsal.Folder, "demo.yaml");
        await File.WriteAllTextAsync(path, text.Replace("maxSize: 1", "maxSize: 3", StringComparison.Ordinal).Replace("volumeSize: 80", "volumeSize: 90", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Errors);
        Assert.EndsWith("with other parameters: node group 'default' has DiskSize '80', not '90'; node group 'default' has MaxSize '1', not '3'.", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Compare-EksCluster FILE", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -LogType audit -NoKubeconfig").Errors);
        Assert.Contains("Set-EksCluster demo -Region us-west-2 changes -LogType", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_others_changed_is_found_again_from_its_exported_file()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NodeGroup @{ Name = 'web'; DesiredSize = 1; MaxSize = 6 }, @{ Name = 'old'; DesiredSize = 1 } -AddOn eks-pod-identity-agent -Tag @{ team = 'a' } -NoKubeconfig").Good();
        await ForeignCluster.ChangeAsync(rehearsal.Sandbox, "demo", "web", "old", "eks-pod-identity-agent");
        using (Iam iam = new(rehearsal.Sandbox))
            rehearsal.Session.Run($"Add-EksIamMapping demo {await iam.CreateRoleAsync("ops")} -AccessPolicy AmazonEKSClusterAdminPolicy").Good();
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        string path = Path.Combine(rehearsal.Folder, "demo.yaml");
        rehearsal.Session.Run($"Export-EksCluster demo -Path '{path}'").Good();
        Answer again = rehearsal.Session.Run($"New-EksCluster -Path '{path}' -Verbose");
        Assert.Equal("demo", Assert.Single(again.Good()).Properties["Name"].Value);
        Assert.DoesNotContain(again.Warnings, static warning => warning.Contains("in the file", StringComparison.Ordinal));
        Assert.Contains(again.Verbose, static line => line.Contains("as-asked: Found", StringComparison.Ordinal));
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.Contains("cluster/demo", await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -WhatIf").Good(), static step => (string)step.Properties["Step"].Value == "as-asked");

        // Another number of nodes within the limits is an autoscaler's, and told; what is neither there nor what it was begun with is refused.
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("desiredCapacity: 3", "desiredCapacity: 4", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        again = rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig");
        again.Good();
        Assert.Equal("managedNodeGroups[web].desiredCapacity is 3, and 4 in the file: New-EksCluster leaves it, as what an autoscaler decides. To change it: aws eks update-nodegroup-config --cluster-name demo --nodegroup-name web --scaling-config 'minSize=2,maxSize=7,desiredSize=4' --region us-west-2", Assert.Single(again.Warnings));
        foreach (string other in (string[])["-RolePath /a/", "-DeletionProtection"])
            Assert.StartsWith("ClusterParametersDiffer", Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' {other} -NoKubeconfig").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text.Replace("maxSize: 7", "maxSize: 9", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.StartsWith("ClusterParametersDiffer", Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string folder = Path.Combine(rehearsal.Folder, "nodir");
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"Export-EksCluster demo -Path '{Path.Combine(folder, "x.yaml")}'").Errors);
        Assert.Equal($"There is no folder {folder} to write x.yaml into.", error.Exception.Message);
    }

    [Fact]
    public async Task A_cluster_without_the_default_add_ons_is_compared_and_warned_of()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NodeCount 1 -NoKubeconfig").Good();
        await ForeignCluster.DeleteAddonAsync(rehearsal.Sandbox, "demo", "vpc-cni");
        await ForeignCluster.UntagAsync(rehearsal.Sandbox, "demo");
        string path = Path.Combine(rehearsal.Folder, "demo.yaml");
        Answer export = rehearsal.Session.Run($"Export-EksCluster demo -Path '{path}'");
        export.Good();
        Assert.Contains(export.Warnings, static warning => warning.Contains("New-EksCluster -Path would refuse the file", StringComparison.Ordinal));
        Assert.Empty(rehearsal.Session.Run($"Compare-EksCluster '{path}'").Good());
        Assert.StartsWith("InvalidClusterFile", Assert.Single(rehearsal.Session.Run($"New-EksCluster -Path '{path}' -NoKubeconfig").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
