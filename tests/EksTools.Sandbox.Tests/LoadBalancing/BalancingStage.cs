using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.LoadBalancing;

/// <summary>A cluster named demo with two nodes in two public subnets, and its Services and load balancers.</summary>
internal sealed class BalancingStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private BalancingStage(Stage stage, string vpc, string[] subnets) => (Stage, Vpc, Subnets) = (stage, vpc, subnets);

    public Stage Stage { get; }

    public string Vpc { get; }

    public string[] Subnets { get; }

    public static async Task<BalancingStage> StartAsync(bool nodes = true, bool gateway = true, string members = "")
    {
        var stage = await Stage.StartAsync();
        var (vpc, subnets) = await stage.ClusterAsync(""","accessConfig":{"authenticationMode":"API"}""" + members);
        if (gateway)
        {
            var id = (await stage.Ec2Async("CreateInternetGateway")).Value("internetGatewayId");
            await stage.Ec2Async("AttachInternetGateway", "InternetGatewayId", id, "VpcId", vpc);
            var table = (await stage.Ec2Async("DescribeRouteTables", "Filter.1.Name", "vpc-id", "Filter.1.Value.1", vpc)).Value("routeTableId");
            await stage.Ec2Async("CreateRoute", "RouteTableId", table, "DestinationCidrBlock", "0.0.0.0/0", "GatewayId", id);
            foreach (var subnet in subnets)
            {
                await stage.Ec2Async("ModifySubnetAttribute", "SubnetId", subnet, "MapPublicIpOnLaunch.Value", "true");
            }
        }

        var made = new BalancingStage(stage, vpc, subnets);
        if (nodes)
        {
            await made.AddNodesAsync();
        }

        return made;
    }

    /// <summary>Two nodes that are Ready.</summary>
    public async Task AddNodesAsync(string members = "")
    {
        var role = await Stage.RoleAsync("node", "ec2.amazonaws.com");
        await Stage.PostAsync("/clusters/demo/node-groups", $$"""{"nodegroupName":"ng","nodeRole":"{{role}}","subnets":["{{string.Join("\",\"", Subnets)}}"],"scalingConfig":{"minSize":2,"maxSize":2,"desiredSize":2}{{members}} }""");
        Stage.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("ACTIVE", await Stage.StatusAsync("/clusters/demo/node-groups/ng"));
    }

    /// <summary>What the controller's chart lays into a cluster, as far as it counts, and its role by Pod Identity.</summary>
    /// <param name="policy">The actions that its role allows; null for no role.</param>
    public async Task InstallControllerAsync(string? policy = "elasticloadbalancing:*", bool webhooks = true, bool bindings = true)
    {
        const string Name = "aws-load-balancer-controller";
        if (policy is not null)
        {
            var role = await Stage.RoleAsync("controller", "pods.eks.amazonaws.com");
            await Stage.IamAsync("PutRolePolicy", "RoleName", "controller", "PolicyName", "p", "PolicyDocument", $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{policy}}","Resource":"*"}]}""");
            Assert.Null((await Stage.PostAsync("/clusters/demo/pod-identity-associations", $$"""{"namespace":"kube-system","serviceAccount":"{{Name}}","roleArn":"{{role}}"}""")).Error);
        }

        var labels = $$"""{"app.kubernetes.io/name":"{{Name}}"}""";
        await CreateAsync("/api/v1/namespaces/kube-system/serviceaccounts", Parse($$"""{"metadata":{"name":"{{Name}}"} }"""));
        await CreateAsync("/api/v1/namespaces/kube-system/services", Parse($$"""{"metadata":{"name":"aws-load-balancer-webhook-service","labels":{{labels}} },"spec":{"selector":{{labels}},"ports":[{"port":443,"targetPort":9443}]} }"""));
        if (bindings)
        {
            await CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Parse("""
                {"metadata":{"name":"targetgroupbindings.elbv2.k8s.aws"},
                 "spec":{"group":"elbv2.k8s.aws","scope":"Namespaced","names":{"plural":"targetgroupbindings","singular":"targetgroupbinding","kind":"TargetGroupBinding"},
                   "versions":[{"name":"v1beta1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                """));
        }

        await CreateAsync("/apis/networking.k8s.io/v1/ingressclasses", Parse("""{"metadata":{"name":"alb"},"spec":{"controller":"ingress.k8s.aws/alb"}}"""));
        if (webhooks)
        {
            await CreateAsync("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", Webhooks("mservice", "/mutate-v1-service", """["CREATE"]""", "", "services"));
            await CreateAsync("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", Webhooks("vingress", "/validate-networking-v1-ingress", """["CREATE","UPDATE"]""", "networking.k8s.io", "ingresses"));
        }

        await CreateAsync("/apis/apps/v1/namespaces/kube-system/deployments", Parse($$"""
            {"metadata":{"name":"{{Name}}","labels":{{labels}} },
             "spec":{"replicas":2,"selector":{"matchLabels":{{labels}} },"template":{"metadata":{"labels":{{labels}} },
               "spec":{"serviceAccountName":"{{Name}}","containers":[{"name":"{{Name}}","image":"public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0","ports":[{"containerPort":9443}]}]} } } }
            """));
    }

    /// <summary>Waits until the controller's webhook would be answered.</summary>
    public Task ControllerReadyAsync(bool ready = true) => EventuallyAsync(async () =>
        ((await GetAsync("/api/v1/namespaces/kube-system/endpoints/aws-load-balancer-webhook-service"))?["subsets"] is not null) == ready ? "so" : null, $"The webhook's endpoints are not {(ready ? "there" : "gone")}");

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Webhooks(string name, string path, string operations, string group, string resources) => Parse($$"""
        {"metadata":{"name":"aws-load-balancer-webhook"},
         "webhooks":[{"name":"{{name}}.elbv2.k8s.aws","admissionReviewVersions":["v1"],"sideEffects":"None","failurePolicy":"Fail",
           "clientConfig":{"service":{"name":"aws-load-balancer-webhook-service","namespace":"kube-system","path":"{{path}}"} },
           "objectSelector":{"matchExpressions":[{"key":"app.kubernetes.io/name","operator":"NotIn","values":["aws-load-balancer-controller"]}]},
           "rules":[{"apiGroups":["{{group}}"],"apiVersions":["v1"],"operations":{{operations}},"resources":["{{resources}}"]}]}]}
        """);

    /// <summary>Tags both subnets.</summary>
    public Task TagSubnetsAsync(string key, string value) => Stage.Ec2Async("CreateTags", "ResourceId.1", Subnets[0], "ResourceId.2", Subnets[1], "Tag.1.Key", key, "Tag.1.Value", value);

    /// <summary>A Service of type LoadBalancer.</summary>
    public static JsonObject Service(string name, string? spec = null, params ReadOnlySpan<(string Suffix, string Value)> annotations)
    {
        var service = JsonNode.Parse($$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{name}}","annotations":{} },"spec":{"type":"LoadBalancer","selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]} }""")!.AsObject();
        foreach (var (suffix, value) in annotations)
        {
            service["metadata"]!["annotations"]![suffix.Contains('/', StringComparison.Ordinal) ? suffix : $"service.beta.kubernetes.io/aws-load-balancer-{suffix}"] = value;
        }

        foreach (var (key, value) in JsonNode.Parse(spec ?? "{}")!.AsObject())
        {
            service["spec"]![key] = value?.DeepClone();
        }

        return service;
    }

    public async Task<JsonObject> CreateAsync(string path, JsonObject body)
    {
        var (status, answer) = await Stage.KubernetesAsync(Stage.Administrator, path, HttpMethod.Post, body);
        Assert.True(status == HttpStatusCode.Created, answer.ToJsonString());
        return answer;
    }

    public Task<JsonObject> CreateServiceAsync(JsonObject service) => CreateAsync("/api/v1/namespaces/default/services", service);

    public async Task<JsonObject?> GetAsync(string path) => await Stage.KubernetesAsync(Stage.Administrator, path) is (HttpStatusCode.OK, { } body) ? body : null;

    public Task<JsonObject?> ServiceAsync(string name) => GetAsync($"/api/v1/namespaces/default/services/{name}");

    public async Task<(HttpStatusCode Status, JsonObject Body)> ChangeAsync(string path, Action<JsonObject> change)
    {
        var obj = (await GetAsync(path))!;
        change(obj);
        return await Stage.KubernetesAsync(Stage.Administrator, path, HttpMethod.Put, obj);
    }

    public Task DeleteAsync(string path) => Stage.KubernetesAsync(Stage.Administrator, path, HttpMethod.Delete);

    public async Task<string> HostnameAsync(string path) =>
        await EventuallyAsync(async () => (string?)((await GetAsync(path))?["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"]), $"{path} has no host name");

    public Task<string> ServiceHostnameAsync(string name) => HostnameAsync($"/api/v1/namespaces/default/services/{name}");

    /// <summary>The events of an object, <c>Reason: message</c>.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string name) =>
        [.. (await GetAsync("/api/v1/namespaces/default/events"))!["items"]!.AsArray().Where(item => (string?)item!["involvedObject"]!["name"] == name).Select(item => $"{(string?)item!["reason"]}: {(string?)item["message"]}")];

    public async Task<string> EventAsync(string name, string start) =>
        await EventuallyAsync(async () => (await EventsAsync(name)).FirstOrDefault(told => told.StartsWith(start, StringComparison.Ordinal)), $"{name} has no event '{start}'");

    /// <summary>Waits, in real time, for what a controller does after a write; asking AWS lets everything happen that is due.</summary>
    public async Task<T> EventuallyAsync<T>(Func<Task<T?>> look, string otherwise)
        where T : class
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            await Stage.Ec2Async("DescribeRegions");
            if (await look() is { } found)
            {
                return found;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{otherwise} after {Patience.TotalSeconds} s.");
    }

    /// <summary>Waits until an object is gone, while the account's clock goes on.</summary>
    public async Task GoneAsync(string path) => await EventuallyAsync(async () =>
    {
        Stage.Time.Advance(TimeSpan.FromSeconds(6));
        return await GetAsync(path) is null ? "gone" : null;
    }, $"{path} is still there");

    public Task<Answer> ElbAsync(string action, params string[] parameters) => Stage.Client.QueryAsync("elb", action, parameters);

    public Task<Answer> Elbv2Async(string action, params string[] parameters) => Stage.Client.QueryAsync("elbv2", action, parameters);

    /// <summary>The tags of a load balancer of the second generation.</summary>
    public async Task<Dictionary<string, string>> TagsAsync(string arn) =>
        (await Elbv2Async("DescribeTags", "ResourceArns.member.1", arn)).Xml.Descendants("Tags").Elements("member").ToDictionary(tag => tag.Element("Key")!.Value, tag => tag.Element("Value")!.Value);

    /// <summary>The names of the VPC's security groups.</summary>
    public async Task<IReadOnlyList<string>> GroupsAsync() =>
        [.. (await Stage.Ec2Async("DescribeSecurityGroups", "Filter.1.Name", "vpc-id", "Filter.1.Value.1", Vpc)).Xml.Element("securityGroupInfo")!.Elements("item").Select(item => item.Element("groupName")!.Value)];

    /// <summary>The descriptions of the load balancers' interfaces.</summary>
    public async Task<IReadOnlyList<string>> InterfacesAsync() =>
        [.. (await Stage.Ec2Async("DescribeNetworkInterfaces", "Filter.1.Name", "requester-id", "Filter.1.Value.1", "amazon-elb")).Xml.Element("networkInterfaceSet")!.Elements("item").Select(item => item.Element("description")!.Value)];

    public ValueTask DisposeAsync() => Stage.DisposeAsync();
}
