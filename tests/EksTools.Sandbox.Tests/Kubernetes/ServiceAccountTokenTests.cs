using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>TokenRequest, and what the API server makes of the tokens: kube-apiserver's registry/core/serviceaccount/storage/token.go and pkg/serviceaccount.</summary>
public sealed class ServiceAccountTokenTests
{
    private const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task A_token_says_what_kube_apiserver_says()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await TestCluster.StartAsync(readyNodes: 1, time);
        var (account, pod) = (await PostAsync(cluster, Accounts, """{"metadata":{"name":"app"}}"""), await PostAsync(cluster, Pods, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"app","nodeName":"ip-10-0-0-1.us-west-2.compute.internal","containers":[{"name":"c","image":"i"}]}}"""));
        var answer = await PostAsync(cluster, Accounts + "/app/token", """{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","spec":{"audiences":["a","b"],"expirationSeconds":900,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}}""");
        Assert.Equal(("TokenRequest", "authentication.k8s.io/v1", "app", 900), ((string?)answer["kind"], (string?)answer["apiVersion"], (string?)answer["metadata"]!["name"], (int?)answer["spec"]!["expirationSeconds"]));
        var claims = Claims(Token(answer));
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(["aud", "exp", "iat", "iss", "jti", "kubernetes.io", "nbf", "sub"], claims.Select(claim => claim.Key));
        Assert.Equal(("""["a","b"]""", now + 900, now, now, "system:serviceaccount:default:app"), (claims["aud"]!.ToJsonString(), (long)claims["exp"]!, (long)claims["iat"]!, (long)claims["nbf"]!, (string?)claims["sub"]));
        var node = JsonNode.Parse((await TestHttp.GetAsync(cluster, "/api/v1/nodes/ip-10-0-0-1.us-west-2.compute.internal", FakeIdentity.Token())).Body.ToJsonString())!;
        Assert.Equal(
            $$$"""{"namespace":"default","node":{"name":"ip-10-0-0-1.us-west-2.compute.internal","uid":"{{{Uid(node)}}}"},"pod":{"name":"p","uid":"{{{Uid(pod)}}}"},"serviceaccount":{"name":"app","uid":"{{{Uid(account)}}}"}}""",
            claims["kubernetes.io"]!.ToJsonString());
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(now + 900), DateTimeOffset.Parse((string)answer["status"]!["expirationTimestamp"]!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Its_bearer_is_the_service_account()
    {
        await using var cluster = await TestCluster.StartAsync();
        var account = await PostAsync(cluster, Accounts, """{"metadata":{"name":"app"}}""");
        var token = Token(await PostAsync(cluster, Accounts + "/app/token", """{"spec":{}}"""));
        Assert.Equal("""["https://kubernetes.default.svc"]""", Claims(token)["aud"]!.ToJsonString());
        var (_, self) = await TestHttp.SendAsync(cluster, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", token, "{}");
        var user = self["status"]!["userInfo"]!;
        Assert.Equal(("system:serviceaccount:default:app", Uid(account), """["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"]"""), ((string?)user["username"], (string?)user["uid"], user["groups"]!.ToJsonString()));

        // It may what RBAC gives it, and no more.
        Assert.Equal(HttpStatusCode.Forbidden, (await TestHttp.GetAsync(cluster, Pods, token)).Code);
        Assert.Equal(HttpStatusCode.OK, (await TestHttp.GetAsync(cluster, "/openid/v1/jwks", token)).Code);
        await PostAsync(cluster, "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """{"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","name":"app","namespace":"default"}]}""");
        Assert.Equal(HttpStatusCode.OK, (await TestHttp.GetAsync(cluster, Pods, token)).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await TestHttp.GetAsync(cluster, Pods, token[..^4] + "AAAA")).Code);
    }

    [Fact]
    public async Task A_review_asks_for_whom_the_token_is()
    {
        await using var cluster = await TestCluster.StartAsync();
        await PostAsync(cluster, Accounts, """{"metadata":{"name":"app"}}""");
        var token = Token(await PostAsync(cluster, Accounts + "/app/token", """{"spec":{"audiences":["vault","other"]}}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, (await TestHttp.GetAsync(cluster, "/version", token)).Code);
        Assert.False((bool)(await ReviewAsync(cluster, token))["authenticated"]!);
        Assert.False((bool)(await ReviewAsync(cluster, token, "sts.amazonaws.com"))["authenticated"]!);
        var review = await ReviewAsync(cluster, token, "vault", "x");
        Assert.Equal(("system:serviceaccount:default:app", """["vault"]"""), ((string?)review["user"]!["username"], review["audiences"]!.ToJsonString()));
        Assert.StartsWith("JTI=", (string?)review["user"]!["extra"]!["authentication.kubernetes.io/credential-id"]![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_its_time_and_with_what_it_is_bound_to()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await TestCluster.StartAsync(time: time);
        await PostAsync(cluster, Accounts, """{"metadata":{"name":"app"}}""");
        await PostAsync(cluster, Pods, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"app","containers":[{"name":"c","image":"i"}]}}""");
        await PostAsync(cluster, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"}}""");
        async Task<string> Bound(string kind, string name) => Token(await PostAsync(cluster, Accounts + "/app/token", $$$"""{"spec":{"expirationSeconds":600,"boundObjectRef":{"kind":"{{{kind}}}","apiVersion":"v1","name":"{{{name}}}"} }}"""));
        var (free, ofPod, ofSecret) = (Token(await PostAsync(cluster, Accounts + "/app/token", """{"spec":{"expirationSeconds":600}}""")), await Bound("Pod", "p"), await Bound("Secret", "s"));
        async Task<string> Accepted() => string.Concat((await Task.WhenAll(new[] { free, ofPod, ofSecret }.Select(token => ReviewAsync(cluster, token)))).Select(review => (bool)review["authenticated"]! ? "y" : "n"));
        Assert.Equal("yyy", await Accepted());
        await DeleteAsync(cluster, Pods + "/p?gracePeriodSeconds=0");
        Assert.Equal("yny", await Accepted());
        await DeleteAsync(cluster, "/api/v1/namespaces/default/secrets/s");
        await PostAsync(cluster, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"}}""");
        Assert.Equal("ynn", await Accepted());
        time.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal("ynn", await Accepted());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("nnn", await Accepted());

        free = Token(await PostAsync(cluster, Accounts + "/app/token", """{"spec":{}}"""));
        Assert.Equal("ynn", await Accepted());
        await DeleteAsync(cluster, Accounts + "/app");
        await PostAsync(cluster, Accounts, """{"metadata":{"name":"app"}}""");
        Assert.Equal("nnn", await Accepted());
    }

    [Fact]
    public async Task A_token_of_another_cluster_is_not_taken()
    {
        await using var one = await TestCluster.StartAsync();
        await using var other = await TestCluster.StartAsync();
        await PostAsync(one, Accounts, """{"metadata":{"name":"app"}}""");
        await PostAsync(other, Accounts, """{"metadata":{"name":"app"}}""");
        var token = Token(await PostAsync(one, Accounts + "/app/token", """{"spec":{}}"""));
        Assert.Equal(HttpStatusCode.OK, (await TestHttp.GetAsync(one, "/version", token)).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await TestHttp.GetAsync(other, "/version", token)).Code);
    }

    [Theory]
    [InlineData("app", """{"expirationSeconds":599}""", 422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")]
    [InlineData("app", """{"expirationSeconds":4294967297}""", 422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")]
    [InlineData("nobody", "{}", 404, "serviceaccounts \"nobody\" not found")]
    [InlineData("app", """{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"none"}}""", 404, "pods \"none\" not found")]
    [InlineData("other", """{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"}}""", 400, "cannot bind token for serviceaccount \"other\" to pod running with different serviceaccount name.")]
    [InlineData("app", """{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p","uid":"u"}}""", 409, "Operation cannot be fulfilled on pods \"p\": the UID in the bound object reference (u) does not match the UID in record. The object might have been deleted and then recreated")]
    [InlineData("app", """{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"c"}}""", 400, "cannot bind token to object of type v1, Kind=ConfigMap")]
    public async Task What_cannot_be_is_refused(string account, string spec, int status, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        await PostAsync(cluster, Accounts, """{"metadata":{"name":"app"}}""");
        await PostAsync(cluster, Accounts, """{"metadata":{"name":"other"}}""");
        await PostAsync(cluster, Pods, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"app","containers":[{"name":"c","image":"i"}]}}""");
        var (code, body) = await TestHttp.SendAsync(cluster, HttpMethod.Post, $"{Accounts}/{account}/token", FakeIdentity.Token(), $$"""{"spec":{{spec}}}""");
        Assert.Equal((status, message), ((int)code, (string?)body["message"]));
    }

    [Fact]
    public async Task A_pod_reads_the_token_that_its_volume_asks_for()
    {
        await using var cluster = await TestCluster.StartAsync();
        await PostAsync(cluster, Accounts, """{"metadata":{"name":"app","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/r","eks.amazonaws.com/audience":"mine","eks.amazonaws.com/token-expiration":"1200"}}}""");
        var pod = await PostAsync(cluster, Pods, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"app","containers":[{"name":"c","image":"i"}]}}""");
        var file = (string)pod["spec"]!["containers"]![0]!["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "AWS_WEB_IDENTITY_TOKEN_FILE")!["value"]!;
        var claims = Claims(cluster.Api.ReadMountedToken("default", "p", file));
        Assert.Equal(("""["mine"]""", 1200, Uid(pod)), (claims["aud"]!.ToJsonString(), (long)claims["exp"]! - (long)claims["iat"]!, (string?)claims["kubernetes.io"]!["pod"]!["uid"]));
        Assert.Throws<InvalidOperationException>(() => cluster.Api.ReadMountedToken("default", "p", "/var/run/secrets/other/token"));
        Assert.Throws<InvalidOperationException>(() => cluster.Api.ReadMountedToken("default", "q", file));
    }

    private static async Task<JsonNode> PostAsync(TestCluster cluster, string path, string body)
    {
        var (code, answer) = await TestHttp.SendAsync(cluster, HttpMethod.Post, path, FakeIdentity.Token(), body);
        Assert.True(code == HttpStatusCode.Created, answer.ToString());
        return answer;
    }

    private static async Task DeleteAsync(TestCluster cluster, string path) => Assert.Equal(HttpStatusCode.OK, (await TestHttp.SendAsync(cluster, HttpMethod.Delete, path, FakeIdentity.Token())).Code);

    private static async Task<JsonNode> ReviewAsync(TestCluster cluster, string token, params string[] audiences) =>
        (await PostAsync(cluster, "/apis/authentication.k8s.io/v1/tokenreviews", new JsonObject { ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray([.. audiences.Select(audience => (JsonNode)audience)]) } }.ToJsonString()))["status"]!;

    private static string Token(JsonNode answer) => (string)answer["status"]!["token"]!;

    private static string Uid(JsonNode obj) => (string)obj["metadata"]!["uid"]!;

    private static JsonObject Claims(string token) => JsonNode.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])))!.AsObject();
}
