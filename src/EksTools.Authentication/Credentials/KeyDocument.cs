using System.Globalization;
using System.Text.Json;

namespace EksTools.Authentication;

/// <summary>The JSON form of keys that credential processes, containers and IMDS share, with small differences.</summary>
internal static class KeyDocument
{
    /// <summary>Reads keys.</summary>
    /// <param name="json">The document.</param>
    /// <param name="from">Where it is from, to begin a sentence with.</param>
    /// <param name="tokenName">The session token's member: <c>SessionToken</c> for processes, <c>Token</c> for the others.</param>
    /// <param name="version">Whether a member <c>Version</c> must be 1.</param>
    public static AwsKeys Parse(ReadOnlyMemory<byte> json, string from, string tokenName, bool version)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Bad(from, "is not a JSON object");
            }
            if (version && !(root.TryGetProperty("Version", out var v) && v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var n) && n == 1))
            {
                throw Bad(from, "does not say \"Version\": 1");
            }
            if (Text(root, "AccessKeyId") is not { } access || Text(root, "SecretAccessKey") is not { } secret)
            {
                throw Bad(from, "lacks AccessKeyId or SecretAccessKey");
            }
            DateTimeOffset? expiration = null;
            if (Text(root, "Expiration") is { } end)
            {
                if (!DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                {
                    throw Bad(from, "has an Expiration that is not a time (ISO 8601)");
                }
                expiration = time;
            }
            return new AwsKeys(access, secret, Text(root, tokenName), expiration);
        }
        catch (JsonException)
        {
            // Its message could quote what was printed.
            throw Bad(from, "is not JSON");
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static AwsAuthenticationException Bad(string from, string what) => new(
        AwsAuthenticationErrorKind.Validation, $"The answer of {from} {what}.",
        "See https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html for the form.");
}
