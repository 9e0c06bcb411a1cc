using System.Text.Json.Nodes;
using System.Xml.Linq;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Eks;

/// <summary>Node groups and add-ons, and how they wait for each other.</summary>
public sealed class NodegroupTests
{
    private static string Group(string role, string[] subnets, string members = "") => $$"""{"nodegroupName":"ng","nodeRole":"{{role}}","subnets":["{{string.Join("\",\"", subnets)}}"]{{members}}}""";

    [Fact]
    public async Task Nodes_wait_for_their_network_and_coredns_waits_for_nodes()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync();
        var role = await stage.RoleAsync("node", "ec2.amazonaws.com");
        await stage.PostAsync("/clusters/demo/addons", """{"addonName":"coredns"}""");
        Assert.Equal("CREATING", (string?)(await stage.PostAsync("/clusters/demo/node-groups", Group(role, subnets))).Json["nodegroup"]!["status"]);
        stage.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("CREATING", await stage.StatusAsync("/clusters/demo/node-groups/ng"));
        var coredns = (await stage.GetAsync("/clusters/demo/addons/coredns")).Json["addon"]!;
        Assert.Equal(("CREATING", "InsufficientNumberOfReplicas"), ((string?)coredns["status"], (string?)coredns["health"]!["issues"]![0]!["code"]));
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("DEGRADED", await stage.StatusAsync("/clusters/demo/addons/coredns"));
        foreach (var addon in new[] { "vpc-cni", "kube-proxy" })
        {
            Assert.Null((await stage.PostAsync("/clusters/demo/addons", $$"""{"addonName":"{{addon}}"}""")).Error);
        }

        stage.Time.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo/node-groups/ng"));
        Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo/addons/coredns"));
        var instances = await stage.Ec2Async("DescribeInstances", "Filter.1.Name", "tag:eks:nodegroup-name", "Filter.1.Value.1", "ng");
        Assert.Equal(["running", "running"], instances.Xml.Descendants("instanceState").Select(state => state.Element("name")!.Value));
        Assert.Equal(subnets.Order(), instances.Xml.Descendants("instancesSet").Elements("item").Select(instance => instance.Element("subnetId")!.Value).Order());
    }

    [Fact]
    public async Task Without_a_network_a_node_group_fails_at_last()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync();
        await stage.PostAsync("/clusters/demo/node-groups", Group(await stage.RoleAsync("node", "ec2.amazonaws.com"), subnets));
        stage.Time.Advance(TimeSpan.FromMinutes(26));
        var group = (await stage.GetAsync("/clusters/demo/node-groups/ng")).Json["nodegroup"]!;
        Assert.Equal(("CREATE_FAILED", "NodeCreationFailure"), ((string?)group["status"], (string?)group["health"]!["issues"]![0]!["code"]));
    }

    [Fact]
    public async Task A_node_group_comes_scales_and_goes_with_its_access_entry()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync(""","accessConfig":{"authenticationMode":"API"}""");
        var role = await stage.RoleAsync("node", "ec2.amazonaws.com");
        Assert.Null((await stage.PostAsync("/clusters/demo/node-groups", Group(role, subnets, ""","scalingConfig":{"minSize":1,"maxSize":3,"desiredSize":1}"""))).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(2.5));
        Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo/node-groups/ng"));
        var entry = $"/clusters/demo/access-entries/{Uri.EscapeDataString(role)}";
        Assert.Equal("EC2_LINUX", (string?)(await stage.GetAsync(entry)).Json["accessEntry"]!["type"]);
        Assert.Equal("ResourceInUseException", (await stage.DeleteAsync("/clusters/demo")).Error);

        await stage.PostAsync("/clusters/demo/node-groups/ng/update-config", """{"scalingConfig":{"desiredSize":3}}""");
        Assert.Equal("ResourceInUseException", (await stage.PostAsync("/clusters/demo/node-groups/ng/update-config", """{"scalingConfig":{"desiredSize":2}}""")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(3));
        async Task<int> Running() => (await stage.Ec2Async("DescribeInstances", "Filter.1.Name", "instance-state-name", "Filter.1.Value.1", "running")).Xml.Descendants("instancesSet").Count();
        Assert.Equal(3, await Running());

        await stage.DeleteAsync("/clusters/demo/node-groups/ng");
        stage.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Null(await stage.StatusAsync("/clusters/demo/node-groups/ng"));
        Assert.Equal("ResourceNotFoundException", (await stage.GetAsync(entry)).Error);
        Assert.Equal(0, await Running());
    }

    [Theory]
    [InlineData(""","scalingConfig":{"minSize":3,"maxSize":5,"desiredSize":2}""", "Minimum capacity 3 can't be greater than desired size 2")]
    [InlineData(""","scalingConfig":{"minSize":1,"maxSize":2,"desiredSize":3}""", "desired capacity 3 can't be greater than max size 2")]
    [InlineData(""","instanceTypes":["m5.gigantic"]""", "[m5.gigantic] is not a valid instance type")]
    [InlineData(""","instanceTypes":["m5.large","m7g.large"]""", "same architecture")]
    [InlineData(""","amiType":"AL2023_ARM_64_STANDARD" """, "not a valid amiType")]
    [InlineData(""","launchTemplate":{"id":"lt-0123456789abcdef0"}""", "does not exist")]
    [InlineData(""","version":"1.35" """, "not compatible")]
    public async Task Bad_members_are_refused(string members, string message)
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync();
        var answer = await stage.PostAsync("/clusters/demo/node-groups", Group(await stage.RoleAsync("node", "ec2.amazonaws.com"), subnets, members));
        Assert.Equal("InvalidParameterException", answer.Error);
        Assert.Contains(message, (string?)answer.Json["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_subnet_that_gives_no_public_addresses_fails_the_group()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, subnets) = await stage.ClusterAsync(""","accessConfig":{"authenticationMode":"API"}""");
        var gateway = (await stage.Ec2Async("CreateInternetGateway")).Value("internetGatewayId");
        await stage.Ec2Async("AttachInternetGateway", "InternetGatewayId", gateway, "VpcId", vpc);
        var main = (await stage.Ec2Async("DescribeRouteTables", "Filter.1.Name", "association.main", "Filter.1.Value.1", "true")).Value("routeTableId");
        await stage.Ec2Async("CreateRoute", "RouteTableId", main, "DestinationCidrBlock", "0.0.0.0/0", "GatewayId", gateway);
        await stage.PostAsync("/clusters/demo/node-groups", Group(await stage.RoleAsync("node", "ec2.amazonaws.com"), subnets));
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        var group = (await stage.GetAsync("/clusters/demo/node-groups/ng")).Json["nodegroup"]!;
        Assert.Equal(("CREATE_FAILED", "Ec2SubnetInvalidConfiguration"), ((string?)group["status"], (string?)group["health"]!["issues"]![0]!["code"]));
        Assert.Null((await stage.DeleteAsync("/clusters/demo/node-groups/ng")).Error);
    }

    [Fact]
    public async Task A_subnet_that_runs_out_of_addresses_fails_the_group()
    {
        await using var stage = await Stage.StartAsync();
        var (vpc, _) = await stage.ClusterAsync(""","accessConfig":{"authenticationMode":"API"}""");
        var small = (await stage.Ec2Async("CreateSubnet", "VpcId", vpc, "CidrBlock", "10.0.255.0/28")).Value("subnetId");
        var role = await stage.RoleAsync("node", "ec2.amazonaws.com");
        Assert.Null((await stage.PostAsync("/clusters/demo/node-groups", Group(role, [small], ""","scalingConfig":{"minSize":12,"maxSize":12,"desiredSize":12}"""))).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(3));
        var group = (await stage.GetAsync("/clusters/demo/node-groups/ng")).Json["nodegroup"]!;
        Assert.Equal(("CREATE_FAILED", "InsufficientFreeAddresses"), ((string?)group["status"], (string?)group["health"]!["issues"]![0]!["code"]));
        var cluster = $$"""{"name":"other","roleArn":"arn:aws:iam::111122223333:role/cluster","resourcesVpcConfig":{"subnetIds":["{{small}}"]} }""";
        Assert.Contains("enough free addresses", (string?)(await stage.PostAsync("/clusters", cluster)).Json["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_lets_no_pod_go_holds_the_nodes_for_five_minutes_and_no_longer()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync(""","accessConfig":{"authenticationMode":"API"},"bootstrapSelfManagedAddons":true""");
        await stage.PostAsync("/clusters/demo/node-groups", Group(await stage.RoleAsync("node", "ec2.amazonaws.com"), subnets));
        stage.Time.Advance(TimeSpan.FromMinutes(3));
        await stage.KubernetesAsync(stage.Administrator, "/apis/apps/v1/namespaces/default/deployments", HttpMethod.Post, JsonNode.Parse("""{"metadata":{"name":"web"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""")!.AsObject());
        await stage.KubernetesAsync(stage.Administrator, "/apis/policy/v1/namespaces/default/poddisruptionbudgets", HttpMethod.Post, JsonNode.Parse("""{"metadata":{"name":"web"},"spec":{"maxUnavailable":0,"selector":{"matchLabels":{"app":"web"}}}}""")!.AsObject());
        for (var look = 0; (int?)(await stage.KubernetesAsync(stage.Administrator, "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web")).Body["status"]?["currentHealthy"] != 1; look++)
        {
            Assert.True(look < 200, "the pod did not start");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await stage.DeleteAsync("/clusters/demo/node-groups/ng");
        stage.Time.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal("DELETING", await stage.StatusAsync("/clusters/demo/node-groups/ng"));
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await stage.StatusAsync("/clusters/demo/node-groups/ng"));
    }

    [Fact]
    public async Task An_upgrade_replaces_the_nodes_and_nothing_goes_without()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync(""","accessConfig":{"authenticationMode":"API"},"bootstrapSelfManagedAddons":true""");
        await stage.PostAsync("/clusters/demo/addons", """{"addonName":"metrics-server"}""");
        await stage.PostAsync("/clusters/demo/node-groups", Group(await stage.RoleAsync("node", "ec2.amazonaws.com"), subnets, ""","version":"1.33" """));
        stage.Time.Advance(TimeSpan.FromMinutes(3));
        async Task<string[]> Running() => [.. (await stage.Ec2Async("DescribeInstances", "Filter.1.Name", "instance-state-name", "Filter.1.Value.1", "running")).Xml.Descendants("instanceId").Select(id => id.Value).Order()];
        var before = await Running();
        Assert.Equal("InvalidParameterException", (await stage.PostAsync("/clusters/demo/node-groups/ng/update-version", """{"version":"1.35"}""")).Error);
        var update = (await stage.PostAsync("/clusters/demo/node-groups/ng/update-version", """{"version":"1.34"}""")).Json["update"]!;
        for (var minute = 0; minute < 4; minute++)
        {
            stage.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("UPDATING", await stage.StatusAsync("/clusters/demo/node-groups/ng"));
            Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo/addons/metrics-server"));
        }

        stage.Time.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal("Successful", await stage.StatusAsync($"/clusters/demo/updates/{update["id"]}?nodegroupName=ng"));
        var after = await Running();
        Assert.Equal((2, 2), (before.Length, after.Length));
        Assert.Empty(before.Intersect(after));
        Assert.Equal("1.34", (string?)(await stage.GetAsync("/clusters/demo/node-groups/ng")).Json["nodegroup"]!["version"]);
    }
}
