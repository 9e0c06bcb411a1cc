using System.Management.Automation;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement.Model;
using EksTools.Tests.Nodes;
using Iam = EksTools.Testing.Iam;

namespace EksTools.Tests.Clusters;

/// <summary>What Set-EksCluster changes that a cluster's nodes, or its record, hang on.</summary>
public sealed class SetEksClusterNodeTests
{
    private const string Make = "New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig";

    [Fact]
    public async Task A_public_endpoint_that_is_narrowed_gets_a_private_one_for_the_nodes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        Refused(rehearsal, "Set-EksCluster demo -EndpointAccess Public -PublicAccessCidr 203.0.113.0/24", "ContradictoryNetwork");
        PSObject step = rehearsal.Session.Run("Set-EksCluster demo -PublicAccessCidr 203.0.113.0/24 -WhatIf").Good().First(static one => (string)one.Properties["Step"].Value == "endpoint-access");
        Assert.StartsWith("endpoint access: Public → PublicAndPrivate from 203.0.113.0/24", (string)step.Properties["Description"].Value, StringComparison.Ordinal);
        rehearsal.Session.Run("Set-EksCluster demo -PublicAccessCidr 203.0.113.0/24").Good();
        Assert.Equal("True True 203.0.113.0/24", Access(rehearsal));
        Refused(rehearsal, "Set-EksCluster demo -EndpointAccess Public", "ContradictoryNetwork");
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -EndpointAccess PublicAndPrivate").Good();
        rehearsal.Session.Run("Set-EksCluster demo -EndpointAccess Public -PublicAccessCidr 0.0.0.0/0").Good();
        Assert.Equal("True False 0.0.0.0/0", Access(rehearsal));
    }

    [Fact]
    public async Task Without_nodes_a_public_endpoint_alone_may_be_narrowed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Make).Good();
        rehearsal.Session.Run("Set-EksCluster demo -EndpointAccess Public -PublicAccessCidr 203.0.113.0/24").Good();
        Assert.Equal("True False 203.0.113.0/24", Access(rehearsal));
    }

    [Fact]
    public async Task Auto_Mode_gives_our_role_its_policies_keeps_its_node_role_and_may_lose_its_pools()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string role = await NodeRoleAsync(iam, "auto-one"), other = await NodeRoleAsync(iam, "auto-two");
        string pods = await iam.CreateRoleAsync("pods");
        rehearsal.Session.Run(Make).Good();
        Refused(rehearsal, "Set-EksCluster demo -AutoMode -NodeRoleArn arn:aws:iam::111122223333:role/none -WhatIf", "RoleNotFound");
        Refused(rehearsal, $"Set-EksCluster demo -AutoMode -NodeRoleArn {pods} -WhatIf", "RoleLacksTrust");
        rehearsal.Session.Run($"Set-EksCluster demo -AutoMode -NodeRoleArn {role}").Good();
        IReadOnlyList<string> policies = await iam.ReadPoliciesAsync("ekstools-demo-us-west-2-cluster");
        Assert.All(new[] { "Compute", "BlockStorage", "LoadBalancing", "Networking" }, name => Assert.Contains($"arn:aws:iam::aws:policy/AmazonEKS{name}Policy", policies));
        Refused(rehearsal, $"Set-EksCluster demo -AutoMode -NodeRoleArn {other}", "AutoModeRoleIsForEver");

        using AmazonEKSClient eks = NodeStage.Eks(rehearsal);
        rehearsal.Session.Run("Set-EksCluster demo -AutoMode -NodePool @()").Good();
        Assert.Empty((await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, TestContext.Current.CancellationToken)).Cluster.ComputeConfig.NodePools ?? []);
        ErrorRecord differs = Assert.Single(rehearsal.Session.Run($"{Make} -AutoMode -NodePool system").Errors);
        Assert.Contains("-NodePool was not said, and is 'system' now", differs.Exception.Message, StringComparison.Ordinal);

        // Nothing runs pods now: what needs them is not waited for. The role is Auto Mode's, and none is made beside it.
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig -Timeout 00:05:00").Good();
        Assert.DoesNotContain(await Inventory.ReadAsync(rehearsal.Sandbox), static line => line.StartsWith("role ekstools-demo-us-west-2-auto-node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Auto_Mode_is_refused_where_there_are_no_access_entries()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run($"{Make} -AuthenticationMode CONFIG_MAP").Good();
        Refused(rehearsal, "Set-EksCluster demo -AutoMode -NodePool @()", "ContradictoryNodes");
        rehearsal.Session.Run("Set-EksCluster demo -AutoMode -NodePool @() -AuthenticationMode API_AND_CONFIG_MAP").Good();
    }

    [Fact]
    public async Task Tags_that_do_not_fit_beside_those_that_are_there_are_refused_before_any_is_given()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(Make).Good();
        rehearsal.Session.Run("$a = @{}; 1..25 | ForEach-Object { $a[\"a$_\"] = 'x' }; Set-EksCluster demo -Tag $a").Good();
        int given = rehearsal.Sandbox.Requests.Count(static request => request.Operation == "TagResource");
        Refused(rehearsal, "$b = @{}; 1..25 | ForEach-Object { $b[\"b$_\"] = 'x' }; Set-EksCluster demo -Tag $b", "TooManyTags");
        Assert.Equal(given, rehearsal.Sandbox.Requests.Count(static request => request.Operation == "TagResource"));
        rehearsal.Session.Run("$b = @{}; 1..7 | ForEach-Object { $b[\"b$_\"] = 'x' }; Set-EksCluster demo -Tag $b -RemoveTag (1..7 | ForEach-Object { \"a$_\" })").Good();
    }

    private static void Refused(Rehearsal rehearsal, string command, string errorId)
    {
        int asked = rehearsal.Sandbox.Requests.Count(static request => request.Operation == "UpdateClusterConfig");
        Assert.StartsWith($"{errorId},", Assert.Single(rehearsal.Session.Run(command).Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(asked, rehearsal.Sandbox.Requests.Count(static request => request.Operation == "UpdateClusterConfig"));
    }

    private static async Task<string> NodeRoleAsync(Iam iam, string name) => (await iam.Client.CreateRoleAsync(
        new CreateRoleRequest { RoleName = name, AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""" },
        TestContext.Current.CancellationToken)).Role.Arn;

    private static string Access(Rehearsal rehearsal) => (string)rehearsal.Session.Run("$v = (Get-EksCluster demo).ResourcesVpcConfig; \"$($v.EndpointPublicAccess) $($v.EndpointPrivateAccess) $($v.PublicAccessCidrs)\"").Good().Single().BaseObject;
}
