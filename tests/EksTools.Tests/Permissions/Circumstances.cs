using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Sandbox;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Permissions;

/// <summary>What there is in an account and in a cluster before a cmdlet runs with the permissions that New-EksIamPolicy gives it.</summary>
internal static class Circumstances
{
    private const string Controller = "/apis/apps/v1/namespaces/kube-system/deployments/aws-load-balancer-controller";

    /// <summary>Roles that the caller brings.</summary>
    public static async Task OwnRolesAsync(SandboxServer sandbox)
    {
        using Iam iam = new(sandbox);
        foreach ((string name, string service) in new[] { ("Cluster", "eks"), ("Nodes", "ec2"), ("Auto", "ec2"), ("Pods", "eks-fargate-pods") })
        {
            string trust = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""";
            await iam.Client.CreateRoleAsync(new() { RoleName = $"Own{name}", AssumeRolePolicyDocument = trust });
        }
    }

    public static async Task KeyPairAsync(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = Ec2(sandbox);
        await ec2.CreateKeyPairAsync(new CreateKeyPairRequest { KeyName = "ops" });
    }

    /// <summary>Answers that are lost, so that things are made twice, and a node group that fails.</summary>
    public static Task Lose(SandboxServer sandbox)
    {
        foreach (string operation in new[] { "CreateVpc", "CreateInternetGateway", "CreateSubnet", "CreateRouteTable", "AllocateAddress", "CreateNatGateway" })
        {
            sandbox.Faults.Add("ec2", operation, FaultKind.DropAfter, 1);
        }

        sandbox.Faults.Add("eks", "CreateNodegroup", FaultKind.Capacity, 1);
        return Task.CompletedTask;
    }

    /// <summary>A cluster whose OpenID Connect provider somebody took away.</summary>
    public static async Task WithoutProvider(SandboxServer sandbox)
    {
        using Iam iam = new(sandbox);
        foreach (string provider in await iam.ReadProvidersAsync())
        {
            await iam.Client.DeleteOpenIDConnectProviderAsync(new() { OpenIDConnectProviderArn = provider });
        }
    }

    /// <summary>A cluster whose subnets lost the tags that controllers look for.</summary>
    public static async Task WithoutSubnetRoles(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = Ec2(sandbox);
        List<Subnet> subnets = (await ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest())).Subnets;
        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = [.. subnets.Select(static subnet => subnet.SubnetId)], Tags = [new Tag { Key = "kubernetes.io/role/elb" }, new Tag { Key = "kubernetes.io/role/internal-elb" }] });
    }

    /// <summary>Nodes whose security group lets the control plane in no more.</summary>
    public static async Task ShutNodesAsync(SandboxServer sandbox)
    {
        using AmazonEC2Client ec2 = Ec2(sandbox);
        foreach (SecurityGroup group in (await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [new Filter { Name = "tag-key", Values = ["kubernetes.io/cluster/demo"] }] })).SecurityGroups)
        {
            await ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = group.GroupId, IpPermissions = group.IpPermissions });
        }
    }

    /// <summary>A cluster of an earlier version, whose nodes have what only vpc-cni needs.</summary>
    public static async Task EarlierAsync(Rehearsal rehearsal)
    {
        await EarlierVersion.CreateAsync(rehearsal, "demo");
        rehearsal.Session.Run(PermissionCase.Enter[2..]).Good();
    }

    /// <summary>A Service with annotations.</summary>
    public static async Task ServeAsync(Rehearsal rehearsal)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await ServeAsync(kubernetes, "web", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",");
    }

    /// <summary>A Service whose annotations name things in AWS.</summary>
    public static async Task NameResourcesAsync(Rehearsal rehearsal)
    {
        await ServeAsync(rehearsal);
        using Kubernetes kubernetes = new(rehearsal, "demo");
        const string Key = "service.beta.kubernetes.io/aws-load-balancer-";
        await kubernetes.PatchAsync("/api/v1/namespaces/default/services/web", $$$"""{"metadata":{"annotations":{"{{{Key}}}ssl-cert":"arn:aws:acm:us-west-2:111122223333:certificate/1","{{{Key}}}subnets":"subnet-1","{{{Key}}}eip-allocations":"eipalloc-1","{{{Key}}}security-groups":"sg-1"} } }""");
    }

    /// <summary>A load balancer of the cloud provider and one of the AWS Load Balancer Controller.</summary>
    public static async Task BalanceAsync(Rehearsal rehearsal)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await LoadBalancerStage.InstallControllerAsync(rehearsal, kubernetes, "demo");
        await ServeAsync(kubernetes, "classic", "");
        await ServeAsync(kubernetes, "network", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",");
        await ServeAsync(kubernetes, "left", "\"loadBalancerClass\":\"service.k8s.aws/nlb\",");
        foreach (string name in new[] { "classic", "network", "left" })
        {
            await LoadBalancerStage.UntilAsync(async () => (await kubernetes.ReadAsync($"/api/v1/namespaces/default/services/{name}"))?["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"] is not null, name);
        }

        // One that nothing in the cluster has: the controller went before it did.
        await kubernetes.PatchAsync(Controller, """{"spec":{"replicas":0}}""");
        await LoadBalancerStage.UntilAsync(async () => (int?)(await kubernetes.ReadAsync(Controller))?["status"]?["readyReplicas"] is null or 0, "the controller's end");
        await kubernetes.DeleteAsync("/api/v1/namespaces/default/services/left");
        await kubernetes.PatchAsync("/api/v1/namespaces/default/services/left", """{"metadata":{"finalizers":null}}""");
    }

    public static async Task InstallAsync(Rehearsal rehearsal)
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await LoadBalancerStage.InstallControllerAsync(rehearsal, kubernetes, "demo");
    }

    private static Task ServeAsync(Kubernetes kubernetes, string name, string spec) => kubernetes.CreateAsync("/api/v1/namespaces/default/services",
        $$$"""{"metadata":{"name":"{{{name}}}","annotations":{"service.beta.kubernetes.io/aws-load-balancer-scheme":"internet-facing"}},"spec":{ {{{spec}}}"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80}]}}""");

    /// <summary>Subnets of somebody else's, whose ids only the session knows.</summary>
    public static async Task LendSubnetsAsync(SandboxServer sandbox) =>
        Environment.SetEnvironmentVariable("EKSTOOLS_TEST_SUBNETS", string.Join(',', await ForeignCluster.CreateSubnetsAsync(sandbox)));

    private static AmazonEC2Client Ec2(SandboxServer sandbox) =>
        new(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonEC2Config { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });

    /// <summary>More principals than are asked for one by one.</summary>
    public static async Task People(SandboxServer sandbox)
    {
        using Iam iam = new(sandbox);
        for (int number = 1; number <= 30; number++)
        {
            await iam.CreateRoleAsync($"Role{number}");
            await iam.Client.CreateUserAsync(new() { UserName = $"user{number}" });
        }
    }
}
