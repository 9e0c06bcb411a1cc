using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Faults;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Faults;

/// <summary>Injected faults, the log, and the doors under /_sandbox.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(FaultKind.Throttle, "ThrottlingException", "RequestLimitExceeded", "Throttling")]
    [InlineData(FaultKind.Error500, "ServerException", "InternalError", "ServiceFailure")]
    [InlineData(FaultKind.Error503, "ServiceUnavailableException", "Unavailable", "ServiceUnavailable")]
    [InlineData(FaultKind.AccessDenied, "AccessDeniedException", "UnauthorizedOperation", "AccessDenied")]
    [InlineData(FaultKind.Expired, "ExpiredTokenException", "RequestExpired", "ExpiredToken")]
    public async Task A_fault_strikes_so_often_as_asked_in_each_services_words(FaultKind kind, string eks, string ec2, string iam)
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add("eks", "ListClusters", kind, 2);
        stage.Sandbox.Faults.Add("ec2", "*", kind);
        stage.Sandbox.Faults.Add(new FaultRule { Service = "iam", Kind = kind, Skip = 1 });
        Assert.Equal(eks, (await stage.GetAsync("/clusters")).Error);
        Assert.Null((await stage.GetAsync("/access-policies")).Error);
        Assert.Equal(eks, (await stage.GetAsync("/clusters")).Error);
        Assert.Null((await stage.GetAsync("/clusters")).Error);
        Assert.Equal(ec2, (await stage.Ec2Async("DescribeVpcs")).Error);
        Assert.Null((await stage.IamAsync("ListRoles")).Error);
        Assert.Equal(iam, (await stage.IamAsync("ListUsers")).Error);
        Assert.Null((await stage.IamAsync("ListUsers")).Error);
    }

    [Theory]
    [InlineData("CreateVpc", "VpcLimitExceeded")]
    [InlineData("AllocateAddress", "AddressLimitExceeded")]
    [InlineData("DescribeVpcs", null)]
    public async Task A_quota_is_reached_by_what_makes_something(string operation, string? code)
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add("ec2", operation, FaultKind.LimitExceeded);
        Assert.Equal(code, (await stage.Ec2Async(operation, "CidrBlock", "10.0.0.0/16")).Error);
        Assert.Equal(0, stage.Sandbox.Faults.Count);
    }

    [Fact]
    public async Task A_refusal_says_what_it_was_told_to()
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add(new FaultRule { Service = "ec2", Operation = "CreateVpc", Kind = FaultKind.Refuse, Code = "InvalidVpcRange", Message = "The range is not to our taste." });
        Assert.Equal("InvalidVpcRange", (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Error);
        Assert.Null((await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Error);
    }

    [Fact]
    public async Task A_fault_of_calls_that_concern_one_thing_leaves_the_others_alone()
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add(new FaultRule { Service = "ec2", Operation = "CreateVpc", Concerning = "10.7.0.0", Kind = FaultKind.Throttle });
        Assert.Null((await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16")).Error);
        Assert.Equal("RequestLimitExceeded", (await stage.Ec2Async("CreateVpc", "CidrBlock", "10.7.0.0/16")).Error);
        Assert.Null((await stage.Ec2Async("CreateVpc", "CidrBlock", "10.7.0.0/16")).Error);
    }

    [Fact]
    public async Task Cut_off_it_tells_when_the_call_has_had_its_effect()
    {
        await using var stage = await Stage.StartAsync();
        var cut = stage.Sandbox.Faults.WhenCutAsync();
        stage.Sandbox.Faults.Add("ec2", "CreateVpc", FaultKind.CutAfter);
        await stage.Ec2Async("DescribeVpcs");
        Assert.False(cut.IsCompleted);
        await Assert.ThrowsAsync<HttpRequestException>(() => stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16"));
        await cut;
        await Assert.ThrowsAsync<HttpRequestException>(() => stage.Ec2Async("DescribeVpcs"));
        stage.Sandbox.Faults.Clear();
        Assert.Single((await stage.Ec2Async("DescribeVpcs")).Xml.Descendants("vpcId"));
    }

    [Fact]
    public async Task A_denial_names_who_and_what()
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add("eks", "DescribeCluster", FaultKind.AccessDenied);
        var message = (string?)(await stage.GetAsync("/clusters/demo")).Json["message"];
        Assert.StartsWith("User: arn:aws:iam::111122223333:user/Administrator is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:us-west-2:111122223333:cluster/demo", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.DropAfter, 1)]
    public async Task A_dropped_connection_drops_before_or_after_the_deed(FaultKind kind, int made)
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add("ec2", "CreateVpc", kind);
        await Assert.ThrowsAsync<HttpRequestException>(() => stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16"));
        Assert.Equal(made, (await stage.Ec2Async("DescribeVpcs")).Xml.Descendants("vpcId").Count());
        Assert.Equal([0, 200], stage.Sandbox.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task A_stale_read_does_not_see_what_is_new()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16");
        stage.Sandbox.Faults.Add("ec2", "DescribeVpcs", FaultKind.Stale);
        Assert.Empty((await stage.Ec2Async("DescribeVpcs")).Xml.Descendants("vpcId"));
        Assert.Single((await stage.Ec2Async("DescribeVpcs")).Xml.Descendants("vpcId"));
    }

    [Fact]
    public async Task A_stale_read_of_a_role_answers_what_it_trusted_before()
    {
        await using var stage = await Stage.StartAsync();
        await stage.RoleAsync("r", "eks.amazonaws.com");
        stage.Time.Advance(TimeSpan.FromSeconds(6));
        await stage.IamAsync("UpdateAssumeRolePolicy", "RoleName", "r", "PolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""");
        stage.Sandbox.Faults.Add("iam", "GetRole", FaultKind.Stale);
        Assert.Contains("eks.amazonaws.com", (await stage.IamAsync("GetRole", "RoleName", "r")).Value("AssumeRolePolicyDocument"), StringComparison.Ordinal);
        Assert.Contains("ec2.amazonaws.com", (await stage.IamAsync("GetRole", "RoleName", "r")).Value("AssumeRolePolicyDocument"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_capacity_a_node_group_fails_and_says_why()
    {
        await using var stage = await Stage.StartAsync();
        var (_, subnets) = await stage.ClusterAsync();
        var role = await stage.RoleAsync("node", "ec2.amazonaws.com");
        stage.Sandbox.Faults.Add("eks", "CreateNodegroup", FaultKind.Capacity);
        Assert.Null((await stage.PostAsync("/clusters/demo/node-groups", $$"""{"nodegroupName":"ng","nodeRole":"{{role}}","subnets":["{{subnets[0]}}"]}""")).Error);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        var group = (await stage.GetAsync("/clusters/demo/node-groups/ng")).Json["nodegroup"]!;
        Assert.Equal(("CREATE_FAILED", "AsgInstanceLaunchFailures"), ((string?)group["status"], (string?)group["health"]!["issues"]![0]!["code"]));
    }

    [Fact]
    public async Task Without_capacity_clusters_are_sent_elsewhere_and_NAT_gateways_fail()
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add("eks", "CreateCluster", FaultKind.Capacity);
        stage.Sandbox.Faults.Add("ec2", "CreateNatGateway", FaultKind.Capacity);
        var (answer, vpc, subnets) = await stage.AskForClusterAsync();
        Assert.Equal("UnsupportedAvailabilityZoneException", answer.Error);
        Assert.DoesNotContain("us-west-2a", answer.Json["validZones"]!.AsArray().Select(zone => (string?)zone));
        var gateway = (await stage.Ec2Async("CreateInternetGateway")).Value("internetGatewayId");
        await stage.Ec2Async("AttachInternetGateway", "InternetGatewayId", gateway, "VpcId", vpc);
        var address = (await stage.Ec2Async("AllocateAddress")).Value("allocationId");
        Assert.Equal("pending", (await stage.Ec2Async("CreateNatGateway", "SubnetId", subnets[0], "AllocationId", address)).Value("state"));
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("InsufficientFreeAddressesInSubnet", (await stage.Ec2Async("DescribeNatGateways")).Value("failureCode"));
        Assert.Null((await stage.Ec2Async("ReleaseAddress", "AllocationId", address)).Error);
    }

    [Fact]
    public async Task A_late_answer_is_late_by_the_sandboxs_clock()
    {
        await using var stage = await Stage.StartAsync();
        stage.Sandbox.Faults.Add(new FaultRule { Service = "eks", Kind = FaultKind.Delay, Delay = TimeSpan.FromSeconds(5) });
        var late = stage.GetAsync("/clusters");
        Assert.Null((await stage.IamAsync("ListRoles")).Error);
        Assert.False(late.IsCompleted);
        while (!late.IsCompleted)
        {
            stage.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Null((await late).Error);
    }

    [Fact]
    public async Task The_log_and_faults_are_to_be_had_over_HTTP_without_secrets()
    {
        await using var stage = await Stage.StartAsync();
        using var http = new HttpClient { BaseAddress = stage.Sandbox.Endpoint };
        var cancel = TestContext.Current.CancellationToken;
        using var added = await http.PostAsJsonAsync(new Uri("/_sandbox/faults", UriKind.Relative), new { service = "eks", operation = "ListClusters", kind = "throttle", count = 1 }, cancel);
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        using var bad = await http.PostAsJsonAsync(new Uri("/_sandbox/faults", UriKind.Relative), new { kind = "earthquake" }, cancel);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Equal("ThrottlingException", (await stage.GetAsync("/clusters")).Error);
        var text = await http.GetStringAsync(new Uri("/_sandbox/requests", UriKind.Relative), cancel);
        Assert.DoesNotContain("Signature=", text, StringComparison.Ordinal);
        var request = JsonNode.Parse(text)!.AsArray().Single()!;
        Assert.Equal(("eks", "ListClusters", "us-west-2", "GET", "/clusters", 429), ((string?)request["service"], (string?)request["operation"], (string?)request["region"], (string?)request["method"], (string?)request["path"], (int)request["status"]!));
        await stage.Ec2Async("CreateVpc", "CidrBlock", "10.0.0.0/16");
        using var reset = await http.PostAsync(new Uri("/_sandbox/reset", UriKind.Relative), null, cancel);
        Assert.Empty(stage.Sandbox.Requests);
        Assert.Empty((await stage.Ec2Async("DescribeVpcs")).Xml.Descendants("vpcId"));
        using var foreign = new HttpRequestMessage(HttpMethod.Get, new Uri("/_sandbox/requests", UriKind.Relative)) { Headers = { Host = "evil.example" } };
        using var refused = await http.SendAsync(foreign, cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}
