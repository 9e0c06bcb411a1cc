using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Plain HTTPS to a cluster, trusting its authority alone.</summary>
internal static class TestHttp
{
    public static Task<(HttpStatusCode Code, JsonNode Body)> GetAsync(TestCluster cluster, string path, string? token, string? accept = null) => SendAsync(cluster, HttpMethod.Get, path, token, accept: accept);

    public static async Task<(HttpStatusCode Code, JsonNode Body)> SendAsync(
        TestCluster cluster, HttpMethod method, string path, string? token, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var authority = X509Certificate2.CreateFromPem(cluster.Api.CertificateAuthority);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(method, new Uri(cluster.Api.Endpoint, path));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new(contentType);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }
}
