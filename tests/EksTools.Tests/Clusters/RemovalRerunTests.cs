using System.Management.Automation;
using Amazon.EC2.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;
using Filter = Amazon.EC2.Model.Filter;
using SignedClient = EksTools.Sandbox.Tests.Account.SignedClient;

namespace EksTools.Tests.Clusters;

/// <summary>Removals that end halfway and are run again, and what others share with the cluster.</summary>
public sealed class RemovalRerunTests
{
    private const string Remove = "Remove-EksCluster demo -Confirm:$false -KeepKubeconfig";

    [Theory]
    [InlineData("DeleteLoadBalancer")]
    [InlineData("DeleteTargetGroup")]
    public async Task What_load_balancers_left_in_a_VPC_of_others_is_found_again_when_the_control_plane_is_gone(string denied)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        IReadOnlyList<string> subnets = await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox);
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {string.Join(',', subnets)} -NoNodeGroup -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string vpc = (await stage.NetworkAsync("demo")).VpcId;

        // Times in AWS's answers are whole seconds.
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        using SignedClient client = new(rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        string balancer = (await client.QueryAsync("elbv2", "CreateLoadBalancer", "Name", "left", "Type", "network", "Scheme", "internal", "Subnets.member.1", subnets[0], "Tags.member.1.Key", "elbv2.k8s.aws/cluster", "Tags.member.1.Value", "demo")).Value("LoadBalancerArn");
        string targets = (await client.QueryAsync("elbv2", "CreateTargetGroup", "Name", "k8s-left", "Protocol", "TCP", "Port", "80", "VpcId", vpc, "Tags.member.1.Key", "elbv2.k8s.aws/cluster", "Tags.member.1.Value", "demo")).Value("TargetGroupArn");
        await client.QueryAsync("elbv2", "CreateTargetGroup", "Name", "theirs", "Protocol", "TCP", "Port", "80", "VpcId", vpc);
        await client.QueryAsync("elbv2", "CreateListener", "LoadBalancerArn", balancer, "Protocol", "TCP", "Port", "80", "DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", targets);
        string group = await TiedGroupAsync(stage, vpc, "k8s-left", null);

        rehearsal.Sandbox.Faults.Add("elbv2", denied, FaultKind.AccessDenied, 1);
        Assert.NotEmpty(rehearsal.Session.Run(Remove).Errors);
        Assert.DoesNotContain(await Inventory.ReadAsync(rehearsal.Sandbox), static line => line.StartsWith("cluster ", StringComparison.Ordinal));

        rehearsal.Session.Run(Remove).Good();
        // A load balancer's interfaces go some time after it, and in a VPC of others nothing waits for them.
        Assert.DoesNotContain(balancer, (await client.QueryAsync("elbv2", "DescribeLoadBalancers")).Body, StringComparison.Ordinal);
        await LoadBalancerStage.UntilAsync(async () => (await LoadBalancerStage.ListAsync(rehearsal)).Count == 0, "the end of the interfaces");
        string left = (await client.QueryAsync("elbv2", "DescribeTargetGroups")).Body;
        Assert.DoesNotContain("k8s-left", left, StringComparison.Ordinal);
        Assert.Contains("theirs", left, StringComparison.Ordinal);
        Assert.Empty((await stage.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter("group-id", [group])] })).SecurityGroups ?? []);
    }

    [Fact]
    public async Task A_protected_load_balancer_is_told_before_anything_is_gone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        using SignedClient client = new(rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        string arn = (await client.QueryAsync("elbv2", "CreateLoadBalancer", "Name", "kept", "Type", "network", "Scheme", "internal", "Subnets.member.1", (await stage.NetworkAsync("demo")).SubnetIds[0], "Tags.member.1.Key", "elbv2.k8s.aws/cluster", "Tags.member.1.Value", "demo")).Value("LoadBalancerArn");
        await client.QueryAsync("elbv2", "ModifyLoadBalancerAttributes", "LoadBalancerArn", arn, "Attributes.member.1.Key", "deletion_protection.enabled", "Attributes.member.1.Value", "true");
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        ErrorRecord error = Assert.Single(rehearsal.Session.Run(Remove + " -Force").Errors);
        Assert.StartsWith("LoadBalancerProtected", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"--load-balancer-arn {arn} --attributes Key=deletion_protection.enabled,Value=false", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Endpoints_that_another_cluster_in_the_VPC_uses_stay_until_it_is_gone()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string subnets = string.Join(',', await ForeignCluster.CreateSubnetsAsync(rehearsal.Sandbox));
        using RemovalStage stage = new(rehearsal.Sandbox);
        await stage.Ec2.CreateKeyPairAsync(new CreateKeyPairRequest { KeyName = "ops" });
        rehearsal.Session.Run($"New-EksCluster demo -SubnetId {subnets} -PrivateCluster -NodeGroup @{{ Name = 'web'; DesiredSize = 1; SshKeyName = 'ops'; SshSourceCidr = '10.0.0.0/8' }} -NoKubeconfig; New-EksCluster other -SubnetId {subnets} -PrivateCluster -NoNodeGroup -NoKubeconfig").Good();
        int made = await CountEndpointsAsync(stage);
        Assert.NotEqual(0, made);
        Answer answer = rehearsal.Session.Run(Remove);
        answer.Good();
        Assert.Contains(answer.Warnings, static warning => warning.Contains("cluster other in the same VPC may use them", StringComparison.Ordinal) && warning.Contains("aws ec2 delete-vpc-endpoints --region us-west-2 --vpc-endpoint-ids vpce-", StringComparison.Ordinal));
        Assert.Equal(made, await CountEndpointsAsync(stage));

        // The group that let SSH in is nothing to the other cluster.
        Assert.Equal(["vpc-endpoints-security-group"], (await stage.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter("tag:ekstools:cluster", ["demo"])] })).SecurityGroups.Select(static group => group.Tags.Single(static tag => tag.Key == "ekstools:component").Value));

        rehearsal.Session.Run("Remove-EksCluster other -Confirm:$false -KeepKubeconfig").Good();
        rehearsal.Session.Run(Remove).Good();
        Assert.Equal(0, await CountEndpointsAsync(stage));
    }

    [Fact]
    public async Task Groups_of_the_cluster_that_name_each_other_go()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        string vpc = (await stage.NetworkAsync("demo")).VpcId, first = await TiedGroupAsync(stage, vpc, "first", null);
        string second = await TiedGroupAsync(stage, vpc, "second", first);
        await LetInAsync(stage, first, second);
        rehearsal.Session.Run(Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Unmanaged_refuses_what_it_may_not_look_at()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        using RemovalStage stage = new(rehearsal.Sandbox);
        await stage.DisownAsync("demo");
        IReadOnlyList<string> before = await Inventory.ReadAsync(rehearsal.Sandbox);
        rehearsal.Sandbox.Faults.Add("eks", "ListNodegroups", FaultKind.AccessDenied, 1);
        Assert.StartsWith("ClusterPartsNotRead", Assert.Single(rehearsal.Session.Run(Remove + " -Unmanaged").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    private static async Task<int> CountEndpointsAsync(RemovalStage stage) =>
        (await stage.Ec2.DescribeVpcEndpointsAsync(new DescribeVpcEndpointsRequest { Filters = [new Filter("tag:ekstools:cluster", ["demo"])] })).VpcEndpoints?.Count(static one => !string.Equals(one.State?.Value, "deleted", StringComparison.OrdinalIgnoreCase)) ?? 0;

    private static async Task<string> TiedGroupAsync(RemovalStage stage, string vpc, string name, string? from)
    {
        TagSpecification tags = new() { ResourceType = Amazon.EC2.ResourceType.SecurityGroup, Tags = [new Tag("elbv2.k8s.aws/cluster", "demo")] };
        string group = (await stage.Ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { VpcId = vpc, GroupName = name, Description = "a controller's", TagSpecifications = [tags] })).GroupId;
        if (from is not null)
        {
            await LetInAsync(stage, group, from);
        }

        return group;
    }

    private static Task LetInAsync(RemovalStage stage, string group, string from) => stage.Ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest
    {
        GroupId = group,
        IpPermissions = [new IpPermission { IpProtocol = "tcp", FromPort = 80, ToPort = 80, UserIdGroupPairs = [new UserIdGroupPair { GroupId = from }] }],
    });
}
