using System.Globalization;
using System.Numerics;
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
                : $"error from AWS (expected 200, got {reply.StatusCode}) on {StsHostRules.RegionOf(url.Host)} endpoint. Body: {reply.Body}");
        }

        if (reply is not { Account: { } account, Arn: { } arn, UserId: { } userId })
        {
            throw new TokenRefusedException("AWS answered without account, ARN or user id");
        }

        var canonical = PrincipalArn.Canonicalize(arn);
        if (!PrincipalArn.IsAssumedRole(arn))
        {
            // A federated user's id has a colon of its own: account and name together tell it from root's.
            return new(account, arn, canonical, userId, "", accessKeyId);
        }

        return userId.Split(':') is [var id, var session] ? new(account, arn, canonical, id, session, accessKeyId) : throw new TokenRefusedException($"malformed UserID \"{userId}\"");
    }

    /// <summary>The checks that need no network.</summary>
    public (Uri Url, string AccessKeyId) Inspect(string token)
    {
        Require(Encoding.UTF8.GetByteCount(token) <= MaxLength, "token is too large");
        Require(token.StartsWith(Prefix, StringComparison.Ordinal), $"token is missing expected \"{Prefix}\" prefix");
        var text = Decode(token[Prefix.Length..]);
        var url = AsGo(() => GoUrl.Parse(text), fault => $"token does not hold a URL: {fault}");
        CheckHost(url);
        Require(url.Path == "/", "unexpected path in pre-signed URL");
        var parameters = CheckParameters(url);
        Require(parameters.GetValueOrDefault("action") == "GetCallerIdentity", "unexpected action parameter in pre-signed URL");
        Require(parameters.GetValueOrDefault("x-amz-signedheaders", "").Split(';').Contains("x-k8s-aws-id", StringComparer.OrdinalIgnoreCase), "client did not sign the x-k8s-aws-id header in the pre-signed URL");
        var expires = parameters.GetValueOrDefault("x-amz-expires", "");
        Require(WholeNumber().IsMatch(expires) && BigInteger.Parse(expires, CultureInfo.InvariantCulture) is var seconds && seconds >= 0 && seconds <= 900, "invalid X-Amz-Expires parameter in pre-signed URL");
        var dateText = parameters.GetValueOrDefault("x-amz-date", "");
        Require(dateText.Length > 0, "X-Amz-Date parameter must be present in pre-signed URL");

        // Go's time.Parse takes a fraction of a second where the layout has none.
        Require(
            DateTimeOffset.TryParseExact(Fraction().Replace(dateText, "Z"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date),
            $"error parsing X-Amz-Date parameter {dateText} into time");
        Require(options.Time.GetUtcNow() <= date + Lifetime, "X-Amz-Date parameter is expired (15 minute expiration)");
        return (AsGo(() => new Uri(text), fault => $"error creating HTTP request: {fault}"), parameters.GetValueOrDefault("x-amz-credential", "").Split('/')[0]);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new TokenRefusedException(message);
        }
    }

    // Go's base64.RawURLEncoding: line breaks are passed over, and the unused bits of the last character do not matter.
    private static string Decode(string encoded)
    {
        encoded = encoded.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        Require(Base64Characters().IsMatch(encoded) && encoded.Length % 4 != 1, "token is not unpadded base64url");
        var padded = encoded.Replace('-', '+').Replace('_', '/').PadRight((encoded.Length + 3) / 4 * 4, 'A');
        return Encoding.UTF8.GetString(Convert.FromBase64String(padded).AsSpan(0, encoded.Length * 3 / 4));
    }

    private static T AsGo<T>(Func<T> parse, Func<string, string> refusal)
    {
        try
        {
            return parse();
        }
        catch (FormatException fault)
        {
            throw new TokenRefusedException(refusal(fault.Message));
        }
    }

    private static Dictionary<string, string> CheckParameters(GoUrl url)
    {
        var pairs = AsGo(url.ParseQuery, _ => "malformed query parameter").GroupBy(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            Require(names.Add(pair.Key.ToLowerInvariant()), $"duplicate query parameter found: \"{pair.Key}\"");
        }

        foreach (var pair in pairs)
        {
            Require(Allowed.Contains(pair.Key.ToLowerInvariant()), $"non-whitelisted query parameter \"{pair.Key}\"");
            Require(pair.Count() == 1, "query parameter with multiple values not supported");
        }

        return pairs.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Single());
    }

    // The AWS CLI signs for the endpoint it was pointed at, so the sandbox's own loopback URL passes, as nothing real would let it.
    private void CheckHost(GoUrl url)
    {
        if (url.Scheme is "http" or "https" && Uri.TryCreate($"http://{url.Host}", UriKind.Absolute, out var own) && own.IsLoopback)
        {
            return;
        }

        Require(url.Scheme == "https", $"unexpected scheme \"{url.Scheme}\" in pre-signed URL");
        if (StsHostRules.Refuse(url.Host, options.Identity.Partition) is { } refusal)
        {
            throw new TokenRefusedException(refusal);
        }
    }

    [GeneratedRegex(@"^[-0-9A-Za-z_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base64Characters();

    [GeneratedRegex(@"^[-+]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"(?<=^[0-9]{8}T[0-9]{6})[.,][0-9]+Z\z", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
