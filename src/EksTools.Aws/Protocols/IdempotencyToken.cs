namespace EksTools.Aws.Protocols;

/// <summary>Tokens by which the service knows a request sent twice.</summary>
internal static class IdempotencyToken
{
    /// <summary>A new token. A request is marshalled once, so all its retries carry the same one.</summary>
    public static string New() => Guid.NewGuid().ToString();
}
