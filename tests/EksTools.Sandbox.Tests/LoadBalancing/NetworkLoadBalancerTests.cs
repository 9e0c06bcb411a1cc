using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace EksTools.Sandbox.Tests.LoadBalancing;

/// <summary>What Network Load Balancers of the AWS Load Balancer Controller hold, and where they send.</summary>
public sealed class NetworkLoadBalancerTests
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Class = """{"loadBalancerClass":"service.k8s.aws/nlb"}""";

    [Fact]
    public async Task Elastic_addresses_are_its_own_until_it_goes()
    {
        await using var stage = await ReadyAsync("kubernetes.io/role/elb");
        string[] addresses = [(await stage.Stage.Ec2Async("AllocateAddress")).Value("allocationId"), (await stage.Stage.Ec2Async("AllocateAddress")).Value("allocationId")];
        await stage.CreateServiceAsync(BalancingStage.Service("few", Class, ("scheme", "internet-facing"), ("eip-allocations", addresses[0])));
        Assert.EndsWith("count of EIP allocations (1) and subnets (2) must match", await stage.EventAsync("few", "FailedBuildModel"), StringComparison.Ordinal);
        await stage.CreateServiceAsync(BalancingStage.Service("web", Class, ("scheme", "internet-facing"), ("eip-allocations", string.Join(", ", addresses))));
        await stage.ServiceHostnameAsync("web");
        Assert.Equal(addresses.Order(), (await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("AllocationId").Select(item => item.Value).Order());
        Assert.Equal("InvalidIPAddress.InUse", (await stage.Stage.Ec2Async("ReleaseAddress", "AllocationId", addresses[0])).Error);

        // Whoever wants the same addresses is refused by AWS.
        await stage.CreateServiceAsync(BalancingStage.Service("late", Class, ("scheme", "internet-facing"), ("eip-allocations", string.Join(',', addresses))));
        Assert.Matches("^FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 400, RequestID: [-0-9a-f]{36}, AllocationIdNotFoundException: The allocation IDs 'eipalloc-[0-9a-f]+' are not available for use$", await stage.EventAsync("late", "FailedDeployModel"));
        await stage.DeleteAsync($"{Services}/web");
        await stage.GoneAsync($"{Services}/web");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(10));
        await stage.ServiceHostnameAsync("late");
    }

    [Fact]
    public async Task Targets_of_type_ip_are_the_ready_pods()
    {
        await using var stage = await ReadyAsync("kubernetes.io/role/internal-elb");
        await stage.CreateServiceAsync(BalancingStage.Service("web", Class, ("nlb-target-type", "ip")));
        await stage.ServiceHostnameAsync("web");
        var group = (await stage.Elbv2Async("DescribeTargetGroups")).Xml.Descendants("TargetGroups").Elements("member").Single();
        Assert.Equal(("ip", "8080"), (group.Element("TargetType")!.Value, group.Element("Port")!.Value));
        Assert.Empty(await TargetsAsync(stage));
        await stage.CreateAsync("/apis/apps/v1/namespaces/default/deployments", JsonNode.Parse("""
            {"metadata":{"name":"web"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web:1","ports":[{"containerPort":8080}]}]}}}}
            """)!.AsObject());
        var targets = await stage.EventuallyAsync(async () => await TargetsAsync(stage) is { Count: 3 } three ? three : null, "The pods are not registered");
        Assert.Equal(["initial", "initial", "initial"], targets.Select(target => target.Descendants("State").Single().Value));
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.All(await TargetsAsync(stage), target => Assert.Equal(("healthy", "8080"), (target.Descendants("State").Single().Value, target.Descendants("Port").Single().Value)));
        var addresses = (await stage.GetAsync("/api/v1/namespaces/default/pods"))!["items"]!.AsArray().Select(pod => (string)pod!["status"]!["podIP"]!);
        Assert.Equal(addresses.Order(), (await TargetsAsync(stage)).Select(target => target.Descendants("Id").Single().Value).Order());
    }

    [Fact]
    public async Task Deletion_protection_keeps_the_Service_too()
    {
        await using var stage = await ReadyAsync("kubernetes.io/role/internal-elb");
        await stage.CreateServiceAsync(BalancingStage.Service("web", Class, ("attributes", "deletion_protection.enabled=true")));
        await stage.ServiceHostnameAsync("web");
        var arn = (await stage.Elbv2Async("DescribeLoadBalancers")).Value("LoadBalancerArn");
        Assert.Equal("OperationNotPermitted", (await stage.Elbv2Async("DeleteLoadBalancer", "LoadBalancerArn", arn)).Error);
        await stage.DeleteAsync($"{Services}/web");
        Assert.Equal("FailedBuildModel: Failed build model due to deletion_protection is enabled, cannot delete the service: web", await stage.EventAsync("web", "FailedBuildModel"));
        await stage.ChangeAsync($"{Services}/web", service => service["metadata"]!["annotations"]!["service.beta.kubernetes.io/aws-load-balancer-attributes"] = "deletion_protection.enabled=false");
        await stage.GoneAsync($"{Services}/web");
    }

    [Fact]
    public async Task With_a_role_by_IRSA_the_provider_and_the_trust_must_be_there()
    {
        await using var stage = await ReadyAsync("kubernetes.io/role/internal-elb", policy: null);
        var issuer = ((string)(await stage.Stage.GetAsync("/clusters/demo")).Json["cluster"]!["identity"]!["oidc"]!["issuer"]!)["https://".Length..];
        await stage.ChangeAsync("/api/v1/namespaces/kube-system/serviceaccounts/aws-load-balancer-controller", account =>
            account["metadata"]!["annotations"] = new JsonObject { ["eks.amazonaws.com/role-arn"] = "arn:aws:iam::111122223333:role/irsa" });
        await stage.CreateServiceAsync(BalancingStage.Service("web", Class));
        Assert.Contains($"InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://{issuer}", await stage.EventAsync("web", "FailedBuildModel"), StringComparison.Ordinal);
        await stage.Stage.IamAsync("CreateOpenIDConnectProvider", "Url", $"https://{issuer}", "ClientIDList.member.1", "sts.amazonaws.com", "ThumbprintList.member.1", new string('a', 40));
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.EventuallyAsync(async () => (await stage.EventsAsync("web")).FirstOrDefault(told => told.EndsWith("AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity", StringComparison.Ordinal)), "Nothing about the role");
        var trust = $$$"""{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/{{{issuer}}}"},"Condition":{"StringEquals":{"{{{issuer}}}:sub":"system:serviceaccount:kube-system:aws-load-balancer-controller"} } }]}""";
        await stage.Stage.IamAsync("CreateRole", "RoleName", "irsa", "AssumeRolePolicyDocument", trust);
        await stage.Stage.IamAsync("PutRolePolicy", "RoleName", "irsa", "PolicyName", "p", "PolicyDocument", """{"Statement":{"Effect":"Allow","Action":["elasticloadbalancing:Describe*","elasticloadbalancing:CreateLoadBalancer"],"Resource":"*"}}""");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.ServiceHostnameAsync("web");
    }

    private static async Task<BalancingStage> ReadyAsync(string role, string? policy = "elasticloadbalancing:*")
    {
        var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync(policy, webhooks: false);
        await stage.TagSubnetsAsync(role, "1");
        await stage.ControllerReadyAsync();
        return stage;
    }

    private static async Task<List<XElement>> TargetsAsync(BalancingStage stage) =>
        [.. (await stage.Elbv2Async("DescribeTargetHealth", "TargetGroupArn", (await stage.Elbv2Async("DescribeTargetGroups")).Value("TargetGroupArn"))).Xml.Descendants("TargetHealthDescriptions").Elements("member")];
}
