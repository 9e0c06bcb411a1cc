using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace EksTools.Sandbox.Tests.LoadBalancing;

/// <summary>Services that nobody but the cloud controller manager takes.</summary>
public sealed class LegacyCloudProviderTests
{
    [Fact]
    public async Task A_plain_Service_gets_a_Classic_Load_Balancer_that_goes_with_it()
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", annotations: [("additional-resource-tags", "team=a"), ("connection-idle-timeout", "120")]));
        var hostname = await stage.ServiceHostnameAsync("web");
        Assert.EndsWith(".us-west-2.elb.amazonaws.com", hostname, StringComparison.Ordinal);
        var service = (await stage.ServiceAsync("web"))!;
        Assert.Contains("service.kubernetes.io/load-balancer-cleanup", service["metadata"]!["finalizers"]!.AsArray().Select(item => (string?)item));

        var name = "a" + ((string)service["metadata"]!["uid"]!).Replace("-", "", StringComparison.Ordinal)[..31];
        var balancer = (await stage.ElbAsync("DescribeLoadBalancers", "LoadBalancerNames.member.1", name)).Xml;
        Assert.Equal((hostname, "internet-facing"), (balancer.Descendants("DNSName").Single().Value, balancer.Descendants("Scheme").Single().Value));
        var listener = balancer.Descendants("Listener").Single();
        Assert.Equal(("TCP", "80", $"{(int)service["spec"]!["ports"]![0]!["nodePort"]!}"), (listener.Element("Protocol")!.Value, listener.Element("LoadBalancerPort")!.Value, listener.Element("InstancePort")!.Value));
        Assert.Equal(2, balancer.Descendants("Instances").Elements().Count());
        Assert.Equal(["a", "owned", "default/web"], (await stage.ElbAsync("DescribeTags", "LoadBalancerNames.member.1", name)).Xml.Descendants("Tags").Elements("member").OrderBy(tag => tag.Element("Key")!.Value switch { "team" => 0, "kubernetes.io/cluster/demo" => 1, _ => 2 }).Select(tag => tag.Element("Value")!.Value));
        Assert.Equal("120", (await stage.ElbAsync("DescribeLoadBalancerAttributes", "LoadBalancerName", name)).Value("IdleTimeout"));
        Assert.Contains($"k8s-elb-{name}", await stage.GroupsAsync());
        Assert.Equal([$"ELB {name}", $"ELB {name}"], await stage.InterfacesAsync());
        Assert.Equal(["EnsuredLoadBalancer: Ensured load balancer", "EnsuringLoadBalancer: Ensuring load balancer"], (await stage.EventsAsync("web")).Order());

        // What it holds, AWS does not delete.
        Assert.Equal("DependencyViolation", (await stage.Stage.Ec2Async("DeleteSubnet", "SubnetId", stage.Subnets[0])).Error);

        await stage.DeleteAsync("/api/v1/namespaces/default/services/web");
        await stage.EventAsync("web", "DeletingLoadBalancer");
        Assert.NotNull(await stage.ServiceAsync("web"));
        await stage.GoneAsync("/api/v1/namespaces/default/services/web");
        Assert.Empty((await stage.ElbAsync("DescribeLoadBalancers")).Xml.Descendants("LoadBalancerName"));
        Assert.DoesNotContain($"k8s-elb-{name}", await stage.GroupsAsync());
        Assert.Empty(await stage.InterfacesAsync());
        await stage.EventAsync("web", "DeletedLoadBalancer");
    }

    [Fact]
    public async Task The_annotation_nlb_makes_a_Network_Load_Balancer_of_instances()
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", annotations: [("type", "nlb"), ("internal", "true"), ("target-group-attributes", "preserve_client_ip.enabled=false")]));
        var hostname = await stage.ServiceHostnameAsync("web");
        Assert.EndsWith(".elb.us-west-2.amazonaws.com", hostname, StringComparison.Ordinal);
        var balancer = (await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("LoadBalancers").Elements("member").Single();
        Assert.Equal(("network", "internal", hostname, "provisioning"), (balancer.Element("Type")!.Value, balancer.Element("Scheme")!.Value, balancer.Element("DNSName")!.Value, balancer.Element("State")!.Value));
        Assert.Null(balancer.Element("SecurityGroups"));
        var group = (await stage.Elbv2Async("DescribeTargetGroups", "LoadBalancerArn", balancer.Element("LoadBalancerArn")!.Value)).Xml.Descendants("TargetGroups").Elements("member").Single();
        Assert.Equal("instance", group.Element("TargetType")!.Value);
        Assert.Contains("false", Attributes((await stage.Elbv2Async("DescribeTargetGroupAttributes", "TargetGroupArn", group.Element("TargetGroupArn")!.Value)).Xml)["preserve_client_ip.enabled"], StringComparison.Ordinal);
        Assert.Equal(2, (await stage.Elbv2Async("DescribeTargetHealth", "TargetGroupArn", group.Element("TargetGroupArn")!.Value)).Xml.Descendants("TargetHealthDescriptions").Elements().Count());
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("active", (await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("State").Single().Value);

        // The type cannot be changed later.
        await stage.ChangeAsync("/api/v1/namespaces/default/services/web", service => service["metadata"]!["annotations"]!.AsObject().Remove("service.beta.kubernetes.io/aws-load-balancer-target-group-attributes"));
        await stage.ChangeAsync("/api/v1/namespaces/default/services/web", service => service["metadata"]!["annotations"]!.AsObject().Remove("service.beta.kubernetes.io/aws-load-balancer-type"));
        Assert.EndsWith("cannot update Load Balancer Type annotation \"service.beta.kubernetes.io/aws-load-balancer-type\" after creation for Classic Load Balancer", await stage.EventAsync("web", "SyncLoadBalancerFailed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"sessionAffinity":"ClientIP"}""", "", "", "unsupported load balancer affinity: ClientIP")]
    [InlineData("""{"ports":[{"name":"a","port":80,"protocol":"TCP"},{"name":"b","port":81,"protocol":"UDP"}]}""", "", "", "mixed protocol is not supported for LoadBalancer")]
    [InlineData("{}", "proxy-protocol", "v2", "annotation \"service.beta.kubernetes.io/aws-load-balancer-proxy-protocol\"=\"v2\" detected, but the only value supported currently is '*'")]
    [InlineData("{}", "connection-draining-enabled", "yes", "error parsing service annotation: service.beta.kubernetes.io/aws-load-balancer-connection-draining-enabled=yes")]
    [InlineData("{}", "target-group-attributes", "a=b", "target group attributes annotation is only supported for NLB")]
    public async Task What_it_cannot_do_it_says_in_its_own_words(string spec, string suffix, string value, string message)
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false);
        await stage.CreateServiceAsync(BalancingStage.Service("web", spec, suffix.Length == 0 ? [] : [(suffix, value)]));
        Assert.Equal($"SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: {message}", await stage.EventAsync("web", "SyncLoadBalancerFailed"));
    }

    [Fact]
    public async Task Without_a_public_subnet_it_waits_until_there_is_one()
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false, gateway: false);
        await stage.CreateServiceAsync(BalancingStage.Service("web"));
        Assert.EndsWith("could not find any suitable subnets for creating the ELB", await stage.EventAsync("web", "SyncLoadBalancerFailed"), StringComparison.Ordinal);
        await stage.EventAsync("web", "UnAvailableLoadBalancer: There are no available nodes for LoadBalancer");
        var gateway = (await stage.Stage.Ec2Async("CreateInternetGateway")).Value("internetGatewayId");
        await stage.Stage.Ec2Async("AttachInternetGateway", "InternetGatewayId", gateway, "VpcId", stage.Vpc);
        var table = (await stage.Stage.Ec2Async("DescribeRouteTables", "Filter.1.Name", "vpc-id", "Filter.1.Value.1", stage.Vpc)).Value("routeTableId");
        await stage.Stage.Ec2Async("CreateRoute", "RouteTableId", table, "DestinationCidrBlock", "0.0.0.0/0", "GatewayId", gateway);
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(10));
        await stage.ServiceHostnameAsync("web");
    }

    [Fact]
    public async Task A_Service_that_is_another_controllers_stays_without_an_address()
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false);
        await stage.CreateServiceAsync(BalancingStage.Service("external", annotations: [("type", "external")]));
        await stage.CreateServiceAsync(BalancingStage.Service("classed", """{"loadBalancerClass":"service.k8s.aws/nlb"}"""));
        await stage.EventAsync("external", "EnsuringLoadBalancer");
        Assert.Empty(await stage.InterfacesAsync());
        Assert.Empty(await stage.EventsAsync("classed"));
        Assert.Null((await stage.ServiceAsync("classed"))!["metadata"]!["finalizers"]);
        var (status, body) = await stage.ChangeAsync("/api/v1/namespaces/default/services/classed", service => service["spec"]!["loadBalancerClass"] = "other");
        Assert.Equal((422, "Service \"classed\" is invalid: spec.loadBalancerClass: Invalid value: \"other\": may not change once set"), ((int)status, (string?)body["message"]));
    }

    [Fact]
    public async Task A_Service_that_becomes_internal_to_the_cluster_gives_its_load_balancer_up()
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false);
        await stage.CreateServiceAsync(BalancingStage.Service("web"));
        await stage.ServiceHostnameAsync("web");
        var (status, body) = await stage.ChangeAsync("/api/v1/namespaces/default/services/web", service => service["spec"]!["type"] = "ClusterIP");
        Assert.True((int)status == 200, body.ToJsonString());
        Assert.Null(body["spec"]!["ports"]![0]!["nodePort"]);
        await stage.EventuallyAsync(async () =>
        {
            stage.Stage.Time.Advance(TimeSpan.FromSeconds(6));
            return (await stage.ServiceAsync("web"))!["metadata"]!["finalizers"] is null ? "free" : null;
        }, "the Service is still held");
        Assert.Empty((await stage.ElbAsync("DescribeLoadBalancers")).Xml.Descendants("LoadBalancerName"));
    }

    private static Dictionary<string, string> Attributes(XElement answer) => answer.Descendants("Attributes").Elements("member").ToDictionary(item => item.Element("Key")!.Value, item => item.Element("Value")!.Value);
}
