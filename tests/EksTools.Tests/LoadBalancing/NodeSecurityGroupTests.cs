using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Testing;

namespace EksTools.Tests.LoadBalancing;

/// <summary>Nodes whose launch template gives them security groups of their own, which the control plane must get into and the controller must choose among.</summary>
public sealed class NodeSecurityGroupTests : IAsyncLifetime
{
    private const string ClusterTag = "kubernetes.io/cluster/demo", Install = "Install-EksLoadBalancerController demo -Mode Irsa";
    private Rehearsal rehearsal = null!;
    private AmazonEC2Client ec2 = null!;
    private AmazonEKSClient eks = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        BasicAWSCredentials keys = new(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey);
        ec2 = new AmazonEC2Client(keys, new AmazonEC2Config { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        eks = new AmazonEKSClient(keys, new AmazonEKSConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig").Good();
        rehearsal.Session.Run($"$global:PSDefaultParameterValues['Install-EksLoadBalancerController:HelmPath'] = '{BuiltModule.Helm}'");
    }

    [Fact]
    public async Task The_rule_is_added_to_the_tagged_group_once()
    {
        string plain = await GroupAsync("plain", isTagged: false), tagged = await GroupAsync("tagged", isTagged: true);
        await NodesAsync(plain, tagged);
        Answer first = rehearsal.Session.Run($"{Install} -Verbose");
        first.Good();
        Assert.Contains(first.Verbose, static line => line.Contains("webhook-access: Updated", StringComparison.Ordinal));
        Assert.DoesNotContain(first.Warnings, static warning => warning.Contains("expected exactly one", StringComparison.Ordinal));
        Assert.Equal((0, 1), (await RulesAsync(plain), await RulesAsync(tagged)));

        Answer second = rehearsal.Session.Run($"{Install} -Verbose");
        second.Good();
        Assert.Contains(second.Verbose, static line => line.Contains("webhook-access: Found", StringComparison.Ordinal));
        Assert.Equal((0, 1), (await RulesAsync(plain), await RulesAsync(tagged)));
    }

    [Fact]
    public async Task Two_tagged_groups_of_a_node_are_told_beforehand_with_what_mends_it()
    {
        string one = await GroupAsync("one", isTagged: true), other = await GroupAsync("other", isTagged: true);
        await NodesAsync(one, other);
        string warning = Assert.Single(rehearsal.Session.Run($"{Install} -WhatIf").Warnings, static told => told.Contains("expected exactly one", StringComparison.Ordinal));
        Assert.Contains("aws ec2 delete-tags --region us-west-2 --resources sg-", warning, StringComparison.Ordinal);
        Assert.Contains($"--tags Key={ClusterTag}", warning, StringComparison.Ordinal);

        // As the command says.
        string extra = warning.Split("--resources ")[1].Split(' ')[0];
        Assert.Contains(extra, (string[])[one, other]);
        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = [extra], Tags = [new Amazon.EC2.Model.Tag { Key = ClusterTag }] }, Token);
        Assert.DoesNotContain(rehearsal.Session.Run($"{Install} -WhatIf").Warnings, static told => told.Contains("expected exactly one", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        ec2.Dispose();
        eks.Dispose();
        await rehearsal.DisposeAsync();
    }

    private async Task<string> GroupAsync(string name, bool isTagged)
    {
        string vpc = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "demo" }, Token)).Cluster.ResourcesVpcConfig.VpcId;
        string id = (await ec2.CreateSecurityGroupAsync(new CreateSecurityGroupRequest { GroupName = name, Description = name, VpcId = vpc }, Token)).GroupId;
        if (isTagged)
        {
            await ec2.CreateTagsAsync(new CreateTagsRequest { Resources = [id], Tags = [new Amazon.EC2.Model.Tag(ClusterTag, "owned")] }, Token);
        }

        return id;
    }

    private async Task NodesAsync(params string[] groups)
    {
        string there = Assert.Single((await eks.ListNodegroupsAsync(new ListNodegroupsRequest { ClusterName = "demo" }, Token)).Nodegroups);
        Nodegroup model = (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = there }, Token)).Nodegroup;
        string template = (await ec2.CreateLaunchTemplateAsync(new CreateLaunchTemplateRequest { LaunchTemplateName = "own", LaunchTemplateData = new RequestLaunchTemplateData { SecurityGroupIds = [.. groups] } }, Token)).LaunchTemplate.LaunchTemplateId;
        await eks.CreateNodegroupAsync(new CreateNodegroupRequest { ClusterName = "demo", NodegroupName = "own", NodeRole = model.NodeRole, Subnets = model.Subnets, LaunchTemplate = new Amazon.EKS.Model.LaunchTemplateSpecification { Id = template } }, Token);
        await LoadBalancerStage.UntilAsync(async () => (await eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = "demo", NodegroupName = "own" }, Token)).Nodegroup.Status == NodegroupStatus.ACTIVE, "the node group");
    }

    private async Task<int> RulesAsync(string group) =>
        ((await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { GroupIds = [group] }, Token)).SecurityGroups[0].IpPermissions ?? []).Count(static rule => rule is { IpProtocol: "tcp", FromPort: 9443, ToPort: 9443, UserIdGroupPairs.Count: 1 });
}
