using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>Checks a token in the order of aws-iam-authenticator's server, then asks STS whom it names.</summary>
internal sealed partial class TokenVerifier(KubernetesApiOptions options)
{
    private const string Prefix = "k8s-aws-v1.";
    private const int MaxLength = 4096;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private static readonly HashSet<string> Allowed =
    [
        "action", "version", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token", "x-amz-signature", "x-amz-signedheaders",
    ];

    private static readonly Dictionary<string, string[]> Domains = new()
    {
        ["aws"] = ["amazonaws.com", "api.aws"],
        ["aws-us-gov"] = ["amazonaws.com", "api.aws"],
        ["aws-cn"] = ["amazonaws.com.cn", "api.amazonwebservices.com.cn"],
        ["aws-iso"] = ["c2s.ic.gov"],
        ["aws-iso-b"] = ["sc2s.sgov.gov"],
        ["aws-iso-e"] = ["cloud.adc-e.uk"],
        ["aws-iso-f"] = ["csp.hci.ic.gov"],
        ["aws-eusc"] = ["amazonaws.eu", "api.amazonwebservices.eu"],
    };

    /// <summary>Whom the token names.</summary>
    /// <exception cref="TokenRefusedException">The token breaks a rule, or STS did not answer with an identity.</exception>
    public async Task<VerifiedIdentity> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var (url, accessKeyId) = Inspect(token);
        var reply = await options.Identity.GetCallerIdentityAsync(url, options.ClusterName, cancellationToken).ConfigureAwait(false);
        if (reply.StatusCode != 200)
        {
            throw new TokenRefusedException(reply.Body.Contains("Throttling", StringComparison.Ordinal)
                ? "request to AWS was throttled"
                : $"error from AWS (expected 200, got {reply.StatusCode}) on {url.Host} endpoint. Body: {reply.Body}");
        }

        if (reply is not { Account: { } account, Arn: { } arn, UserId: { } userId })
        {
            throw new TokenRefusedException("AWS answered without account, ARN or user id");
        }

        var id = userId.Split(':', 2);
        return new(account, arn, PrincipalArn.Canonicalize(arn), id[0], id.Length > 1 ? id[1] : "", accessKeyId);
    }

    /// <summary>The checks that need no network.</summary>
    public (Uri Url, string AccessKeyId) Inspect(string token)
    {
        Require(token.Length <= MaxLength, "token is too large");
        Require(token.StartsWith(Prefix, StringComparison.Ordinal), $"token is missing expected \"{Prefix}\" prefix");
        var encoded = token[Prefix.Length..];
        Require(!encoded.Contains('=', StringComparison.Ordinal) && Base64Url.IsValid(encoded), "token is not unpadded base64url");
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded));
        Require(Uri.TryCreate(text, UriKind.Absolute, out var url), "token does not hold a URL");
        CheckHost(url!);
        Require(url!.AbsolutePath == "/", "unexpected path in pre-signed URL");
        var parameters = CheckParameters(url);
        Require(parameters.GetValueOrDefault("action") == "GetCallerIdentity", "unexpected action parameter in pre-signed URL");
        Require(parameters.GetValueOrDefault("x-amz-signedheaders", "").Split(';').Contains("x-k8s-aws-id", StringComparer.OrdinalIgnoreCase), "client did not sign the x-k8s-aws-id header in the pre-signed URL");
        Require(int.TryParse(parameters.GetValueOrDefault("x-amz-expires"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var expires) && expires is >= 0 and <= 900, "invalid X-Amz-Expires parameter in pre-signed URL");
        Require(parameters.TryGetValue("x-amz-date", out var dateText), "X-Amz-Date parameter must be present in pre-signed URL");
        Require(
            DateTimeOffset.TryParseExact(dateText, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date),
            $"error parsing X-Amz-Date parameter {dateText} into time");
        Require(options.Time.GetUtcNow() <= date + Lifetime, "X-Amz-Date parameter is expired (15m0s expiration)");
        return (url, parameters.GetValueOrDefault("x-amz-credential", "").Split('/')[0]);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new TokenRefusedException(message);
        }
    }

    // The AWS CLI signs for the endpoint it was pointed at, so the sandbox's own loopback URL passes, as nothing real would let it.
    private void CheckHost(Uri url)
    {
        if (url.Scheme is "http" or "https" && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))))
        {
            return;
        }

        Require(url.Scheme == "https", $"unexpected scheme \"{url.Scheme}\" in pre-signed URL");
        if (url.Host == "sts.amazonaws.com")
        {
            Require(options.Identity.Partition == "aws", $"global endpoint unsupported in partition {options.Identity.Partition}");
            return;
        }

        var match = RegionalHost().Match(url.Host);
        Require(
            url.IsDefaultPort && match.Success && Domains.GetValueOrDefault(options.Identity.Partition, []).Contains(match.Groups["domain"].Value),
            $"unexpected hostname \"{url.Authority}\" in pre-signed URL");
    }

    private static Dictionary<string, string> CheckParameters(Uri url)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var pairs = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var name = Uri.UnescapeDataString(pair[0]);
            Require(names.Add(name.ToLowerInvariant()), $"duplicate query parameter found: \"{name}\"");
        }

        foreach (var pair in pairs)
        {
            var name = Uri.UnescapeDataString(pair[0]);
            Require(Allowed.Contains(name.ToLowerInvariant()), $"non-whitelisted query parameter \"{name}\"");
            parameters[name.ToLowerInvariant()] = pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "";
        }

        return parameters;
    }

    [GeneratedRegex(@"^sts(-fips)?\.(?<region>[a-z]{2,}(-[a-z]+)+-[0-9]+)\.(?<domain>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionalHost();
}
