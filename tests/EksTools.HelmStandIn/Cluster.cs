using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace EksTools.HelmStandIn;

/// <summary>The API server that a kubeconfig names, and nothing else: neither the environment nor a default file is looked at.</summary>
internal sealed class Cluster : IDisposable
{
    private static readonly Dictionary<string, (string Prefix, string Plural, bool IsNamespaced)> Kinds = new(StringComparer.Ordinal)
    {
        ["Secret"] = ("api/v1", "secrets", true),
        ["Service"] = ("api/v1", "services", true),
        ["ServiceAccount"] = ("api/v1", "serviceaccounts", true),
        ["Deployment"] = ("apis/apps/v1", "deployments", true),
        ["IngressClass"] = ("apis/networking.k8s.io/v1", "ingressclasses", false),
        ["IngressClassParams"] = ("apis/elbv2.k8s.aws/v1beta1", "ingressclassparams", false),
        ["MutatingWebhookConfiguration"] = ("apis/admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", false),
        ["ValidatingWebhookConfiguration"] = ("apis/admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", false),
    };

    private readonly HttpClient client;

    public Cluster(CommandLine line)
    {
        string path = line["kubeconfig"] ?? throw new HelmError("Kubernetes cluster unreachable: no kubeconfig was named");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            // helm only warns of this. Here it is what is tested.
            throw new HelmError("the kubeconfig can be read by others");
        }

        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        JsonNode context = Named(config, "contexts", config["current-context"]!.GetValue<string>())["context"]!;
        JsonNode cluster = Named(config, "clusters", context["cluster"]!.GetValue<string>())["cluster"]!;
        JsonNode user = Named(config, "users", context["user"]!.GetValue<string>())["user"]!;
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(cluster["certificate-authority-data"]!.GetValue<string>())));
        client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } }) { BaseAddress = new Uri(cluster["server"]!.GetValue<string>().TrimEnd('/') + "/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user["token"]!.GetValue<string>());
        Namespace = line["namespace"] ?? "default";
    }

    public string Namespace { get; }

    public async Task<JsonObject?> FindAsync(string kind, string name)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"{Folder(kind)}/{name}", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer);
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string kind, string selector)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"{Folder(kind)}?labelSelector={Uri.EscapeDataString(selector)}", UriKind.Relative));
        return [.. (await ReadAsync(answer))["items"]!.AsArray().Select(static item => item!.AsObject())];
    }

    public async Task CreateAsync(JsonObject item)
    {
        using StringContent body = Json(item, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri(Folder(Kind(item)), UriKind.Relative), body);
        await ReadAsync(answer);
    }

    public async Task MergeAsync(string kind, string name, JsonObject patch)
    {
        using StringContent body = Json(patch, "application/merge-patch+json");
        using HttpResponseMessage answer = await client.PatchAsync(new Uri($"{Folder(kind)}/{name}", UriKind.Relative), body);
        await ReadAsync(answer);
    }

    public async Task DeleteAsync(string kind, string name)
    {
        using HttpResponseMessage answer = await client.DeleteAsync(new Uri($"{Folder(kind)}/{name}", UriKind.Relative));
        await ReadAsync(answer);
    }

    public void Dispose() => client.Dispose();

    public static string Kind(JsonObject item) => item["kind"]!.GetValue<string>();

    public static string Name(JsonObject item) => item["metadata"]!["name"]!.GetValue<string>();

    private string Folder(string kind)
    {
        (string prefix, string plural, bool isNamespaced) = Kinds[kind];
        return isNamespaced ? $"{prefix}/namespaces/{Namespace}/{plural}" : $"{prefix}/{plural}";
    }

    private static JsonObject Named(JsonNode config, string list, string name) =>
        config[list]!.AsArray().Select(static item => item!.AsObject()).First(item => item["name"]!.GetValue<string>() == name);

    private static StringContent Json(JsonObject item, string type) => new(item.ToJsonString(), Encoding.UTF8, type);

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        JsonObject said = JsonNode.Parse(text) as JsonObject ?? throw new HelmError(text);
        return answer.IsSuccessStatusCode ? said : throw new HelmError(said["message"]?.GetValue<string>() ?? $"the server answered {(int)answer.StatusCode}");
    }
}
