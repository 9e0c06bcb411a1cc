using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;

namespace EksTools.Testing;

/// <summary>A cluster named demo in a sandbox, with a door to its API that is not the module's, and IAM principals to map.</summary>
public sealed class MappingStage : IAsyncDisposable
{
    private const string ConfigMaps = "/api/v1/namespaces/kube-system/configmaps";
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""";
    private readonly HttpClient http;
    private readonly AmazonIdentityManagementServiceClient iam;

    private MappingStage(Rehearsal rehearsal, string mode)
    {
        Rehearsal = rehearsal;
        Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig -AuthenticationMode $args[0]", mode).Good();
        http = Door("demo");
        iam = new AmazonIdentityManagementServiceClient(new BasicAWSCredentials(rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey), new AmazonIdentityManagementServiceConfig { ServiceURL = rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = rehearsal.Region });
    }

    /// <summary>The sandbox and the session.</summary>
    public Rehearsal Rehearsal { get; }

    /// <summary>The session, whose principal made the cluster.</summary>
    public Session Session => Rehearsal.Session;

    /// <summary>Starts it.</summary>
    /// <param name="mode">The cluster's authentication mode.</param>
    /// <param name="start">Another sandbox than the ordinary one, such as one with a real API server.</param>
    public static async Task<MappingStage> StartAsync(string mode = "API_AND_CONFIG_MAP", Func<Task<Rehearsal>>? start = null)
    {
        Rehearsal rehearsal = await (start?.Invoke() ?? Rehearsal.StartAsync());
        try
        {
            return new MappingStage(rehearsal, mode);
        }
        catch
        {
            await rehearsal.DisposeAsync();
            throw;
        }
    }

    /// <summary>A principal's ARN in the sandbox's account.</summary>
    public static string Arn(string resource) => $"arn:aws:iam::111122223333:{resource}";

    /// <summary>Makes a role, and returns its ARN.</summary>
    public async Task<string> RoleAsync(string name, string path = "/") =>
        (await iam.CreateRoleAsync(new CreateRoleRequest { RoleName = name, Path = path, AssumeRolePolicyDocument = Trust })).Role.Arn;

    /// <summary>Deletes a role.</summary>
    public Task DeleteRoleAsync(string name) => iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = name });

    /// <summary>Makes a user, and returns its ARN.</summary>
    public async Task<string> UserAsync(string name, string path = "/") => (await iam.CreateUserAsync(new CreateUserRequest { UserName = name, Path = path })).User.Arn;

    /// <summary>Makes many roles, and returns their ARNs.</summary>
    public async Task<IReadOnlyList<string>> RolesAsync(string prefix, int count)
    {
        string[] arns = new string[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => arns[i] = await RoleAsync($"{prefix}{i:0000}"));
        return arns;
    }

    /// <summary>aws-auth, or null when there is none.</summary>
    public async Task<JsonObject?> ConfigMapAsync()
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"{ConfigMaps}/aws-auth", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>A value of aws-auth, or null.</summary>
    public async Task<string?> TextAsync(string key) => (string?)(await ConfigMapAsync())?["data"]?[key];

    /// <summary>How many writes aws-auth remembers.</summary>
    public async Task<int> WritesAsync() =>
        (string?)(await ConfigMapAsync())?["metadata"]?["annotations"]?["ekstools/former-aws-auth"] is { } text ? JsonNode.Parse(text)!.AsArray().Count : 0;

    /// <summary>Makes aws-auth, with labels and keys of others.</summary>
    public async Task WriteAsync(params (string Key, string Text)[] data)
    {
        JsonObject values = [];
        foreach ((string key, string text) in data)
        {
            values[key] = text;
        }

        JsonObject map = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "aws-auth", ["labels"] = new JsonObject { ["owner"] = "others" }, ["annotations"] = new JsonObject { ["others/note"] = "kept" } },
            ["data"] = values,
        };
        using HttpResponseMessage answer = await http.PostAsJsonAsync(new Uri(ConfigMaps, UriKind.Relative), map);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Changes aws-auth as kubectl edit does, without a resourceVersion.</summary>
    public async Task PatchAsync(string mergePatch)
    {
        using HttpRequestMessage request = new(HttpMethod.Patch, new Uri($"{ConfigMaps}/aws-auth", UriKind.Relative)) { Content = new StringContent(mergePatch, Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json")) };
        using HttpResponseMessage answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Binds a cluster role to a group, in a namespace or in the whole cluster.</summary>
    public async Task BindAsync(string group, string role, string? space = null)
    {
        JsonObject binding = new()
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = space is null ? "ClusterRoleBinding" : "RoleBinding",
            ["metadata"] = new JsonObject { ["name"] = $"{group}-{role}" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "Group", ["apiGroup"] = "rbac.authorization.k8s.io", ["name"] = group }),
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
        };
        string place = space is null ? "clusterrolebindings" : $"namespaces/{space}/rolebindings";
        using HttpResponseMessage answer = await http.PostAsJsonAsync(new Uri($"/apis/rbac.authorization.k8s.io/v1/{place}", UriKind.Relative), binding);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How often an operation of AWS was called.</summary>
    public int Calls(string operation) => Rehearsal.Sandbox.Requests.Count(request => request.Operation == operation);

    /// <summary>Makes the session that of a role which the account may assume, and which AWS denies nothing.</summary>
    public async Task BecomeAsync(string role)
    {
        await iam.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = role[(role.LastIndexOf('/') + 1)..], PolicyArn = Iam.Administrator });
        await Rehearsal.AssumeAsync(role);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        iam.Dispose();
        http.Dispose();
        await Rehearsal.DisposeAsync();
    }

    private HttpClient Door(string cluster)
    {
        string endpoint = (string)Session.Run("(EksTools\\Get-EksCluster $args[0]).Endpoint", cluster).Good()[0].BaseObject;
        string token = (string)Session.Run("(Get-EksToken $args[0] -AsPlainText).Token", cluster).Good()[0].BaseObject;

        // The sandbox's own certificate, on loopback.
        return new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true })
        {
            BaseAddress = new Uri(endpoint),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }
}
