using System.Management.Automation;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Rules of security groups that name the cluster's, and keep it from going.</summary>
public sealed class RemovalRulesTests
{
    private const string Remove = "Remove-EksCluster demo -Confirm:$false -KeepKubeconfig";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rule_that_lets_the_control_plane_to_the_webhook_goes_with_the_cluster_and_the_group_stays_as_it_was()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using RemovalStage stage = new(rehearsal.Sandbox);
        (string own, string workers) = await InstallAsync(rehearsal, stage);
        SecurityGroupRule rule = Assert.Single(await RulesAsync(stage, workers), static one => one.FromPort == 9443);
        Assert.Equal(["ekstools:cluster=demo", "ekstools:component=webhook-access", "ekstools:region=us-west-2"], rule.Tags.Select(static tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(own, rule.ReferencedGroupInfo.GroupId);

        Answer plan = rehearsal.Session.Run(Remove + " -WhatIf");
        Assert.Contains(plan.Good(), item => (string?)item.Properties["Description"]?.Value == $"rules that EksTools added to {workers}");
        Assert.DoesNotContain(plan.Good(), static item => item.Properties["Rule"] is not null);
        Answer removed = rehearsal.Session.Run(Remove);
        removed.Good();
        Assert.Empty(removed.Warnings);

        string[] groups = [.. (await stage.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest(), Token)).SecurityGroups.Where(static group => group.GroupName != "default").Select(static group => group.GroupId)];
        Assert.Equal([workers], groups);
        Assert.Equal(["egress -1", "ingress 22"], (await RulesAsync(stage, workers)).Select(static one => $"{(one.IsEgress == true ? "egress" : "ingress")} {one.FromPort}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rule_that_may_not_be_revoked_is_told_and_the_removal_goes_on()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        using RemovalStage stage = new(rehearsal.Sandbox);
        (string own, string workers) = await InstallAsync(rehearsal, stage);
        rehearsal.Sandbox.Faults.Add("ec2", "RevokeSecurityGroupIngress", FaultKind.AccessDenied, 9);
        Answer removed = rehearsal.Session.Run(Remove);
        removed.Good();
        Assert.Matches($"The rule sgr-[0-9a-f]+ of security group {workers} stays, .*To remove it: aws ec2 revoke-security-group-ingress --region us-west-2 --group-id {workers} --security-group-rule-ids sgr-", Assert.Single(removed.Warnings));
        Assert.Contains((await stage.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest(), Token)).SecurityGroups, group => group.GroupId == own);
    }

    [Fact]
    public async Task A_rule_of_the_default_group_of_the_cluster_s_own_VPC_stands_in_the_way()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        VpcConfigResponse network = await stage.NetworkAsync("demo");
        string standard = (await stage.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter { Name = "vpc-id", Values = [network.VpcId] }, new Filter { Name = "group-name", Values = ["default"] }] }, Token)).SecurityGroups[0].GroupId;
        await stage.Ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = standard, IpPermissions = [new IpPermission { IpProtocol = "-1", UserIdGroupPairs = [new UserIdGroupPair { GroupId = network.ClusterSecurityGroupId }] }] }, Token);
        string rule = Assert.Single(await RulesAsync(stage, standard), one => one.ReferencedGroupInfo?.GroupId == network.ClusterSecurityGroupId).SecurityGroupRuleId;
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Remove).Errors);
        Assert.StartsWith("NetworkHeldByOthers", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"aws ec2 revoke-security-group-ingress --region us-west-2 --group-id {standard} --security-group-rule-ids {rule}", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        // As the command says.
        await stage.Ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = standard, SecurityGroupRuleIds = [rule] }, Token);
        rehearsal.Session.Run(Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    /// <summary>A cluster in a VPC that was there, with nodes in a security group of somebody's, and the load balancer controller.</summary>
    private static async Task<(string Own, string Workers)> InstallAsync(Rehearsal rehearsal, RemovalStage stage)
    {
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -NoKubeconfig").Good();
        VpcConfigResponse network = await stage.NetworkAsync("demo");
        string workers = (await stage.Ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { GroupName = "workers", Description = "somebody's", VpcId = network.VpcId }, Token)).GroupId;
        await stage.Ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = workers, IpPermissions = [new IpPermission { IpProtocol = "tcp", FromPort = 22, ToPort = 22, Ipv4Ranges = [new IpRange { CidrIp = "10.9.0.0/16" }] }] }, Token);
        Nodegroup model = (await stage.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "default" }, Token)).Nodegroup;
        string template = (await stage.Ec2.CreateLaunchTemplateAsync(new CreateLaunchTemplateRequest { LaunchTemplateName = "workers", LaunchTemplateData = new RequestLaunchTemplateData { SecurityGroupIds = [workers] } }, Token)).LaunchTemplate.LaunchTemplateId;
        await stage.Eks.CreateNodegroupAsync(new CreateNodegroupRequest { ClusterName = "demo", NodegroupName = "workers", NodeRole = model.NodeRole, Subnets = model.Subnets, LaunchTemplate = new Amazon.EKS.Model.LaunchTemplateSpecification { Id = template }, Tags = new() { ["ekstools:cluster"] = "demo", ["ekstools:region"] = "us-west-2" } }, Token);
        await LoadBalancerStage.UntilAsync(async () => (await stage.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "workers" }, Token)).Nodegroup.Status == NodegroupStatus.ACTIVE, "the node group");
        rehearsal.Session.Run($"Install-EksLoadBalancerController demo -Mode Irsa -HelmPath '{BuiltModule.Helm}'").Good();
        return (network.ClusterSecurityGroupId, workers);
    }

    private static async Task<List<SecurityGroupRule>> RulesAsync(RemovalStage stage, string group) =>
        (await stage.Ec2.DescribeSecurityGroupRulesAsync(new DescribeSecurityGroupRulesRequest { Filters = [new Filter { Name = "group-id", Values = [group] }] }, Token)).SecurityGroupRules;
}
