using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.LoadBalancing;

/// <summary>Clusters with the AWS Load Balancer Controller.</summary>
public sealed class LoadBalancerControllerTests
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

    [Fact]
    public async Task A_new_Service_becomes_an_internal_Network_Load_Balancer_that_goes_with_it()
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync();
        await stage.TagSubnetsAsync("kubernetes.io/role/internal-elb", "1");
        await stage.ControllerReadyAsync();
        var created = await stage.CreateServiceAsync(BalancingStage.Service("web", annotations: [("additional-resource-tags", "team=a"), ("proxy-protocol", "*")]));
        Assert.Equal("service.k8s.aws/nlb", (string?)created["spec"]!["loadBalancerClass"]);
        var hostname = await stage.ServiceHostnameAsync("web");
        Assert.Matches("^k8s-default-web-[0-9a-f]{10}-[0-9a-f]{16}.elb.us-west-2.amazonaws.com$", hostname);
        await stage.EventAsync("web", "SuccessfullyReconciled: Successfully reconciled");
        var service = (await stage.ServiceAsync("web"))!;
        Assert.Equal(["service.k8s.aws/resources"], service["metadata"]!["finalizers"]!.AsArray().Select(item => (string)item!));

        var balancer = (await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("LoadBalancers").Elements("member").Single();
        var arn = balancer.Element("LoadBalancerArn")!.Value;
        Assert.Equal(("network", "internal", 2), (balancer.Element("Type")!.Value, balancer.Element("Scheme")!.Value, balancer.Element("SecurityGroups")!.Elements().Count()));
        var tags = await stage.TagsAsync(arn);
        Assert.Equal(("demo", "default/web", "LoadBalancer", "a"), (tags["elbv2.k8s.aws/cluster"], tags["service.k8s.aws/stack"], tags["service.k8s.aws/resource"], tags["team"]));
        var groups = await stage.GroupsAsync();
        Assert.Contains(groups, name => name.StartsWith("k8s-default-web-", StringComparison.Ordinal));
        Assert.Contains(groups, name => name.StartsWith("k8s-traffic-demo-", StringComparison.Ordinal));

        var group = (await stage.Elbv2Async("DescribeTargetGroups", "LoadBalancerArn", arn)).Xml.Descendants("TargetGroups").Elements("member").Single();
        var groupArn = group.Element("TargetGroupArn")!.Value;
        Assert.Equal("default/web:80", (await stage.TagsAsync(groupArn))["service.k8s.aws/resource"]);
        Assert.Equal("true", (await stage.Elbv2Async("DescribeTargetGroupAttributes", "TargetGroupArn", groupArn)).Xml.Descendants("member").Single(item => item.Element("Key")!.Value == "proxy_protocol_v2.enabled").Element("Value")!.Value);
        Assert.Equal(2, (await stage.Elbv2Async("DescribeTargetHealth", "TargetGroupArn", groupArn)).Xml.Descendants("TargetHealthDescriptions").Elements().Count());
        var binding = (await stage.GetAsync("/apis/elbv2.k8s.aws/v1beta1/namespaces/default/targetgroupbindings"))!["items"]!.AsArray().Single()!;
        Assert.Equal((groupArn, "web"), ((string?)binding["spec"]!["targetGroupARN"], (string?)binding["spec"]!["serviceRef"]!["name"]));

        // Another scheme is another load balancer, with another name.
        await stage.TagSubnetsAsync("kubernetes.io/role/elb", "1");
        await stage.ChangeAsync($"{Services}/web", changed => changed["metadata"]!["annotations"]!["service.beta.kubernetes.io/aws-load-balancer-scheme"] = "internet-facing");
        var replaced = await stage.EventuallyAsync(async () => await stage.ServiceHostnameAsync("web") is var now && now != hostname ? now : null, "The host name is the same");
        Assert.Equal(replaced, (await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("DNSName").Single().Value);

        await stage.DeleteAsync($"{Services}/web");
        await stage.GoneAsync($"{Services}/web");
        await stage.EventuallyAsync(async () =>
        {
            stage.Stage.Time.Advance(TimeSpan.FromSeconds(6));
            return (await stage.GroupsAsync()).Any(name => name.StartsWith("k8s-", StringComparison.Ordinal)) ? null : "gone";
        }, "Security groups stay");
        Assert.Empty(await stage.InterfacesAsync());
        Assert.Empty((await stage.Elbv2Async("DescribeTargetGroups")).Xml.Descendants("TargetGroupArn"));
        Assert.Empty((await stage.GetAsync("/apis/elbv2.k8s.aws/v1beta1/namespaces/default/targetgroupbindings"))!["items"]!.AsArray());
    }

    [Fact]
    public async Task While_no_replica_is_ready_no_load_balancer_Service_and_no_Ingress_can_be_made()
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false);
        await stage.InstallControllerAsync();
        var (status, body) = await stage.Stage.KubernetesAsync(stage.Stage.Administrator, Services, HttpMethod.Post, BalancingStage.Service("web"));
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("Internal error occurred: failed calling webhook \"mservice.elbv2.k8s.aws\": failed to call webhook: Post \"https://aws-load-balancer-webhook-service.kube-system.svc:443/mutate-v1-service?timeout=10s\": no endpoints available for service \"aws-load-balancer-webhook-service\"", (string?)body["message"]);
        (status, body) = await stage.Stage.KubernetesAsync(stage.Stage.Administrator, Ingresses, HttpMethod.Post, Ingress("web"));
        Assert.Contains("failed calling webhook \"vingress.elbv2.k8s.aws\"", (string?)body["message"], StringComparison.Ordinal);

        // Its own Services pass, and so does everything where the webhook is gone.
        await stage.CreateServiceAsync(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "own", ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "aws-load-balancer-controller" } }, ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["port"] = 80 }) } });
        await stage.DeleteAsync("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/aws-load-balancer-webhook");
        Assert.Null((await stage.CreateServiceAsync(BalancingStage.Service("web")))["spec"]!["loadBalancerClass"]);
    }

    [Theory]
    [InlineData("", "", "FailedBuildModel: Failed build model due to unable to resolve at least one subnet. Evaluated 0 subnets: 0 are tagged for other clusters, and 0 have insufficient available IP addresses")]
    [InlineData("scheme", "public", "FailedBuildModel: Failed build model due to unknown scheme: public")]
    [InlineData("ssl-ports", "*", "FailedBuildModel: Failed build model due to Unused port in ssl-ports annotation [*]", true)]
    [InlineData("disable-nlb-sg", "yes", "FailedBuildModel: Failed build model due to failed to parse bool annotation, service.beta.kubernetes.io/aws-load-balancer-disable-nlb-sg: yes: strconv.ParseBool: parsing \"yes\": invalid syntax", true)]
    [InlineData("eip-allocations", "eipalloc-1", "FailedBuildModel: Failed build model due to EIP allocations can only be set for internet facing load balancers", true)]
    [InlineData("attributes", "speed=high", "FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: ModifyLoadBalancerAttributes, https response error StatusCode: 400, RequestID: ", true)]
    public async Task What_it_cannot_do_it_says_in_its_own_words(string suffix, string value, string message, bool tagged = false)
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync(webhooks: false, bindings: false);
        await stage.ControllerReadyAsync();
        if (tagged)
        {
            await stage.TagSubnetsAsync("kubernetes.io/role/internal-elb", "");
        }

        await stage.CreateServiceAsync(BalancingStage.Service("web", """{"loadBalancerClass":"service.k8s.aws/nlb"}""", suffix.Length == 0 ? [] : [(suffix, value)]));
        Assert.StartsWith(message, await stage.EventAsync("web", "Failed"), StringComparison.Ordinal);
        Assert.Null((await stage.ServiceAsync("web"))!["status"]!["loadBalancer"]!["ingress"]);
    }

    [Theory]
    [InlineData(null, "FailedBuildModel", "api error AccessDenied: User: arn:aws:sts::111122223333:assumed-role/node/")]
    [InlineData("s3:*", "FailedBuildModel", "is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers because no identity-based policy allows the elasticloadbalancing:DescribeLoadBalancers action")]
    [InlineData("elasticloadbalancing:Describe*", "FailedDeployModel", "is not authorized to perform: elasticloadbalancing:CreateLoadBalancer on resource: arn:aws:elasticloadbalancing:us-west-2:111122223333:loadbalancer/net/k8s-default-web-")]
    public async Task Without_a_role_that_may_it_is_refused_and_with_one_it_goes_on(string? policy, string reason, string message)
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync(policy, webhooks: false);
        await stage.TagSubnetsAsync("kubernetes.io/role/internal-elb", "1");
        await stage.ControllerReadyAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", """{"loadBalancerClass":"service.k8s.aws/nlb"}"""));
        Assert.Contains(message, await stage.EventAsync("web", reason), StringComparison.Ordinal);
        await stage.Stage.IamAsync("AttachRolePolicy", "RoleName", policy is null ? "node" : "controller", "PolicyArn", "arn:aws:iam::aws:policy/ElasticLoadBalancingFullAccess");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(10));
        await stage.ServiceHostnameAsync("web");
    }

    [Fact]
    public async Task A_Service_that_outlives_the_controller_stays_held_by_its_finalizer()
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync(webhooks: false);
        await stage.TagSubnetsAsync("kubernetes.io/role/internal-elb", "1");
        await stage.ControllerReadyAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", annotations: [("type", "external"), ("nlb-target-type", "instance")]));
        await stage.ServiceHostnameAsync("web");
        await stage.DeleteAsync("/apis/apps/v1/namespaces/kube-system/deployments/aws-load-balancer-controller");
        await stage.ControllerReadyAsync(false);
        await stage.DeleteAsync($"{Services}/web");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(30));
        var service = (await stage.ServiceAsync("web"))!;
        Assert.NotNull(service["metadata"]!["deletionTimestamp"]);
        Assert.Contains("service.k8s.aws/resources", service["metadata"]!["finalizers"]!.AsArray().Select(item => (string?)item));
        Assert.Single((await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("LoadBalancerArn"));
    }

    [Fact]
    public async Task Ingresses_of_a_group_share_an_Application_Load_Balancer()
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync();
        await stage.TagSubnetsAsync("kubernetes.io/role/elb", "1");
        await stage.ControllerReadyAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", """{"type":"NodePort"}"""));
        foreach (var (name, path) in new[] { ("one", "/one"), ("two", "/two") })
        {
            await stage.CreateAsync(Ingresses, Ingress(name, path, ("scheme", "internet-facing"), ("group.name", "shared"), ("listen-ports", """[{"HTTP":80},{"HTTP":8080}]""")));
        }

        var hostname = await stage.HostnameAsync($"{Ingresses}/one");
        Assert.Matches("^k8s-shared-[0-9a-f]{10}-[0-9]+.us-west-2.elb.amazonaws.com$", hostname);
        Assert.Equal(hostname, await stage.HostnameAsync($"{Ingresses}/two"));
        var balancer = (await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("LoadBalancers").Elements("member").Single();
        var arn = balancer.Element("LoadBalancerArn")!.Value;
        Assert.Equal(("application", "internet-facing", "shared"), (balancer.Element("Type")!.Value, balancer.Element("Scheme")!.Value, (await stage.TagsAsync(arn))["ingress.k8s.aws/stack"]));
        Assert.Equal(["ELB app/k8s-shared-", "ELB app/k8s-shared-"], (await stage.InterfacesAsync()).Select(description => description[..19]));
        var listeners = (await stage.Elbv2Async("DescribeListeners", "LoadBalancerArn", arn)).Xml.Descendants("Listeners").Elements("member").ToList();
        Assert.Equal(["80", "8080"], listeners.Select(listener => listener.Element("Port")!.Value));
        var rules = (await stage.Elbv2Async("DescribeRules", "ListenerArn", listeners[0].Element("ListenerArn")!.Value)).Xml;
        Assert.Equal(["/one", "/one/*", "/two", "/two/*"], rules.Descendants("Values").Elements("member").Select(value => value.Value));
        Assert.Equal(["group.ingress.k8s.aws/shared"], (await stage.GetAsync($"{Ingresses}/one"))!["metadata"]!["finalizers"]!.AsArray().Select(item => (string)item!));
        Assert.Equal(["SuccessfullyReconciled: Successfully reconciled"], await stage.EventsAsync("two"));

        await stage.DeleteAsync($"{Ingresses}/one");
        await stage.GoneAsync($"{Ingresses}/one");
        Assert.Single((await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("LoadBalancerArn"));
        await stage.DeleteAsync($"{Ingresses}/two");
        await stage.GoneAsync($"{Ingresses}/two");
        Assert.Empty((await stage.Elbv2Async("DescribeLoadBalancers")).Xml.Descendants("LoadBalancerArn"));
    }

    [Fact]
    public async Task An_Ingress_needs_subnets_in_two_zones_and_a_class_that_is_there()
    {
        await using var stage = await BalancingStage.StartAsync();
        await stage.InstallControllerAsync();
        await stage.Stage.Ec2Async("CreateTags", "ResourceId.1", stage.Subnets[0], "Tag.1.Key", "kubernetes.io/role/internal-elb", "Tag.1.Value", "1");
        await stage.ControllerReadyAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", """{"type":"ClusterIP"}"""));
        await stage.CreateAsync(Ingresses, Ingress("one"));
        Assert.EndsWith("subnets count less than minimal required count: 1 < 2", await stage.EventAsync("one", "FailedBuildModel"), StringComparison.Ordinal);
        var lost = Ingress("lost");
        lost["spec"]!["ingressClassName"] = "elsewhere";
        await stage.CreateAsync(Ingresses, lost);
        Assert.Equal("FailedLoadGroupID: failed load groupID due to invalid ingress class: ingressclasses.networking.k8s.io \"elsewhere\" not found", await stage.EventAsync("lost", "Failed"));

        await stage.TagSubnetsAsync("kubernetes.io/role/internal-elb", "1");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.EndsWith("TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'", await stage.EventAsync("one", "FailedBuildModel: Failed build model due to ingress"), StringComparison.Ordinal);
        await stage.ChangeAsync($"{Ingresses}/one", ingress => ingress["metadata"]!["annotations"] = new JsonObject { ["alb.ingress.kubernetes.io/target-type"] = "ip" });
        Assert.StartsWith("internal-k8s-default-one-", await stage.HostnameAsync($"{Ingresses}/one"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_with_two_groups_of_the_clusters_tag_are_not_registered()
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false);
        var own = (string)(await stage.Stage.GetAsync("/clusters/demo")).Json["cluster"]!["resourcesVpcConfig"]!["clusterSecurityGroupId"]!;
        var second = (await stage.Stage.Ec2Async("CreateSecurityGroup", "GroupName", "second", "GroupDescription", "d", "VpcId", stage.Vpc, "TagSpecification.1.ResourceType", "security-group", "TagSpecification.1.Tag.1.Key", "kubernetes.io/cluster/demo", "TagSpecification.1.Tag.1.Value", "owned")).Value("groupId");
        var template = (await stage.Stage.Ec2Async("CreateLaunchTemplate", "LaunchTemplateName", "two", "LaunchTemplateData.SecurityGroupId.1", own, "LaunchTemplateData.SecurityGroupId.2", second)).Value("launchTemplateId");
        await stage.AddNodesAsync($$""","launchTemplate":{"id":"{{template}}"}""");
        await stage.InstallControllerAsync(webhooks: false);
        await stage.TagSubnetsAsync("kubernetes.io/role/internal-elb", "1");
        await stage.ControllerReadyAsync();
        await stage.CreateServiceAsync(BalancingStage.Service("web", """{"loadBalancerClass":"service.k8s.aws/nlb"}"""));
        await stage.ServiceHostnameAsync("web");
        var binding = (await stage.GetAsync("/apis/elbv2.k8s.aws/v1beta1/namespaces/default/targetgroupbindings"))!["items"]!.AsArray().Single()!;
        Assert.Matches($@"^FailedNetworkReconcile: expected exactly one securityGroup tagged with kubernetes.io/cluster/demo for eni eni-[0-9a-f]+, got: \[{own} {second}\] \(clusterName: demo\)$", await stage.EventAsync((string)binding["metadata"]!["name"]!, "Failed"));
        Assert.Empty((await stage.Elbv2Async("DescribeTargetHealth", "TargetGroupArn", (string)binding["spec"]!["targetGroupARN"]!)).Xml.Descendants("TargetHealthDescriptions").Elements());

        // The legacy cloud provider says so too, at the Service.
        await stage.CreateServiceAsync(BalancingStage.Service("old"));
        Assert.Contains("Multiple tagged security groups found for instance i-", await stage.EventAsync("old", "SyncLoadBalancerFailed"), StringComparison.Ordinal);

        await stage.Stage.Ec2Async("DeleteTags", "ResourceId.1", second, "Tag.1.Key", "kubernetes.io/cluster/demo");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(10));
        await stage.ServiceHostnameAsync("old");
        Assert.Equal(2, (await stage.Elbv2Async("DescribeTargetHealth", "TargetGroupArn", (string)binding["spec"]!["targetGroupARN"]!)).Xml.Descendants("TargetHealthDescriptions").Elements().Count());
    }

    [Fact]
    public async Task In_Auto_Mode_EKS_itself_takes_Services_and_Ingresses_of_its_classes()
    {
        await using var stage = await BalancingStage.StartAsync(nodes: false, members: ""","bootstrapSelfManagedAddons":false,"computeConfig":{"enabled":true},"kubernetesNetworkConfig":{"elasticLoadBalancing":{"enabled":true}},"storageConfig":{"blockStorage":{"enabled":true}}""");
        await stage.TagSubnetsAsync("kubernetes.io/role/elb", "1");
        var created = await stage.CreateServiceAsync(BalancingStage.Service("web", annotations: [("scheme", "internet-facing")]));
        Assert.Equal("eks.amazonaws.com/nlb", (string?)created["spec"]!["loadBalancerClass"]);
        await stage.ServiceHostnameAsync("web");
        var arn = (await stage.Elbv2Async("DescribeLoadBalancers")).Value("LoadBalancerArn");
        var tags = await stage.TagsAsync(arn);
        Assert.Equal(("demo", "default/web"), (tags["eks:eks-cluster-name"], tags["service.eks.amazonaws.com/stack"]));
        await stage.CreateAsync("/apis/networking.k8s.io/v1/ingressclasses", JsonNode.Parse("""{"metadata":{"name":"alb"},"spec":{"controller":"eks.amazonaws.com/alb"}}""")!.AsObject());
        await stage.CreateAsync(Ingresses, Ingress("one", "/", ("scheme", "internet-facing"), ("target-type", "ip")));
        await stage.HostnameAsync($"{Ingresses}/one");
        Assert.Contains("service.eks.amazonaws.com/resources", (await stage.ServiceAsync("web"))!["metadata"]!["finalizers"]!.AsArray().Select(item => (string?)item));
    }

    private static JsonObject Ingress(string name, string path = "/", params ReadOnlySpan<(string Suffix, string Value)> annotations)
    {
        var ingress = JsonNode.Parse($$"""
            {"metadata":{"name":"{{name}}","annotations":{} },
             "spec":{"ingressClassName":"alb","rules":[{"http":{"paths":[{"path":"{{path}}","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80} } } }]} }]} }
            """)!.AsObject();
        foreach (var (suffix, value) in annotations)
        {
            ingress["metadata"]!["annotations"]![$"alb.ingress.kubernetes.io/{suffix}"] = value;
        }

        return ingress;
    }
}
