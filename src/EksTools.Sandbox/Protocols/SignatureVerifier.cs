using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EksTools.Sandbox.Account;

namespace EksTools.Sandbox.Protocols;

/// <summary>Who signed a request, and for what.</summary>
internal sealed record SignedScope(AccessKey Key, string Region, string Service);

/// <summary>Verifies AWS Signature Version 4, in the Authorization header or in the query, as AWS does.</summary>
internal static class SignatureVerifier
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The service that a request's credential scope names, or null when it carries none.</summary>
    public static string? FindService(WireRequest request) => Parse(request)?.Scope is [_, _, _, var service, _] ? service : null;

    /// <summary>Verifies; throws one of the generic errors that <see cref="ErrorWriter"/> spells per service.</summary>
    /// <param name="presignedLife">How long a presigned request lives, whatever it says itself; null obeys X-Amz-Expires.</param>
    public static SignedScope Verify(WireRequest request, AwsAccount account, TimeSpan? presignedLife = null)
    {
        var signature = Parse(request) ?? throw AuthenticationError.Missing();
        if (signature.Scope is not [var keyId, var day, var region, var service, "aws4_request"])
        {
            throw AuthenticationError.Incomplete("Credential must be ACCESS_KEY/DATE/REGION/SERVICE/aws4_request.");
        }

        var key = account.Credentials.Find(keyId) ?? throw AuthenticationError.UnknownKey();
        if (key.SessionToken != signature.SessionToken || !account.HasRegion(region))
        {
            throw AuthenticationError.UnknownKey();
        }

        if (!DateTimeOffset.TryParseExact(signature.Date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            || !signature.Date.StartsWith(day, StringComparison.Ordinal))
        {
            throw AuthenticationError.Incomplete("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.");
        }

        var now = account.Now;
        var life = signature.Expires is null ? Skew : presignedLife ?? signature.Expires.Value;
        if (date > now + Skew)
        {
            throw AuthenticationError.NotYetCurrent(date, now, Skew);
        }

        if (now > date + life)
        {
            throw AuthenticationError.Expired(date, now, life);
        }

        if (!signature.SignedHeaders.Contains("host") || request.Headers.Keys.Any(name => name.StartsWith("x-amz-", StringComparison.Ordinal) && signature.Expires is null && !signature.SignedHeaders.Contains(name)))
        {
            throw AuthenticationError.Incomplete("'Host' and every 'x-amz-*' header must be a 'SignedHeader' in the AWS Authorization.");
        }

        var expected = Sign(request, signature, key.Secret, day, region, service);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(signature.Value)))
        {
            throw AuthenticationError.Mismatch();
        }

        return key.Expires is { } expires && now >= expires ? throw AuthenticationError.ExpiredToken() : new SignedScope(key, region, service);
    }

    private static Signature? Parse(WireRequest request)
    {
        if (request.Header("authorization") is { } header)
        {
            if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            {
                return null;
            }

            var parts = header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).Where(part => part.Length == 2).GroupBy(part => part[0]).ToDictionary(same => same.Key, same => same.First()[1]);
            return new Signature(
                parts.GetValueOrDefault("Credential", "").Split('/'),
                request.Header("x-amz-date") ?? "",
                parts.GetValueOrDefault("SignedHeaders", "").Split(';'),
                parts.GetValueOrDefault("Signature", ""),
                request.Header("x-amz-security-token"),
                null);
        }

        if (request.QueryValue("X-Amz-Algorithm") != Algorithm)
        {
            return null;
        }

        var seconds = int.TryParse(request.QueryValue("X-Amz-Expires"), CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 604800 ? value
            : throw AuthenticationError.Incomplete("X-Amz-Expires should be a number of seconds from 0 to 604800.");
        return new Signature(
            (request.QueryValue("X-Amz-Credential") ?? "").Split('/'),
            request.QueryValue("X-Amz-Date") ?? "",
            (request.QueryValue("X-Amz-SignedHeaders") ?? "").Split(';'),
            request.QueryValue("X-Amz-Signature") ?? "",
            request.QueryValue("X-Amz-Security-Token"),
            TimeSpan.FromSeconds(seconds));
    }

    private static string Sign(WireRequest request, Signature signature, string secret, string day, string region, string service)
    {
        var query = string.Join('&', request.Query
            .Where(pair => pair.Key != "X-Amz-Signature")
            .Select(pair => (Name: Encode(pair.Key), Value: Encode(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}"));
        // Every service but S3 encodes the encoded path once more.
        var path = string.Join('/', request.RawPath.Split('/').Select(Encode));
        var headers = string.Concat(signature.SignedHeaders.Select(name => $"{name}:{Collapse(request.Header(name) ?? "")}\n"));
        var canonical = $"{request.Method}\n{path}\n{query}\n{headers}\n{string.Join(';', signature.SignedHeaders)}\n{Hex(SHA256.HashData(request.Body))}";
        var scope = $"{day}/{region}/{service}/aws4_request";
        var text = $"{Algorithm}\n{signature.Date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = new[] { day, region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (current, part) => HMACSHA256.HashData(current, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string Encode(string text) => Uri.EscapeDataString(text);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private sealed record Signature(string[] Scope, string Date, string[] SignedHeaders, string Value, string? SessionToken, TimeSpan? Expires);
}
