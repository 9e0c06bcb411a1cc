using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Sts;

/// <summary>AssumeRoleWithWebIdentity: who gets a role by a service account token, and in which words others are refused.</summary>
public sealed class WebIdentityTests
{
    [Fact]
    public async Task This_pod_gets_the_role_and_that_one_does_not()
    {
        await using var stage = await PodStage.StartAsync();
        var role = await stage.RoleAsync("app", PodStage.Trusting("app"));
        await stage.AccountAsync("app", role);
        await stage.AccountAsync("other", role);
        await stage.PodAsync("a", "app");
        await stage.PodAsync("b", "other");

        var mine = await stage.AssumeAsync(stage.Stage.Sandbox.ReadPodToken("demo", "default", "a", PodStage.TokenFile), role);
        Assert.Equal(HttpStatusCode.OK, mine.Status);
        Assert.Equal(
            ("system:serviceaccount:default:app", "sts.amazonaws.com", stage.Provider, "arn:aws:sts::111122223333:assumed-role/app/me"),
            (mine.Value("SubjectFromWebIdentityToken"), mine.Value("Audience"), mine.Value("Provider"), mine.Value("Arn")));
        using var pod = stage.As(mine);
        Assert.Equal(mine.Value("Arn"), (await pod.QueryAsync("sts", "GetCallerIdentity")).Value("Arn"));

        Refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", await stage.AssumeAsync(stage.Stage.Sandbox.ReadPodToken("demo", "default", "b", PodStage.TokenFile), role), HttpStatusCode.Forbidden);
        Assert.DoesNotContain("eyJ", string.Concat(stage.Stage.Sandbox.Requests.Select(request => request.Path + request.Body)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"ISSUER:sub":"system:serviceaccount:*:ap?"},"StringEquals":{"ISSUER:aud":"sts.amazonaws.com"}}}""", true)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":["arn:aws:iam::111122223333:oidc-provider/x","PROVIDER"]},"Action":["sts:TagSession","sts:AssumeRoleWith*"],"Condition":{"ForAnyValue:StringEquals":{"ISSUER:aud":["a","sts.amazonaws.com"]}}}""", true)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:sub":"system:serviceaccount:*:app"}}}""", false)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"ISSUER:amr":"authenticated"}}}""", false)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRole"}""", false)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER2"},"Action":"sts:AssumeRoleWithWebIdentity"}""", false)]
    [InlineData("""{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}""", false)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:*"},{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringLike":{"ISSUER:sub":"system:serviceaccount:default:*"}}}""", false)]
    [InlineData("""{"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:*"},{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotLike":{"ISSUER:sub":"system:serviceaccount:default:*"}}}""", true)]
    public async Task The_trust_policy_decides(string statements, bool allowed)
    {
        await using var stage = await PodStage.StartAsync();
        var role = await stage.RoleAsync("app", statements);
        await stage.AccountAsync("app");
        Assert.Equal(allowed ? null : "AccessDenied", (await stage.AssumeAsync(await stage.TokenAsync("app"), role)).Error);
    }

    [Fact]
    public async Task A_token_is_refused_for_what_is_wrong_with_it()
    {
        await using var stage = await PodStage.StartAsync(provider: false);
        var role = await stage.RoleAsync("app", PodStage.Trusting("app"));
        await stage.AccountAsync("app");
        var token = await stage.TokenAsync("app");
        Refused("InvalidIdentityToken", $"No OpenIDConnect provider found in your account for {stage.Issuer}", await stage.AssumeAsync(token, role));
        await stage.RegisterAsync("vault", "sts.amazonaws.com");
        Assert.Null((await stage.AssumeAsync(token, role)).Error);
        Assert.Null((await stage.AssumeAsync(token, role, "ProviderId", "", "DurationSeconds", "900")).Error);

        Refused("InvalidIdentityToken", "Incorrect token audience", await stage.AssumeAsync(await stage.TokenAsync("app", "elsewhere"), role));
        Refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", await stage.AssumeAsync(await stage.TokenAsync("app", "vault"), role), HttpStatusCode.Forbidden);
        Refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", await stage.AssumeAsync(token, role + "2"), HttpStatusCode.Forbidden);
        Refused("InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)", await stage.AssumeAsync("k8s-aws-v1.abc", role));
        Refused("InvalidIdentityToken", "The web identity token's signature could not be verified", await stage.AssumeAsync(token[..^8] + "AAAAAAAA", role));
        Refused("InvalidIdentityToken", "The web identity token's signature could not be verified", await stage.AssumeAsync(Forge(token, claims => claims["sub"] = "system:serviceaccount:default:root"), role));
        Refused("InvalidIdentityToken", "The web identity token's signature could not be verified", await stage.AssumeAsync(Unsigned(token), role));
        Refused("InvalidIdentityToken", "Missing a required claim: exp", await stage.AssumeAsync(Forge(token, claims => claims.Remove("exp")), role));
        Assert.Equal("ValidationError", (await stage.AssumeAsync(token, role, "DurationSeconds", "899")).Error);
        Refused("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", await stage.AssumeAsync(token, role, "DurationSeconds", "3601"));
        Assert.Equal("MalformedPolicyDocument", (await stage.AssumeAsync(token, role, "Policy", "{}")).Error);
        Assert.Equal("ValidationError", (await stage.AssumeAsync(token, "", "RoleSessionName", "x")).Error);

        stage.Stage.Time.Advance(TimeSpan.FromHours(1));
        var now = stage.Stage.Time.GetUtcNow().ToUnixTimeSeconds();
        var late = await stage.AssumeAsync(token, role);
        Assert.Equal("ExpiredTokenException", late.Error);
        Assert.Matches($"^Token expired: current date/time {now} must be before the expiration date/time [0-9]+$", late.Value("Message"));
    }

    [Fact]
    public async Task The_session_lasts_as_long_as_it_was_asked_for_and_as_the_role()
    {
        await using var stage = await PodStage.StartAsync();
        var role = await stage.RoleAsync("app", PodStage.Trusting("app"), "MaxSessionDuration", "7200");
        await stage.AccountAsync("app");
        var token = await stage.TokenAsync("app");
        Assert.Equal("ValidationError", (await stage.AssumeAsync(token, role, "DurationSeconds", "7201")).Error);
        using var pod = stage.As(await stage.AssumeAsync(token, role, "DurationSeconds", "7200"));
        stage.Stage.Time.Advance(TimeSpan.FromSeconds(7199));
        Assert.Null((await pod.QueryAsync("sts", "GetCallerIdentity")).Error);
        stage.Stage.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("ExpiredToken", (await pod.QueryAsync("sts", "GetCallerIdentity")).Error);
    }

    [Fact]
    public async Task A_role_is_not_seen_at_once()
    {
        await using var stage = await PodStage.StartAsync();
        await stage.AccountAsync("app");
        var token = await stage.TokenAsync("app");
        var document = $$"""{"Statement":{{PodStage.Trusting("app")}}}""".Replace("PROVIDER", stage.Provider, StringComparison.Ordinal).Replace("ISSUER", stage.HostPath, StringComparison.Ordinal);
        var role = (await stage.Stage.IamAsync("CreateRole", "RoleName", "app", "AssumeRolePolicyDocument", document)).Value("Arn");
        Assert.Equal("AccessDenied", (await stage.AssumeAsync(token, role)).Error);
        stage.Stage.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Null((await stage.AssumeAsync(token, role)).Error);
    }

    [Fact]
    public async Task The_issuer_of_a_cluster_that_is_gone_has_no_keys_and_a_foreign_one_is_not_reached()
    {
        await using var stage = await PodStage.StartAsync();
        var role = await stage.RoleAsync("app", PodStage.Trusting("app"));
        await stage.AccountAsync("app");
        var token = await stage.TokenAsync("app");
        await stage.Stage.IamAsync("CreateOpenIDConnectProvider", "Url", "https://token.example.com", "ClientIDList.member.1", "sts.amazonaws.com");
        Assert.Equal("IDPCommunicationError", (await stage.AssumeAsync(Forge(token, claims => claims["iss"] = "https://token.example.com"), role)).Error);

        await stage.Stage.DeleteAsync("/clusters/demo");
        stage.Stage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await stage.Stage.StatusAsync("/clusters/demo"));
        Refused("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements", await stage.AssumeAsync(token, role));
        Assert.Equal(HttpStatusCode.NotFound, (await stage.ReadAsync(new Uri(stage.Issuer).AbsolutePath + "/keys")).Status);
    }

    [Fact]
    public async Task The_issuer_serves_what_verifies_its_tokens()
    {
        await using var stage = await PodStage.StartAsync();
        await stage.AccountAsync("app");
        var token = await stage.TokenAsync("app");
        var path = new Uri(stage.Issuer).AbsolutePath;
        var (_, here) = await stage.ReadAsync(path + "/.well-known/openid-configuration");
        Assert.Equal((stage.Issuer, $"{stage.Stage.Sandbox.Endpoint.OriginalString}{path}/keys"), ((string?)here["issuer"], (string?)here["jwks_uri"]));
        var (_, there) = await stage.ReadAsync(path + "/.well-known/openid-configuration", new Uri(stage.Issuer).Host);
        Assert.Equal(stage.Issuer + "/keys", (string?)there["jwks_uri"]);

        var (_, keys) = await stage.ReadAsync(path + "/keys");
        var key = Assert.Single(keys["keys"]!.AsArray())!;
        Assert.Equal((string?)Part(token, 0)["kid"], (string?)key["kid"]);
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes((string)key["n"]!), Exponent = Bytes((string)key["e"]!) });
        var parts = token.Split('.');
        Assert.True(rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        // The API server says the same to those who are inside.
        var (_, inside) = await stage.Stage.KubernetesAsync(stage.Stage.Administrator, "/.well-known/openid-configuration");
        Assert.Equal(stage.Issuer, (string?)inside["issuer"]);
        Assert.EndsWith("/openid/v1/jwks", (string?)inside["jwks_uri"], StringComparison.Ordinal);
        Assert.Equal(keys.ToJsonString(), (await stage.Stage.KubernetesAsync(stage.Stage.Administrator, "/openid/v1/jwks")).Body.ToJsonString());
    }

    private static void Refused(string code, string message, Answer answer, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Assert.Equal((status, code), (answer.Status, answer.Error));
        Assert.Equal(message, answer.Value("Message"));
    }

    private static string Forge(string token, Action<JsonObject> change)
    {
        var parts = token.Split('.');
        var claims = Part(token, 1);
        change(claims);
        return $"{parts[0]}.{Encode(claims)}.{parts[2]}";
    }

    private static string Unsigned(string token)
    {
        var header = Part(token, 0);
        header["alg"] = "none";
        return $"{Encode(header)}.{token.Split('.')[1]}.";
    }

    private static JsonObject Part(string token, int index) => JsonNode.Parse(Bytes(token.Split('.')[index]))!.AsObject();

    private static string Encode(JsonObject part) => Convert.ToBase64String(Encoding.UTF8.GetBytes(part.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Bytes(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
