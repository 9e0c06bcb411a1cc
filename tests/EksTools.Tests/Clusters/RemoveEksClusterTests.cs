using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

public sealed class RemoveEksClusterTests
{
    [Fact]
    public async Task Removes_what_was_made_and_nothing_else()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster keep -NoNodeGroup -NatGateway None; New-EksCluster demo").Good();
        IReadOnlyList<string> both = await Inventory.ReadAsync(rehearsal.Sandbox);
        PSObject removal = Assert.Single(rehearsal.Session.Run("Get-EksCluster demo | Remove-EksCluster -Confirm:$false -PassThru").Good());
        Assert.Equal("demo", removal.Properties["ClusterName"].Value);
        IReadOnlyList<string> left = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.NotEmpty(left);
        Assert.Equal([], left.Except(both));
        Assert.DoesNotContain(left, static line => line.Contains("demo", StringComparison.Ordinal));
        string kubeconfig = await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("cluster/demo", kubeconfig, StringComparison.Ordinal);
        Assert.Contains("cluster/keep", kubeconfig, StringComparison.Ordinal);

        rehearsal.Session.Run("Remove-EksCluster keep -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task WhatIf_shows_each_step_and_changes_nothing()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        string[] steps = [.. rehearsal.Session.Run("Remove-EksCluster demo -WhatIf").Good().Select(static step => (string)step.Properties["Step"].Value)];
        Assert.Contains("control-plane", steps);
        Assert.Equal("cluster-role", steps[^1]);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_an_error_about_its_name_and_the_next_goes_on()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        Answer answer = rehearsal.Session.Run("'nothing', 'demo' | Remove-EksCluster -Confirm:$false");
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.StartsWith("ClusterNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("nothing", error.TargetObject);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Asks_before_it_removes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        Answer answer = rehearsal.Session.Run("Remove-EksCluster demo");
        Assert.True(answer.Thrown is not null || answer.Errors.Count > 0);
        Assert.Single(rehearsal.Session.Run("Get-EksCluster demo").Good());
    }

    [Fact]
    public async Task Takes_away_what_nodes_and_controllers_left_and_names_what_stays()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig -LogType audit").Good();
        await ForeignCluster.LeaveBehindAsync(rehearsal.Sandbox, "demo");
        string volume = await ForeignCluster.CreateVolumeAsync(rehearsal.Sandbox, "demo");
        Answer answer = rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false");
        answer.Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.Contains($"The EBS volume {volume} (20 GiB) made for a persistent volume claim stays and is billed. To remove it: aws ec2 delete-volume --region us-west-2 --volume-id {volume}", answer.Warnings);
        Assert.Contains("The CloudWatch log group /aws/eks/demo/cluster (1 MiB) stays for ever, and what is stored is billed. To remove it: aws logs delete-log-group --region us-west-2 --log-group-name '/aws/eks/demo/cluster'", answer.Warnings);
    }
}
