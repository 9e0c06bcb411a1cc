using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EksTools.Authentication;

/// <summary>
/// Signature Version 4 in a query string, for a GET of <c>/</c> with an empty body
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
/// </summary>
/// <remarks>
/// AWSSDK.Core's presigner takes the time from its own clock and orders parameters in its own way, while tokens must equal the
/// AWS CLI's for the same second, byte for byte. It would also wake the SDK's configuration in a process that lives for one token.
/// </remarks>
internal static class SigV4QueryPresigner
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string EmptyBodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static string Presign(
        AwsKeys keys, string host, string region, string service, IReadOnlyList<(string Name, string Value)> query,
        (string Name, string Value) header, TimeSpan expires, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var date = time[..8];
        var scope = $"{date}/{region}/{service}/aws4_request";
        var signedHeaders = $"host;{header.Name}";
        List<(string Name, string Value)> parameters =
        [
            .. query,
            ("X-Amz-Algorithm", Algorithm),
            ("X-Amz-Credential", $"{keys.AccessKey}/{scope}"),
            ("X-Amz-Date", time),
            ("X-Amz-Expires", ((int)expires.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            ("X-Amz-SignedHeaders", signedHeaders),
        ];
        if (!string.IsNullOrEmpty(keys.SessionToken))
        {
            parameters.Add(("X-Amz-Security-Token", keys.SessionToken));
        }

        // Signed in sorted order, sent in the order above: the server sorts for itself.
        var canonicalQuery = Join(parameters.OrderBy(p => p.Name, StringComparer.Ordinal));
        var canonicalRequest =
            $"GET\n/\n{canonicalQuery}\nhost:{host}\n{header.Name}:{header.Value}\n\n{signedHeaders}\n{EmptyBodyHash}";
        var stringToSign = $"{Algorithm}\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)))}";

        var key = Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey);
        foreach (var part in (ReadOnlySpan<string>)[date, region, service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(stringToSign)));
        return $"https://{host}/?{Join(parameters)}&X-Amz-Signature={signature}";
    }

    // Uri.EscapeDataString leaves exactly RFC 3986's unreserved characters, which is SigV4's rule.
    private static string Join(IEnumerable<(string Name, string Value)> parameters) =>
        string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"));

    private static string Hex(byte[] bytes)
    {
        Span<char> text = stackalloc char[bytes.Length * 2];
        const string digits = "0123456789abcdef";
        for (var i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = digits[bytes[i] >> 4];
            text[(2 * i) + 1] = digits[bytes[i] & 15];
        }
        return new string(text);
    }
}
