using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EksTools.Authentication;

/// <summary>Writes the answer of an exec credential plugin
/// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).</summary>
public static class ExecCredential
{
    /// <summary>The ExecCredential as one line of ASCII JSON without a line break, keys in the AWS CLI's order. Holds the token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="apiVersion">What <see cref="ExecRequest.ApiVersion"/> says.</param>
    public static string Write(EksToken token, string apiVersion)
    {
        ArgumentNullException.ThrowIfNull(token);
        using var stream = new MemoryStream();
        // The default encoder escapes everything outside ASCII.
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("kind", "ExecCredential");
            json.WriteString("apiVersion", apiVersion);
            json.WriteStartObject("spec");
            json.WriteEndObject();
            json.WriteStartObject("status");
            json.WriteString("expirationTimestamp",
                token.Expiration.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("token", token.Token);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.ASCII.GetString(stream.ToArray());
    }

    /// <summary>The token of an ExecCredential.</summary>
    /// <param name="json">The document, of any API version.</param>
    /// <exception cref="AwsAuthenticationException">
    /// <see cref="AwsAuthenticationErrorKind.Validation"/>: it cannot be parsed, or holds no token. The message quotes nothing of the document.
    /// </exception>
    public static string ReadToken(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Object
                && status.TryGetProperty("token", out var token) && token.ValueKind == JsonValueKind.String)
            {
                return token.GetString()!;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two are for half a surrogate pair, in the text or by an escape. No inner exception: it may quote the document.
            var place = exception is JsonException syntax ? $" (line {syntax.LineNumber + 1}, byte {syntax.BytePositionInLine + 1})" : "";
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation,
                $"The text begins as JSON but cannot be parsed{place}.",
                "Give the whole document as one string; lines of a file or of a program are joined by Out-String.");
        }
        throw new AwsAuthenticationException(
            AwsAuthenticationErrorKind.Validation,
            "The JSON document has no status.token, which an ExecCredential has.",
            "Give what an exec credential plugin writes, such as aws eks get-token or Get-EksToken -AsExecCredential.");
    }
}
