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
}
