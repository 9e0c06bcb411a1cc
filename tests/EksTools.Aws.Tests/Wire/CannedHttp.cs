using System.Net;
using Amazon.Runtime;

namespace EksTools.Aws.Tests.Wire;

/// <summary>What was sent, as it left the SDK's pipeline.</summary>
internal sealed record SentRequest(string Method, Uri Uri, string Body, Dictionary<string, string> Headers)
{
    /// <summary>The path's segments, unescaped one by one: an escaped slash stays inside its segment.</summary>
    public IEnumerable<string> Segments => Uri.AbsolutePath.Split('/').Select(Uri.UnescapeDataString);

    public IEnumerable<(string Name, string Value)> Query => Pairs(Uri.Query.TrimStart('?'));

    public IEnumerable<(string Name, string Value)> Form => Pairs(Body);

    private static IEnumerable<(string Name, string Value)> Pairs(string text) =>
        from pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries)
        let parts = pair.Split('=', 2)
        select (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]));
}

/// <summary>An HTTP client without a network: answers from a function and keeps what was sent.</summary>
internal sealed class CannedHttp(Func<SentRequest, HttpResponseMessage> answer) : HttpClientFactory
{
    public List<SentRequest> Sent { get; } = [];

    public static HttpResponseMessage Response(HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this));

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private sealed class Handler(CannedHttp owner) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
                .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var sent = new SentRequest(request.Method.Method, request.RequestUri!, body, headers);
            owner.Sent.Add(sent);
            return owner.Answer(sent);
        }
    }

    private HttpResponseMessage Answer(SentRequest sent) => answer(sent);
}
