using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Nodes;

/// <summary>Fargate profiles of New-EksCluster, in the real engine against the sandbox, which like EKS makes one at a time.</summary>
public sealed class FargateTests
{
    private const string Profiles = "-Fargate -FargateProfile @{ Name = 'batch'; Selector = @{ Namespace = 'batch-*'; Labels = @{ tier = 'low' } }, @{ Namespace = 'jobs' }; Tags = @{ cost = 'low' } }";

    [Fact]
    public async Task Profiles_are_made_one_after_another_coredns_runs_on_them_and_everything_goes_again()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig {Profiles}").Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Assert.Equal(["batch", "fp-default"], (await eks.ListFargateProfilesAsync(new ListFargateProfilesRequest { ClusterName = "demo" })).FargateProfileNames.Order(StringComparer.Ordinal));
        FargateProfile batch = (await eks.DescribeFargateProfileAsync(new DescribeFargateProfileRequest { ClusterName = "demo", FargateProfileName = "batch" })).FargateProfile;
        Assert.Equal("ACTIVE", batch.Status.Value);
        Assert.Equal(["batch-* tier=low", "jobs "], batch.Selectors.Select(static selector => $"{selector.Namespace} {string.Join(',', (selector.Labels ?? []).Select(static pair => $"{pair.Key}={pair.Value}"))}"));
        Assert.Equal(3, batch.Subnets.Count);
        Assert.Equal("low", batch.Tags["cost"]);

        IReadOnlyList<string> inventory = await Inventory.ReadAsync(rehearsal.Sandbox);
        Assert.Contains("role ekstools-demo-us-west-2-fargate: AmazonEKSFargatePodExecutionRolePolicy", inventory);
        Assert.DoesNotContain(inventory, static line => line.StartsWith("node group", StringComparison.Ordinal) || line.StartsWith("instance", StringComparison.Ordinal));
        using Iam iam = new(rehearsal.Sandbox);
        string trust = Uri.UnescapeDataString((await iam.Client.GetRoleAsync(new GetRoleRequest { RoleName = "ekstools-demo-us-west-2-fargate" })).Role.AssumeRolePolicyDocument);
        Assert.Contains("\"aws:SourceArn\":\"arn:aws:eks:us-west-2:111122223333:fargateprofile/demo/*\"", trust, StringComparison.Ordinal);
        Addon coredns = (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = "demo", AddonName = "coredns" })).Addon;
        Assert.Equal("""ACTIVE {"computeType":"Fargate"}""", $"{coredns.Status} {coredns.ConfigurationValues}");
        Assert.All(rehearsal.Session.Run("Get-EksNode demo").Good(), static node => Assert.StartsWith("fargate-ip-", (string)node.Properties["NodeName"].Value, StringComparison.Ordinal));

        rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig {Profiles}").Good();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -Fargate").Errors);
        Assert.Contains("Fargate profile 'batch' is there, and was not said", error.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_profile_that_was_not_made_is_made_by_the_next_run()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add("eks", "CreateFargateProfile", FaultKind.AccessDenied);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -Fargate").Errors);
        Assert.Contains("eks:CreateFargateProfile", error.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Good();
        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        Assert.Equal(["fp-default"], (await eks.ListFargateProfilesAsync(new ListFargateProfilesRequest { ClusterName = "demo" })).FargateProfileNames);
    }

    [Theory]
    [InlineData("-Fargate -NatGateway None", "FargateNeedsPrivateSubnets")]
    [InlineData("-FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' }; SubnetId = 'subnet-0a1b2c3d' }", "ContradictoryNetwork")]
    [InlineData("-FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' } }", "CoreDnsHasNoPlace")]
    [InlineData("-NoAddOn -AddOn coredns -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'kube-system'; Label = @{ app = 'x' } } }", "CoreDnsHasNoPlace")]
    [InlineData("-Fargate -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' }; PodExecutionRoleArn = 'arn:aws:iam::111122223333:role/none' }", "RoleNotFound")]
    [InlineData("-Fargate -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' }; PodExecutionRoleArn = 'arn:aws:iam::444455556666:role/theirs' }", "ForeignRole")]
    [InlineData("-FargateProfile @{ Name = 'eks-p'; Selector = @{ Namespace = 'apps' } }", "InvalidFargateProfile")]
    public async Task Where_pods_would_have_no_way_out_it_is_refused(string options, string errorId)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig {options}").Errors);
        Assert.StartsWith(errorId, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Theory]
    [InlineData("-FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'kube-system'; Label = @{ 'k8s-app' = 'kube-dns' } } }")]
    [InlineData("-NoNodeGroup -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' } }")]
    [InlineData("-NoAddOn -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' } }")]
    [InlineData("-NodeCount 1 -FargateProfile @{ Name = 'p'; Selector = @{ Namespace = 'apps' } }")]
    public async Task Where_coredns_has_a_place_or_none_is_meant_it_is_planned(string options)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        Assert.NotEmpty(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -WhatIf {options}").Good());
    }

    [Fact]
    public async Task A_role_of_the_caller_must_trust_Fargate()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string role = await iam.CreateRoleAsync("pods");
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"New-EksCluster demo -NoKubeconfig -Fargate -WhatIf -FargateProfile @{{ Name = 'p'; Selector = @{{ Namespace = 'apps' }}; PodExecutionRoleArn = '{role}' }}").Errors);
        Assert.StartsWith("RoleLacksTrust", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"The role {role}, which PodExecutionRoleArn of Fargate profile 'p' names, does not let eks-fargate-pods.amazonaws.com assume it.", error.Exception.Message, StringComparison.Ordinal);
    }
}
