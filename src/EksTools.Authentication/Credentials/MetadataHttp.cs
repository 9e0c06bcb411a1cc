namespace EksTools.Authentication;

/// <summary>Plain HTTP to the small services beside a workload (container agents, IMDS): never through a proxy, never redirected.</summary>
internal static class MetadataHttp
{
    // One handler for the process; sockets to link-local services are not worth keeping.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a request and reads the whole answer, within a time limit.</summary>
    public static async Task<(int Status, byte[] Body)> SendAsync(
        HttpMethod method, Uri uri, TimeSpan limit, (string Name, string Value)? header, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        using var request = new HttpRequestMessage(method, uri);
        if (header is { } h)
        {
            request.Headers.TryAddWithoutValidation(h.Name, h.Value);
        }
        using var answer = await Client.SendAsync(request, timeout.Token).ConfigureAwait(false);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false));
    }
}
