using System.Text.Json.Nodes;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Eks;

/// <summary>Clusters under a fake clock.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task A_control_plane_takes_nine_minutes_and_is_whole_then()
    {
        await using var stage = await Stage.StartAsync();
        var (asked, vpc, subnets) = await stage.AskForClusterAsync();
        Assert.Null(asked.Error);
        Assert.Null(asked.Json["cluster"]!["endpoint"]);
        stage.Time.Advance(TimeSpan.FromMinutes(8.99));
        Assert.Equal("CREATING", await stage.StatusAsync("/clusters/demo"));
        stage.Time.Advance(TimeSpan.FromMinutes(0.02));
        var cluster = (await stage.GetAsync("/clusters/demo")).Json["cluster"]!;
        Assert.Equal("ACTIVE", (string?)cluster["status"]);
        Assert.StartsWith("https://127.0.0.1:", (string?)cluster["endpoint"], StringComparison.Ordinal);
        Assert.StartsWith("https://oidc.eks.us-west-2.amazonaws.com/id/", (string?)cluster["identity"]!["oidc"]!["issuer"], StringComparison.Ordinal);
        Assert.Contains("BEGIN CERTIFICATE", System.Text.Encoding.ASCII.GetString(Convert.FromBase64String((string)cluster["certificateAuthority"]!["data"]!)), StringComparison.Ordinal);
        Assert.Equal(("1.34", vpc), ((string?)cluster["version"], (string?)cluster["resourcesVpcConfig"]!["vpcId"]));
        var group = (await stage.Ec2Async("DescribeSecurityGroups", "Filter.1.Name", "tag:aws:eks:cluster-name", "Filter.1.Value.1", "demo")).Value("groupId");
        Assert.Equal(group, (string?)cluster["resourcesVpcConfig"]!["clusterSecurityGroupId"]);
        Assert.Equal("DependencyViolation", (await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[0])).Error);

        Assert.Equal("DELETING", (string?)(await stage.DeleteAsync("/clusters/demo")).Json["cluster"]!["status"]);
        stage.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("ResourceNotFoundException", (await stage.GetAsync("/clusters/demo")).Error);
        Assert.Null((await stage.Ec2Async("DeleteSubnet", "SubnetId", subnets[0])).Error);
        Assert.Equal("InvalidGroup.NotFound", (await stage.Ec2Async("DescribeSecurityGroups", "GroupId.1", group)).Error);
    }

    [Fact]
    public async Task The_same_token_is_the_same_cluster_and_another_request_with_it_is_refused()
    {
        await using var stage = await Stage.StartAsync();
        var (first, _, subnets) = await stage.AskForClusterAsync(""","clientRequestToken":"t1" """);
        Task<Answer> Again(string token, string version) => stage.PostAsync("/clusters", $$"""{"name":"demo","roleArn":"arn:aws:iam::111122223333:role/cluster","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"]}{{version}},"clientRequestToken":"{{token}}" }""");
        Assert.Null(first.Error);
        Assert.Equal((double?)first.Json["cluster"]!["createdAt"], (double?)(await Again("t1", "")).Json["cluster"]!["createdAt"]);
        Assert.Equal("InvalidRequestException", (await Again("t1", ""","version":"1.33" """)).Error);
        Assert.Equal("ResourceInUseException", (await Again("t2", "")).Error);
    }

    [Theory]
    [InlineData("-demo", "", "InvalidParameterException", "pattern")]
    [InlineData("demo", ""","version":"1.12" """, "InvalidParameterException", "unsupported Kubernetes version 1.12")]
    [InlineData("demo", ""","accessConfig":{"authenticationMode":"NONE"}""", "InvalidParameterException", "NONE")]
    [InlineData("demo", ""","kubernetesNetworkConfig":{"serviceIpv4Cidr":"10.0.0.0/16"}""", "InvalidParameterException", "overlap")]
    [InlineData("demo", ""","kubernetesNetworkConfig":{"ipFamily":"ipv6"}""", "InvalidParameterException", "has no IPv6 CIDR block")]
    [InlineData("demo", ""","kubernetesNetworkConfig":{"ipFamily":"ipv6","serviceIpv4Cidr":"172.20.0.0/16"}""", "InvalidParameterException", "serviceIpv4Cidr")]
    [InlineData("demo", ""","kubernetesNetworkConfig":{"ipFamily":"ipv5"}""", "InvalidParameterException", "ipv5")]
    [InlineData("demo", ""","version":5""", "SerializationException", "version")]
    [InlineData("demo", ""","encryptionConfig":[{"resources":["secrets"],"provider":{"keyArn":"arn:aws:kms:eu-west-1:111122223333:key/k"}}]""", "InvalidParameterException", "must be in region us-west-2")]
    [InlineData("demo", ""","encryptionConfig":[{"resources":["configmaps"],"provider":{"keyArn":"arn:aws:kms:us-west-2:111122223333:key/k"}}]""", "InvalidParameterException", "secrets")]
    [InlineData("demo", ""","encryptionConfig":[{"resources":["secrets"],"provider":{"keyArn":"arn:aws-cn:kms:us-west-2:111122223333:key/k"}}]""", "InvalidParameterException", "not the ARN of a key")]
    [InlineData("demo", ""","upgradePolicy":{"supportType":"LONG"}""", "InvalidParameterException", "LONG")]
    [InlineData("demo", ""","controlPlaneScalingConfig":{"tier":"tier-s"}""", "InvalidParameterException", "tier-s")]
    [InlineData("demo", ""","deletionProtection":"yes" """, "SerializationException", "deletionProtection")]
    [InlineData("demo", ""","zonalShiftConfig":{"enabled":1}""", "SerializationException", "enabled")]
    public async Task Bad_members_are_refused(string name, string members, string error, string message)
    {
        await using var stage = await Stage.StartAsync();
        var role = await stage.RoleAsync("cluster", "eks.amazonaws.com");
        var (_, subnets) = await stage.NetworkAsync();
        var answer = await stage.PostAsync("/clusters", $$"""{"name":"{{name}}","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"]}{{members}}}""");
        Assert.Equal(error, answer.Error);
        Assert.Contains(message, (string?)answer.Json["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_must_exist_trust_EKS_and_be_seconds_old()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.NetworkAsync();
        Task<Answer> Create(string role) => stage.PostAsync("/clusters", $$"""{"name":"demo","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"] } }""");
        Assert.Equal("InvalidParameterException", (await Create("arn:aws:iam::111122223333:role/none")).Error);
        Assert.Equal("InvalidParameterException", (await Create(await stage.RoleAsync("ec2", "ec2.amazonaws.com"))).Error);
        var young = await stage.RoleAsync("young", "eks.amazonaws.com", settled: false);
        Assert.Contains("could not be assumed", (string?)(await Create(young)).Json["message"], StringComparison.Ordinal);
        stage.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Null((await Create(young)).Error);
    }

    [Fact]
    public async Task Subnets_must_exist_and_lie_in_two_zones()
    {
        await using var stage = await Stage.StartAsync();
        var role = await stage.RoleAsync("cluster", "eks.amazonaws.com");
        var (_, subnets) = await stage.NetworkAsync("us-west-2a", "us-west-2a");
        Task<Answer> Create(params string[] ids) => stage.PostAsync("/clusters", $$"""{"name":"demo","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", ids)}}"] } }""");
        Assert.Contains("two different AZs", (string?)(await Create(subnets)).Json["message"], StringComparison.Ordinal);
        Assert.Contains("InvalidSubnetID.NotFound", (string?)(await Create(subnets[0], "subnet-0123456789abcdef0")).Json["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_zone_without_EKS_is_named_with_those_that_have_it()
    {
        await using var stage = await Stage.StartAsync("us-east-1");
        var role = await stage.RoleAsync("cluster", "eks.amazonaws.com");
        var (_, subnets) = await stage.NetworkAsync("us-east-1a", "us-east-1e");
        var answer = await stage.PostAsync("/clusters", $$"""{"name":"demo","roleArn":"{{role}}","resourcesVpcConfig":{"subnetIds":["{{string.Join("\",\"", subnets)}}"] } }""");
        Assert.Equal("UnsupportedAvailabilityZoneException", answer.Error);
        Assert.Equal(["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1f"], answer.Json["validZones"]!.AsArray().Select(zone => (string?)zone));
    }

    [Fact]
    public async Task One_change_at_a_time_and_one_minor_version_at_a_time()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ClusterAsync(""","version":"1.33" """);
        Assert.Contains("from 1.33 to 1.35", (string?)(await stage.PostAsync("/clusters/demo/updates", """{"version":"1.35"}""")).Json["message"], StringComparison.Ordinal);
        var update = (await stage.PostAsync("/clusters/demo/updates", """{"version":"1.34"}""")).Json["update"]!;
        Assert.Equal(("InProgress", "UPDATING"), ((string?)update["status"], await stage.StatusAsync("/clusters/demo")));
        Assert.Equal("ResourceInUseException", (await stage.PostAsync("/clusters/demo/update-config", """{"deletionProtection":true}""")).Error);
        Assert.Equal("ResourceInUseException", (await stage.DeleteAsync("/clusters/demo")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal("Successful", await stage.StatusAsync($"/clusters/demo/updates/{update["id"]}"));
        Assert.Equal("1.34", (string?)(await stage.GetAsync("/clusters/demo")).Json["cluster"]!["version"]);
        Assert.Null((await stage.PostAsync("/clusters/demo/update-config", """{"deletionProtection":true}""")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("InvalidRequestException", (await stage.DeleteAsync("/clusters/demo")).Error);
    }

    [Fact]
    public async Task Regions_know_nothing_of_each_other_and_lists_come_in_pages()
    {
        await using var stage = await Stage.StartAsync();
        await stage.AskForClusterAsync();
        using var abroad = new SignedClient(stage.Sandbox.Endpoint, stage.Sandbox.AccessKey, stage.Sandbox.SecretKey, region: "eu-west-1", time: stage.Time);
        Assert.Empty((await abroad.EksAsync(HttpMethod.Get, "/clusters")).Json["clusters"]!.AsArray());
        var first = (await stage.GetAsync("/access-policies?maxResults=10")).Json;
        var second = (await stage.GetAsync($"/access-policies?maxResults=10&nextToken={first["nextToken"]}")).Json;
        Assert.Equal((10, null), (first["accessPolicies"]!.AsArray().Count, second["nextToken"]));
        Assert.Empty(first["accessPolicies"]!.AsArray().Select(Name).Intersect(second["accessPolicies"]!.AsArray().Select(Name)));
        static string? Name(JsonNode? policy) => (string?)policy!["name"];
    }

    [Fact]
    public async Task Speed_divides_time()
    {
        await using var stage = await Stage.StartAsync(change: options => options with { Speed = 60 });
        await stage.AskForClusterAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(8.9));
        Assert.Equal("CREATING", await stage.StatusAsync("/clusters/demo"));
        stage.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("ACTIVE", await stage.StatusAsync("/clusters/demo"));
    }
}
