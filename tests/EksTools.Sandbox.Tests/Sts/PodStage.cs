using System.Net;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Sts;

/// <summary>A stage with the cluster demo, whose issuer the account knows as a provider, and pods in it.</summary>
internal sealed class PodStage : IAsyncDisposable
{
    public const string TokenFile = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";

    private readonly HttpClient _http = new();

    private PodStage(Stage stage, string issuer)
    {
        Stage = stage;
        Issuer = issuer;
    }

    public Stage Stage { get; }

    /// <summary>The issuer's URL.</summary>
    public string Issuer { get; }

    /// <summary>The issuer without its scheme, as condition keys and ARNs have it.</summary>
    public string HostPath => Issuer["https://".Length..];

    public string Provider => $"arn:aws:iam::111122223333:oidc-provider/{HostPath}";

    public static async Task<PodStage> StartAsync(bool provider = true)
    {
        var stage = await Stage.StartAsync();
        await stage.ClusterAsync();
        var made = new PodStage(stage, (string)(await stage.GetAsync("/clusters/demo")).Json["cluster"]!["identity"]!["oidc"]!["issuer"]!);
        if (provider)
        {
            await made.RegisterAsync("sts.amazonaws.com");
        }

        return made;
    }

    public Task<Answer> RegisterAsync(params string[] audiences) => Stage.IamAsync(
        "CreateOpenIDConnectProvider", ["Url", Issuer, .. audiences.SelectMany((audience, index) => new[] { $"ClientIDList.member.{index + 1}", audience })]);

    /// <summary>A role that is old enough to be seen. PROVIDER and ISSUER in the statements stand for the cluster's.</summary>
    public async Task<string> RoleAsync(string name, string statements, params string[] parameters)
    {
        var document = $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""".Replace("PROVIDER", Provider, StringComparison.Ordinal).Replace("ISSUER", HostPath, StringComparison.Ordinal);
        var answer = await Stage.IamAsync("CreateRole", ["RoleName", name, "AssumeRolePolicyDocument", document, .. parameters]);
        Assert.Null(answer.Error);
        Stage.Time.Advance(TimeSpan.FromSeconds(10));
        return answer.Value("Arn");
    }

    /// <summary>The statement that AWS documents for one service account.</summary>
    public static string Trusting(string serviceAccount) => """
        {"Effect":"Allow","Principal":{"Federated":"PROVIDER"},"Action":"sts:AssumeRoleWithWebIdentity",
         "Condition":{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com","ISSUER:sub":"system:serviceaccount:default:NAME"}}}
        """.Replace("NAME", serviceAccount, StringComparison.Ordinal);

    /// <summary>A service account, annotated with a role where one is given.</summary>
    public async Task AccountAsync(string name, string? role = null)
    {
        var annotations = role is null ? null : new JsonObject { ["eks.amazonaws.com/role-arn"] = role };
        await PostAsync("/api/v1/namespaces/default/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = annotations } });
    }

    /// <summary>A pod of a service account.</summary>
    public Task<JsonObject> PodAsync(string name, string serviceAccount) => PostAsync("/api/v1/namespaces/default/pods", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["serviceAccountName"] = serviceAccount, ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
    });

    /// <summary>A token that is asked for by hand.</summary>
    public async Task<string> TokenAsync(string serviceAccount, string audience = "sts.amazonaws.com", int seconds = 3600, JsonObject? bound = null)
    {
        var request = new JsonObject { ["spec"] = new JsonObject { ["audiences"] = new JsonArray(audience), ["expirationSeconds"] = seconds, ["boundObjectRef"] = bound } };
        var answer = await PostAsync($"/api/v1/namespaces/default/serviceaccounts/{serviceAccount}/token", request);
        return (string)answer["status"]!["token"]!;
    }

    /// <summary>The token of a pod whose service account has no association.</summary>
    public async Task<string> UnassociatedAsync()
    {
        await AccountAsync("nobody");
        await PodAsync("nobody", "nobody");
        return await TokenAsync("nobody", "pods.eks.amazonaws.com", bound: new JsonObject { ["kind"] = "Pod", ["apiVersion"] = "v1", ["name"] = "nobody" });
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        var (status, answer) = await Stage.KubernetesAsync(Stage.Administrator, path, HttpMethod.Post, body);
        return status == HttpStatusCode.Created ? answer : throw new InvalidOperationException($"{path}: {status} {answer}");
    }

    /// <summary>Calls AssumeRoleWithWebIdentity, unsigned.</summary>
    public async Task<Answer> AssumeAsync(string token, string role, params string[] more)
    {
        var pairs = new[] { "Action", "AssumeRoleWithWebIdentity", "Version", "2011-06-15", "RoleArn", role, "RoleSessionName", "me", "WebIdentityToken", token }.Concat(more).Chunk(2);
        using var form = new FormUrlEncodedContent(pairs.Select(pair => KeyValuePair.Create(pair[0], pair[1])));
        using var answer = await _http.PostAsync(Stage.Sandbox.Endpoint, form, TestContext.Current.CancellationToken);
        return new(answer.StatusCode, null, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Reads a document of the sandbox's own address.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> ReadAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Stage.Sandbox.Endpoint, path)) { Headers = { Host = host } };
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    /// <summary>A client with the credentials of an answer.</summary>
    public SignedClient As(Answer session) => new(Stage.Sandbox.Endpoint, session.Value("AccessKeyId"), session.Value("SecretAccessKey"), session.Value("SessionToken"), time: Stage.Time);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Stage.DisposeAsync();
    }
}
