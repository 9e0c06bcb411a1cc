using System.Buffers;
using System.Globalization;
using System.Text;

namespace EksTools.Authentication;

/// <summary>
/// Decodes a token and applies the rules of aws-iam-authenticator's server in its order
/// (https://github.com/kubernetes-sigs/aws-iam-authenticator, pkg/token). Offline and pure. All findings are collected: the server names the first.
/// </summary>
public static class EksTokenInspector
{
    /// <summary>How long after its signing a server takes a token, whatever X-Amz-Expires says.</summary>
    public static readonly TimeSpan ServerLifetime = TimeSpan.FromMinutes(15);

    /// <summary>The longest token that servers read, in bytes.</summary>
    public const int MaximumLength = 4096;

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string MakeAnother = "Make a new one with Get-EksToken.";

    // STS allows a signer's clock to be this much ahead.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<char> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly string[] SignatureParameters = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];

    private static readonly HashSet<string> AllowedParameters =
    [
        "action", "version", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token", "x-amz-signature", "x-amz-signedheaders",
    ];

    /// <summary>Inspects a token.</summary>
    /// <param name="token">The token, as it would stand behind "Bearer ".</param>
    /// <param name="partition">The server's partition (<c>aws</c>, <c>aws-cn</c> …); null judges the token in the partition that its own host names.</param>
    /// <param name="now">The server's time.</param>
    public static TokenInspection Inspect(string token, string? partition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        List<TokenFinding> findings = [];
        var bytes = Encoding.UTF8.GetByteCount(token);
        if (bytes > MaximumLength)
        {
            findings.Add(Refusal(1, "TokenTooLarge",
                $"The token has {bytes} bytes and servers read at most {MaximumLength}: it is damaged, or the session token of its credentials is too long. Use credentials with fewer session tags or policies."));
        }
        var url = Decode(token, findings);
        if (url is null)
        {
            return new TokenInspection { Partition = partition, Findings = findings };
        }
        var host = StsHostName.Parse(url.Host);
        var credential = Scope(url);
        var region = host.Region ?? (host.IsGlobal ? credential.Region : null);
        partition ??= host.Partition;
        CheckPlace(url, host, partition, findings);
        CheckParameters(url, findings);
        CheckRequest(url, findings);
        var signedAt = CheckDate(url, now, findings);
        CheckSignature(url, host, credential, signedAt, now, findings);
        var expires = signedAt + ServerLifetime;
        return new TokenInspection
        {
            Region = region,
            Partition = partition,
            AccessKeyId = credential.AccessKeyId,
            SignedAt = signedAt,
            Expires = expires,
            TimeLeft = expires is null ? null : expires > now ? expires - now : TimeSpan.Zero,
            Findings = findings,
        };
    }

    // Rules 2 to 4: without them there is nothing to look into.
    private static PresignedUrl? Decode(string token, List<TokenFinding> findings)
    {
        if (!token.StartsWith(EksTokenFactory.Prefix, StringComparison.Ordinal))
        {
            findings.Add(Refusal(2, "PrefixMissing", token.TrimStart().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                ? "The text begins with the word Bearer, which belongs to the HTTP header and not to the token: leave it out."
                : token.Contains(EksTokenFactory.Prefix, StringComparison.Ordinal)
                    ? $"Something stands before {EksTokenFactory.Prefix}, with which a token begins: leave it out."
                    : $"The text does not begin with {EksTokenFactory.Prefix}, so it is no EKS token (service account and OIDC tokens are of another kind). {MakeAnother}"));
            return null;
        }
        var encoded = token[EksTokenFactory.Prefix.Length..];
        var wrong = encoded.AsSpan().IndexOfAnyExcept(Base64Url);
        if (wrong >= 0 || encoded.Length % 4 == 1)
        {
            var at = EksTokenFactory.Prefix.Length + wrong + 1;
            findings.Add(Refusal(3, "EncodingInvalid", wrong < 0
                ? $"A piece of the token is missing: no base64url text has {encoded.Length} characters. Copy it whole."
                : encoded[wrong] switch
                {
                    '=' => $"The token is padded with '=' (character {at}), which servers do not take: cut the padding off.",
                    '+' or '/' => $"Character {at} is of base64, and a token is base64url: write '-' for '+' and '_' for '/'.",
                    var c when char.IsWhiteSpace(c) => $"A space or line break stands at character {at} of the token: take it out.",
                    _ => $"Character {at} cannot stand in a token, which is base64url. Copy it again.",
                }));
            return null;
        }
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(
            encoded.Replace('-', '+').Replace('_', '/').PadRight((encoded.Length + 3) / 4 * 4, '=')));
        var url = PresignedUrl.Parse(text);
        if (url is null)
        {
            findings.Add(Refusal(4, "UrlInvalid", $"The token does not hold a URL: it is damaged or was made by something else. {MakeAnother}"));
        }
        return url;
    }

    private static void CheckPlace(PresignedUrl url, StsHostName host, string? partition, List<TokenFinding> findings)
    {
        if (url.Scheme != "https")
        {
            findings.Add(Refusal(5, "SchemeUnexpected",
                $"The token's URL begins with {Redaction.OneLine(url.Scheme)}:// and must begin with https://: its maker was pointed at another endpoint, as by AWS_ENDPOINT_URL. Unset that and make a new one."));
        }
        if (host.IsGlobal && partition is not "aws")
        {
            findings.Add(Refusal(6, "GlobalEndpointUnsupported",
                $"The token is signed for sts.amazonaws.com, which servers of partition {partition} do not take. Set AWS_STS_REGIONAL_ENDPOINTS=regional and the cluster's region, and make a new one."));
        }
        else if (!host.IsGlobal && (partition is null || !host.IsOf(partition)))
        {
            findings.Add(Refusal(6, "HostUnexpected", host.Partition is null
                ? $"The token is signed for the host {Redaction.OneLine(url.Host)}, which is no host of AWS STS. Unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_STS, and make a new one."
                : $"The token is signed for {url.Host}, and the server of partition {partition} takes no host of partition {host.Partition}. Use credentials and a region of {partition}."));
        }
        if (url.Path != "/")
        {
            findings.Add(Refusal(7, "PathUnexpected", $"The path of the token's URL must be / alone. {MakeAnother}"));
        }
    }

    private static void CheckParameters(PresignedUrl url, List<TokenFinding> findings)
    {
        if (url.QueryIsMalformed)
        {
            findings.Add(Refusal(8, "QueryMalformed", $"The query of the token's URL has a broken percent escape or a semicolon. {MakeAnother}"));
        }
        foreach (var names in url.Parameters.Select(p => p.Name).Distinct().GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            findings.Add(Refusal(8, "ParameterDuplicate", $"The token's URL has the parameter {Shown(names.Key)} in several spellings. {MakeAnother}"));
        }
        foreach (var name in url.Parameters.Select(p => p.Name).Distinct().Where(n => !AllowedParameters.Contains(n.ToLowerInvariant())))
        {
            findings.Add(Refusal(9, "ParameterNotAllowed",
                $"The token's URL has the parameter {Shown(name)}, which servers do not allow: a signer or proxy added it. {MakeAnother}"));
        }
        foreach (var values in url.Parameters.GroupBy(p => p.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            findings.Add(Refusal(10, "ParameterRepeated", $"The token's URL has the parameter {Shown(values.Key)} {values.Count()} times and may have it once. {MakeAnother}"));
        }
    }

    private static void CheckRequest(PresignedUrl url, List<TokenFinding> findings)
    {
        if (Value(url, "action") is var action && action != "GetCallerIdentity")
        {
            findings.Add(Refusal(11, "ActionUnexpected", (action.Length == 0
                ? "The token's URL names no Action"
                : $"The token's URL is signed for the action {Shown(action)}") + $"; servers take GetCallerIdentity alone. {MakeAnother}"));
        }
        if (!Value(url, "x-amz-signedheaders").Split(';').Contains(EksTokenFactory.ClusterHeader, StringComparer.OrdinalIgnoreCase))
        {
            findings.Add(Refusal(12, "ClusterHeaderNotSigned",
                $"The header {EksTokenFactory.ClusterHeader} is not signed, so the token is bound to no cluster. Name the cluster when making it, as Get-EksToken and aws eks get-token do."));
        }
        if (!int.TryParse(Value(url, "x-amz-expires"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > 900)
        {
            findings.Add(Refusal(13, "ExpiresInvalid",
                "X-Amz-Expires of the token's URL must be a whole number of seconds from 0 to 900. Sign it with 60; servers take it for 15 minutes all the same."));
        }
    }

    private static DateTimeOffset? CheckDate(PresignedUrl url, DateTimeOffset now, List<TokenFinding> findings)
    {
        var text = Value(url, "x-amz-date");
        if (text.Length == 0)
        {
            findings.Add(Refusal(14, "DateMissing", $"The token's URL has no X-Amz-Date, so nobody knows when it was signed. {MakeAnother}"));
            return null;
        }
        if (!DateTimeOffset.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            findings.Add(Refusal(14, "DateInvalid", $"X-Amz-Date of the token's URL is no time of the form 20260131T235959Z. {MakeAnother}"));
            return null;
        }
        // Compared without adding to it, so that the end of the calendar is no special case.
        if (now - signedAt > ServerLifetime)
        {
            findings.Add(Refusal(14, "TokenExpired",
                $"The token was signed at {signedAt:u} and is taken for 15 minutes, which ended {Ago(now - signedAt - ServerLifetime)} ago. {MakeAnother} If it is new, set this computer's clock."));
        }
        return signedAt > DateTimeOffset.MaxValue - ServerLifetime ? DateTimeOffset.MaxValue - ServerLifetime : signedAt;
    }

    // Rule 15 is STS itself. What it will refuse whatever the key is can be seen here.
    private static void CheckSignature(
        PresignedUrl url, StsHostName host, (string? AccessKeyId, string? Date, string? Region, bool IsWhole) credential,
        DateTimeOffset? signedAt, DateTimeOffset now, List<TokenFinding> findings)
    {
        var missing = SignatureParameters.Where(n => Value(url, n.ToLowerInvariant()).Length == 0).ToList();
        if (missing.Count > 0)
        {
            findings.Add(Refusal(15, "SignatureIncomplete", $"The token's URL has no {string.Join(" and no ", missing)}, which AWS STS needs: it was cut off. Copy it whole."));
        }
        if (!missing.Contains("X-Amz-Credential"))
        {
            if (!credential.IsWhole)
            {
                findings.Add(Refusal(15, "CredentialScopeInvalid", $"X-Amz-Credential of the token's URL is not KEY/DATE/REGION/sts/aws4_request, and AWS STS refuses it. {MakeAnother}"));
            }
            else if (host.Region is { } region && credential.Region != region)
            {
                findings.Add(Refusal(15, "ScopeRegionDiffers", $"The token is signed for region {Shown(credential.Region!)} but sent to STS of {region}, which refuses it. {MakeAnother}"));
            }
            else if (signedAt is { } time && credential.Date != time.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            {
                findings.Add(Refusal(15, "ScopeDateDiffers", $"The days of X-Amz-Date and X-Amz-Credential differ, and AWS STS refuses that: one of them was changed. {MakeAnother}"));
            }
        }
        if (credential.AccessKeyId?.StartsWith("ASIA", StringComparison.Ordinal) == true && Value(url, "x-amz-security-token").Length == 0)
        {
            findings.Add(Refusal(15, "SessionTokenMissing", "The token is signed with a temporary key and lacks the key's session token, without which AWS STS knows no such key. Set AWS_SESSION_TOKEN too and make a new one."));
        }
        if (signedAt - now > ClockSkew)
        {
            findings.Add(new TokenFinding(15, "SignedInFuture", false,
                $"The token was signed at {signedAt:u}, {Ago(signedAt!.Value - now)} from now: AWS STS refuses a signature that is not yet current. Set the clock of the computer that made it."));
        }
    }

    // KEY/DATE/REGION/sts/aws4_request. A key that cannot be the id of one is not shown: it may be (a part of) the secret one in the wrong place.
    private static (string? AccessKeyId, string? Date, string? Region, bool IsWhole) Scope(PresignedUrl url)
    {
        if (Value(url, "x-amz-credential").Split('/') is not [{ Length: > 0 } key, var date, var region, var service, var end])
        {
            return default;
        }
        var id = key.Length < 32 && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? key : null;
        return service == "sts" && end == "aws4_request" && date.Length == 8 && AwsPartition.LooksLikeRegion(region) ? (id, date, region, true) : (id, null, null, false);
    }

    // A parameter's name is not case sensitive to servers, and the first of several stands for all.
    private static string Value(PresignedUrl url, string name) =>
        url.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    private static string Shown(string text) => $"'{Redaction.OneLine(text.Length > 64 ? text[..64] : text)}'";

    private static string Ago(TimeSpan time) => time.TotalHours < 2 ? $"{Math.Ceiling(time.TotalMinutes):0} min" : time.TotalDays < 2 ? $"{time.TotalHours:0} h" : $"{time.TotalDays:0} days";

    private static TokenFinding Refusal(int rule, string id, string message) => new(rule, id, true, message);
}
