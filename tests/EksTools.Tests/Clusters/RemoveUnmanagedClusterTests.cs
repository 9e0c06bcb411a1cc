using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Removal of clusters that EksTools did not make.</summary>
public sealed class RemoveUnmanagedClusterTests
{
    [Fact]
    public async Task A_cluster_of_eksctl_is_refused_with_what_Unmanaged_would_do_and_that_does_it()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        await ForeignCluster.CreateFargateProfileAsync(rehearsal.Sandbox, "demo");
        await ForeignCluster.CreateCapabilityAsync(rehearsal.Sandbox, "demo", Amazon.EKS.CapabilityType.KRO);
        using RemovalStage stage = new(rehearsal.Sandbox);
        await stage.DisownAsync("demo", ("alpha.eksctl.io/cluster-name", "demo"));
        string vpc = (await stage.NetworkAsync("demo")).VpcId;
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);

        foreach (string command in new[] { "Remove-EksCluster demo -WhatIf", "Remove-EksCluster demo -Confirm:$false", "Remove-EksCluster demo -Confirm:$false -Force" })
        {
            ErrorRecord error = Assert.Single(rehearsal.Session.Run(command).Errors);
            Assert.StartsWith("ClusterNotManaged", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("was made by eksctl (stack eksctl-demo-cluster)", error.Exception.Message, StringComparison.Ordinal);
            string advice = error.ErrorDetails.RecommendedAction;
            Assert.All(
                ["eksctl delete cluster --name demo --region us-west-2", "-Unmanaged would delete capability kro, node group default, Fargate profile serverless", "pod identity association", $"would not touch the VPC {vpc}", "IAM roles ekstools-demo-us-west-2-cluster, ekstools-demo-us-west-2-node, fargate"],
                said => Assert.Contains(said, advice, StringComparison.Ordinal));
            Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
        }

        Answer plan = rehearsal.Session.Run("Remove-EksCluster demo -Unmanaged -WhatIf");
        string[] steps = [.. plan.Good().Select(static item => (string?)item.Properties["Step"]?.Value).OfType<string>()];
        Assert.Equal(["capability-kro", "capability-kro-gone", "control-plane", "control-plane-gone", "fargate-profile-serverless", "fargate-profile-serverless-gone", "kubeconfig", "network-interfaces", "node-group-default", "node-group-default-gone"], steps.Order(StringComparer.Ordinal));
        string[] stays = [.. plan.Output.Where(static item => item.Properties["Effect"] is not null).Select(static item => $"{item.Properties["Where"].Value}")];
        Assert.All([$"VPC {vpc}", "role ekstools-demo-us-west-2-cluster", "stack eksctl-demo-cluster", "OpenID Connect provider"], named => Assert.Contains(named, stays));

        rehearsal.Session.Run("Remove-EksCluster demo -Unmanaged -Confirm:$false -KeepKubeconfig").Good();
        IReadOnlyList<string> left = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.DoesNotContain(left, static line => line.StartsWith("cluster", StringComparison.Ordinal) || line.StartsWith("node group", StringComparison.Ordinal) || line.StartsWith("addon", StringComparison.Ordinal) || line.StartsWith("instance", StringComparison.Ordinal));
        Assert.Equal(before.Where(static line => line.Split(' ')[0] is "vpc" or "subnet" or "role" or "route" or "nat" or "address" or "internet" or "launch" or "OpenID"), left.Where(static line => line != "security group" && !line.StartsWith("network interface", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_made_by_hand_is_called_so_and_Unmanaged_is_not_for_our_own()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        Assert.StartsWith("ClusterIsManaged", Assert.Single(rehearsal.Session.Run("Remove-EksCluster demo -Unmanaged -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ClusterNotFound", Assert.Single(rehearsal.Session.Run("Remove-EksCluster nothing -Unmanaged -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        using RemovalStage stage = new(rehearsal.Sandbox);
        await stage.DisownAsync("demo");
        Assert.Contains("was made by hand or by a tool that leaves no tags", Assert.Single(rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Errors).Exception.Message, StringComparison.Ordinal);
    }
}
