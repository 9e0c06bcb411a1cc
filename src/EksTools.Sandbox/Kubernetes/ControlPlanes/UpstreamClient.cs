using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>
/// EKS's own access to a real kube-apiserver, by a certificate in system:masters: no webhook is asked about it, so that calls
/// may be made while the account is locked. That is also why they are synchronous.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _authority;
    private readonly HttpClient _http;

    public UpstreamClient(Uri endpoint, CertificateAuthority authority)
    {
        _certificate = authority.IssueClient("eks:control-plane", "system:masters").Load();
        _authority = X509Certificate2.CreateFromPem(authority.Pem);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [_certificate],
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        })
        { BaseAddress = endpoint };
    }

    /// <summary>Whether the API server says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>An object; null where there is none.</summary>
    public JsonObject? Find(ResourceType type, string? ns, string name) => Send(HttpMethod.Get, $"{type.Path(ns)}/{name}", null, HttpStatusCode.NotFound);

    /// <summary>The objects of the cluster with a label; none of a kind that the server is too old to know.</summary>
    public IReadOnlyList<JsonObject> List(ResourceType type, string labelSelector) =>
        [.. Send(HttpMethod.Get, $"{type.Path(null)}?labelSelector={Uri.EscapeDataString(labelSelector)}", null, HttpStatusCode.NotFound)?.Objects("items") ?? []];

    /// <summary>The objects of the cluster, then each change to one, until the server ends the watch.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(ResourceType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri($"{type.Path(null)}?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return (JsonObject)JsonNode.Parse(line)!;
        }
    }

    /// <summary>Creates an object; null when one of the name is there.</summary>
    public JsonObject? Create(ResourceType type, string? ns, JsonObject obj)
    {
        (obj["apiVersion"], obj["kind"]) = (type.ApiVersion, type.Kind);
        return Send(HttpMethod.Post, type.Path(ns), obj, HttpStatusCode.Conflict);
    }

    /// <summary>Writes an object that was read; null when somebody else wrote it meanwhile, or took it away.</summary>
    public JsonObject? Replace(ResourceType type, string? ns, JsonObject obj, string subresource = "") =>
        Send(HttpMethod.Put, $"{type.Path(ns)}/{obj.Name()}{subresource}", obj, HttpStatusCode.Conflict, HttpStatusCode.NotFound);

    /// <summary>Asks for a token of a service account.</summary>
    public JsonObject CreateToken(string ns, string serviceAccount, JsonObject request) => Send(HttpMethod.Post, $"{ResourceCatalog.ServiceAccounts.Path(ns)}/{serviceAccount}/token", request)!;

    /// <summary>Takes an object away, if it is there.</summary>
    public void Remove(ResourceType type, string? ns, string name) => Send(HttpMethod.Delete, $"{type.Path(ns)}/{name}", null, HttpStatusCode.NotFound);

    /// <summary>Reads, changes and writes, and begins again when somebody else wrote meanwhile.</summary>
    /// <param name="change">Is handed the object, null where there is none, and returns what to write, null for nothing.</param>
    public void Change(ResourceType type, string? ns, string name, Func<JsonObject?, JsonObject?> change, string subresource = "")
    {
        while (true)
        {
            var current = Find(type, ns, name);
            if (change(current?.Clone()) is not { } changed || (current is null ? Create(type, ns, changed) : Replace(type, ns, changed, subresource)) is not null)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private JsonObject? Send(HttpMethod method, string path, JsonObject? body, params ReadOnlySpan<HttpStatusCode> expected)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var answer = _http.Send(request);
        using var reader = new StreamReader(answer.Content.ReadAsStream(), Encoding.UTF8);
        var text = reader.ReadToEnd();
        return answer.IsSuccessStatusCode ? (JsonObject)JsonNode.Parse(text)!
            : expected.Contains(answer.StatusCode) ? null
            : throw Refused(answer.StatusCode, $"{method} {path}", text);
    }

    private static StatusException Refused(HttpStatusCode code, string request, string text)
    {
        JsonNode? status;
        try
        {
            status = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            status = null;
        }

        return new StatusException((int)code, status.Text("reason") ?? "Unknown", status.Text("message") ?? $"kube-apiserver answered {(int)code} to {request}: {text}");
    }
}
