using System.Net;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Tests.Account;
using EksTools.Sandbox.Tests.Sts;

namespace EksTools.Sandbox.Tests.EksAuth;

/// <summary>AssumeRoleForPodIdentity, asked as the agent of a node asks.</summary>
public sealed class PodIdentityTests
{
    private const string TokenFile = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";
    private const string Audience = "pods.eks.amazonaws.com";
    private const string Trusting = """{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}""";

    [Fact]
    public async Task This_pod_gets_the_role_and_that_one_does_not()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        using var agent = await AgentAsync(stage);
        var role = await stage.RoleAsync("app", Trusting);
        var association = await AssociateAsync(stage, role);
        await stage.AccountAsync("app");
        await stage.AccountAsync("other");
        await stage.PodAsync("a", "app");
        await stage.PodAsync("b", "other");
        var answer = await AskAsync(agent, stage.Stage.Sandbox.ReadPodToken("demo", "default", "a", TokenFile));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var mine = answer.Json;
        Assert.Equal(("default", "app", Audience, (string?)association["associationId"]), ((string?)mine["subject"]!["namespace"], (string?)mine["subject"]!["serviceAccount"], (string?)mine["audience"], (string?)mine["podIdentityAssociation"]!["associationId"]));
        Assert.Matches("^arn:aws:sts::111122223333:assumed-role/app/eks-demo-a-[0-9a-f-]{36}$", (string)mine["assumedRoleUser"]!["arn"]!);
        using var session = As(stage, mine);
        Assert.Equal((string?)mine["assumedRoleUser"]!["arn"], (await session.QueryAsync("sts", "GetCallerIdentity")).Value("Arn"));
        Assert.Equal("ResourceNotFoundException", (await AskAsync(agent, await stage.TokenAsync("other", Audience, bound: Bound("b")))).Error);

        // The association gone, the same token is worth nothing.
        await stage.Stage.DeleteAsync($"/clusters/demo/pod-identity-associations/{association["associationId"]}");
        Assert.Equal("ResourceNotFoundException", (await AskAsync(agent, stage.Stage.Sandbox.ReadPodToken("demo", "default", "a", TokenFile))).Error);
    }

    [Fact]
    public async Task A_token_is_refused_for_what_is_wrong_with_it()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        using var agent = await AgentAsync(stage);
        await AssociateAsync(stage, await stage.RoleAsync("app", Trusting));
        await stage.AccountAsync("app");
        await stage.PodAsync("a", "app");
        var token = await stage.TokenAsync("app", Audience, 600, Bound("a"));
        Assert.Equal("InvalidTokenException", (await AskAsync(agent, await stage.TokenAsync("app", "sts.amazonaws.com", bound: Bound("a")))).Error);
        Assert.Equal("InvalidTokenException", (await AskAsync(agent, await stage.TokenAsync("app", Audience))).Error);
        Assert.Equal("InvalidTokenException", (await AskAsync(agent, token[..^8] + "AAAAAAAA")).Error);
        Assert.Equal("InvalidTokenException", (await AskAsync(agent, "a.b.c")).Error);
        Assert.Equal("InvalidParameterException", (await AskAsync(agent, "Bearer " + token)).Error);
        Assert.Equal("InvalidParameterException", (await AskAsync(agent, "")).Error);
        Assert.Equal("InvalidParameterException", (await AskAsync(agent, token, "-demo")).Error);
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFoundException"), (await AskAsync(agent, token, "gone")) is var gone ? (gone.Status, gone.Error) : default);
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(10));
        var late = await AskAsync(agent, token);
        Assert.Equal((HttpStatusCode.BadRequest, "ExpiredTokenException"), (late.Status, late.Error));
        Assert.Contains("must be before the expiration date/time", (string)late.Json["message"]!, StringComparison.Ordinal);
        stage.Stage.Sandbox.Faults.Add(new() { Service = "eks-auth", Kind = EksTools.Sandbox.Faults.FaultKind.Error503 });
        var unavailable = await AskAsync(agent, token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServiceUnavailableException"), (unavailable.Status, unavailable.Error));
    }

    [Fact]
    public async Task Only_who_may_ask_is_answered()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        await AssociateAsync(stage, await stage.RoleAsync("app", Trusting));
        await stage.AccountAsync("app");
        await stage.PodAsync("a", "app");
        var token = await stage.TokenAsync("app", Audience, bound: Bound("a"));
        using var stranger = await AgentAsync(stage, permitted: false);
        var refused = await AskAsync(stranger, token);
        Assert.Equal("AccessDeniedException", refused.Error);
        Assert.Contains("is not authorized to perform: eks-auth:AssumeRoleForPodIdentity on resource: arn:aws:eks:us-west-2:111122223333:cluster/demo", (string)refused.Json["message"]!, StringComparison.Ordinal);
        await stage.Stage.IamAsync("PutRolePolicy", "RoleName", "agent", "PolicyName", "p", "PolicyDocument", """{"Statement":{"Effect":"Allow","Action":"eks-auth:*","Resource":"arn:aws:eks:us-west-2:111122223333:cluster/demo"}}""");
        Assert.Null((await AskAsync(stranger, token)).Error);
        Assert.Null((await AskAsync(stage.Stage.Client, token)).Error);
        using var http = new HttpClient();
        using var unsigned = await http.PostAsync(new Uri(stage.Stage.Sandbox.Endpoint, "/clusters/demo/assume-role-for-pod-identity"), new StringContent(new JsonObject { ["token"] = token }.ToJsonString()), TestContext.Current.CancellationToken);
        Assert.NotEqual(HttpStatusCode.OK, unsigned.StatusCode);
    }

    [Fact]
    public async Task The_trust_policy_decides_by_tags_and_by_who_the_cluster_is()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        using var agent = await AgentAsync(stage);
        var role = await stage.RoleAsync("app", Trusting);
        await AssociateAsync(stage, role);
        await stage.AccountAsync("app");
        await stage.PodAsync("a", "app");
        var token = await stage.TokenAsync("app", Audience, bound: Bound("a"));
        async Task<string?> Under(string condition, string actions = """["sts:AssumeRole","sts:TagSession"]""", string principal = Audience)
        {
            var document = $$$"""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"{{{principal}}}"},"Action":{{{actions}}},"Condition":{{{condition}}} }}""";
            Assert.Null((await stage.Stage.IamAsync("UpdateAssumeRolePolicy", "RoleName", "app", "PolicyDocument", document)).Error);
            return (await AskAsync(agent, token)).Error;
        }

        Assert.Null(await Under("""{"StringEquals":{"aws:SourceAccount":"111122223333","aws:RequestTag/kubernetes-namespace":"default"},"ArnEquals":{"aws:SourceArn":"arn:aws:eks:us-west-2:111122223333:cluster/demo"}}"""));
        Assert.Null(await Under("""{"StringEquals":{"aws:RequestTag/kubernetes-pod-name":"a","aws:RequestTag/eks-cluster-name":"demo","aws:RequestTag/kubernetes-service-account":"app"},"ForAllValues:StringLike":{"aws:TagKeys":["eks-*","kubernetes-*"]}}"""));
        Assert.Equal("AccessDeniedException", await Under("""{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"other"}}"""));
        Assert.Equal("AccessDeniedException", await Under("""{"StringEquals":{"aws:SourceAccount":"999999999999"}}"""));
        Assert.Equal("AccessDeniedException", await Under("{}", "\"sts:AssumeRole\""));
        Assert.Equal("AccessDeniedException", await Under("{}", principal: "ec2.amazonaws.com"));
    }

    [Fact]
    public async Task Without_session_tags_a_trust_policy_cannot_tell_pods_apart()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        using var agent = await AgentAsync(stage);
        var association = await AssociateAsync(stage, await stage.RoleAsync("app", Trusting));
        await stage.AccountAsync("app");
        await stage.PodAsync("a", "app");
        var token = await stage.TokenAsync("app", Audience, bound: Bound("a"));
        await stage.Stage.IamAsync("UpdateAssumeRolePolicy", "RoleName", "app", "PolicyDocument", """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:RequestTag/kubernetes-namespace":"true"}}}}""");
        Assert.Equal("AccessDeniedException", (await AskAsync(agent, token)).Error);
        Assert.Null((await stage.Stage.PostAsync($"/clusters/demo/pod-identity-associations/{association["associationId"]}", """{"disableSessionTags":true}""")).Error);
        Assert.Null((await AskAsync(agent, token)).Error);
    }

    [Fact]
    public async Task A_target_role_is_reached_through_the_first()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        using var agent = await AgentAsync(stage);
        var (first, external) = (await stage.RoleAsync("first", Trusting), "us-west-2/111122223333/demo/default/app");
        string Trust(string id) => $$$"""{"Effect":"Allow","Principal":{"AWS":"{{{first}}}"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":"{{{id}}}"} }}""";
        var target = await stage.RoleAsync("target", Trust(external));
        await AssociateAsync(stage, first, target);
        await stage.AccountAsync("app");
        await stage.PodAsync("a", "app");
        var token = await stage.TokenAsync("app", Audience, bound: Bound("a"));
        var mine = (await AskAsync(agent, token)).Json;
        Assert.StartsWith("arn:aws:sts::111122223333:assumed-role/target/eks-demo-a-", (string?)mine["assumedRoleUser"]!["arn"], StringComparison.Ordinal);
        Assert.Equal(stage.Stage.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), (long)(double)mine["credentials"]!["expiration"]!);
        await stage.Stage.IamAsync("UpdateAssumeRolePolicy", "RoleName", "target", "PolicyDocument", $$"""{"Version":"2012-10-17","Statement":{{Trust("us-west-2/111122223333/demo/default/other")}}}""");
        Assert.Equal("AccessDeniedException", (await AskAsync(agent, token)).Error);
    }

    [Fact]
    public async Task A_node_has_the_credentials_of_its_role()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        var node = await stage.Stage.RoleAsync("node", "ec2.amazonaws.com");
        await stage.Stage.IamAsync("AttachRolePolicy", "RoleName", "node", "PolicyArn", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy");
        var subnets = (await stage.Stage.GetAsync("/clusters/demo")).Json["cluster"]!["resourcesVpcConfig"]!["subnetIds"]!.ToJsonString();
        foreach (var addon in new[] { "vpc-cni", "kube-proxy" })
        {
            await stage.Stage.PostAsync("/clusters/demo/addons", $$"""{"addonName":"{{addon}}"}""");
        }

        Assert.Null((await stage.Stage.PostAsync("/clusters/demo/node-groups", $$"""{"nodegroupName":"ng","nodeRole":"{{node}}","subnets":{{subnets}},"scalingConfig":{"minSize":1,"maxSize":1,"desiredSize":1} }""")).Error);
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("ACTIVE", await stage.Stage.StatusAsync("/clusters/demo/node-groups/ng"));
        var (_, nodes) = await stage.Stage.KubernetesAsync(stage.Stage.Administrator, "/api/v1/nodes");
        var name = (string)Assert.Single(nodes["items"]!.AsArray())!["metadata"]!["name"]!;
        var keys = stage.Stage.Sandbox.IssueNodeCredentials("demo", name);
        using var agent = new SignedClient(stage.Stage.Sandbox.Endpoint, keys.AccessKey, keys.SecretKey, keys.SessionToken, time: stage.Stage.Time);
        Assert.Matches("^arn:aws:sts::111122223333:assumed-role/node/i-[0-9a-f]{17}$", (await agent.QueryAsync("sts", "GetCallerIdentity")).Value("Arn"));
        Assert.Equal("ResourceNotFoundException", (await AskAsync(agent, await stage.UnassociatedAsync())).Error);
        Assert.Throws<InvalidOperationException>(() => stage.Stage.Sandbox.IssueNodeCredentials("demo", "nowhere"));
    }

    private static JsonObject Bound(string pod) => new() { ["kind"] = "Pod", ["apiVersion"] = "v1", ["name"] = pod };

    private static Task<Answer> AskAsync(SignedClient client, string token, string cluster = "demo") =>
        client.SendAsync("eks-auth", HttpMethod.Post, $"/clusters/{cluster}/assume-role-for-pod-identity", new JsonObject { ["token"] = token }.ToJsonString(), "application/json");

    private static async Task<JsonObject> AssociateAsync(PodStage stage, string role, string? target = null)
    {
        var answer = await stage.Stage.PostAsync("/clusters/demo/pod-identity-associations", new JsonObject { ["namespace"] = "default", ["serviceAccount"] = "app", ["roleArn"] = role, ["targetRoleArn"] = target }.ToJsonString());
        Assert.Null(answer.Error);
        return answer.Json["association"]!.AsObject();
    }

    /// <summary>A session of a role that may ask, or may not.</summary>
    private static async Task<SignedClient> AgentAsync(PodStage stage, bool permitted = true)
    {
        var keys = await stage.Stage.AssumeAsync("agent");
        if (permitted)
        {
            await stage.Stage.IamAsync("AttachRolePolicy", "RoleName", "agent", "PolicyArn", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy");
        }

        return new SignedClient(stage.Stage.Sandbox.Endpoint, keys.AccessKey, keys.SecretKey, keys.SessionToken, time: stage.Stage.Time);
    }

    private static SignedClient As(PodStage stage, JsonObject session)
    {
        var keys = session["credentials"]!;
        return new SignedClient(stage.Stage.Sandbox.Endpoint, (string)keys["accessKeyId"]!, (string)keys["secretAccessKey"]!, (string)keys["sessionToken"]!, time: stage.Stage.Time);
    }
}
