using System.Text.Json.Nodes;
using EksTools.Sandbox;
using EksTools.Sandbox.Tests.Account;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>Pods of a cluster, and what AWS gives them: each asks as the AWS SDKs do, by the environment and the files that the webhook injected.</summary>
internal sealed class Pods(Rehearsal rehearsal, string cluster) : IDisposable
{
    private const string Path = "/api/v1/namespaces/default/pods";
    private readonly Kubernetes kubernetes = new(rehearsal, cluster);
    private readonly HttpClient client = new();

    /// <summary>Creates a pod of a service account, and the account where it is not there.</summary>
    public async Task CreateAsync(string name, string serviceAccount)
    {
        if (await kubernetes.ReadAsync($"/api/v1/namespaces/default/serviceaccounts/{serviceAccount}") is null)
        {
            await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", $$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{serviceAccount}}}"}}""");
        }

        await kubernetes.CreateAsync(Path, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"},"spec":{"serviceAccountName":"{{{serviceAccount}}}","containers":[{"name":"c","image":"i"}]}}""");
    }

    /// <summary>A variable of the pod's environment; null when nothing set it.</summary>
    public async Task<string?> VariableAsync(string pod, string name) =>
        (string?)(await kubernetes.ReadAsync($"{Path}/{pod}"))!["spec"]!["containers"]![0]!["env"]?.AsArray().FirstOrDefault(variable => (string?)variable!["name"] == name)?["value"];

    /// <summary>The token in the file that a variable of the pod names.</summary>
    public async Task<string> TokenAsync(string pod, string variable = "AWS_WEB_IDENTITY_TOKEN_FILE") =>
        rehearsal.Sandbox.ReadPodToken(cluster, "default", pod, (await VariableAsync(pod, variable))!);

    /// <summary>Asks STS for a role, the pod's own unless another is named. The ARN that GetCallerIdentity gives to the credentials, or the error.</summary>
    public async Task<string> AssumeAsync(string pod, string? role = null, string? token = null)
    {
        using FormUrlEncodedContent form = new(new Dictionary<string, string>
        {
            ["Action"] = "AssumeRoleWithWebIdentity",
            ["Version"] = "2011-06-15",
            ["RoleArn"] = role ?? (await VariableAsync(pod, "AWS_ROLE_ARN"))!,
            ["RoleSessionName"] = pod,
            ["WebIdentityToken"] = token ?? await TokenAsync(pod),
        });
        using HttpResponseMessage response = await client.PostAsync(rehearsal.Sandbox.Endpoint, form);
        Sandbox.Tests.Account.Answer answer = new(response.StatusCode, null, await response.Content.ReadAsStringAsync());
        return answer.Error ?? await WhoAsync(answer.Value("AccessKeyId"), answer.Value("SecretAccessKey"), answer.Value("SessionToken"));
    }

    /// <summary>Asks EKS Auth for the pod's credentials, as the agent of the cluster's first node. The ARN that GetCallerIdentity gives to them, or the error.</summary>
    public async Task<string> AskAgentAsync(string pod, string? token = null)
    {
        string node = (string)(await kubernetes.ReadAsync("/api/v1/nodes"))!["items"]![0]!["metadata"]!["name"]!;
        SandboxCredentials keys = rehearsal.Sandbox.IssueNodeCredentials(cluster, node);
        using SignedClient agent = new(rehearsal.Sandbox.Endpoint, keys.AccessKey, keys.SecretKey, keys.SessionToken, rehearsal.Region);
        JsonObject request = new() { ["token"] = token ?? await TokenAsync(pod, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") };
        Sandbox.Tests.Account.Answer answer = await agent.SendAsync("eks-auth", HttpMethod.Post, $"/clusters/{cluster}/assume-role-for-pod-identity", request.ToJsonString(), "application/json");
        return answer.Error ?? (answer.Json["credentials"] is JsonObject own ? await WhoAsync((string)own["accessKeyId"]!, (string)own["secretAccessKey"]!, (string)own["sessionToken"]!) : answer.Body);
    }

    public void Dispose()
    {
        client.Dispose();
        kubernetes.Dispose();
    }

    private async Task<string> WhoAsync(string key, string secret, string token)
    {
        using SignedClient session = new(rehearsal.Sandbox.Endpoint, key, secret, token, rehearsal.Region);
        return (await session.QueryAsync("sts", "GetCallerIdentity")).Value("Arn");
    }
}
