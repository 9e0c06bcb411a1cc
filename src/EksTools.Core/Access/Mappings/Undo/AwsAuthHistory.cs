using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EksTools.Core.Access.Mappings.Undo;

/// <summary>A write of aws-auth by this module, with the text that it took the place of.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="By">The ARN of who wrote.</param>
/// <param name="Action">What it was, in a line.</param>
/// <param name="Former">gzip of the JSON of the former values by key, in base64.</param>
/// <param name="Written">What tells the text that was written from others: SHA-256, in hexadecimal.</param>
/// <param name="Undone">How many writes before this one it undid; 0 for a write that undid none.</param>
internal sealed record AwsAuthVersion(
    [property: JsonPropertyName("time")] DateTimeOffset Time,
    [property: JsonPropertyName("by")] string By,
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("former")] string Former,
    [property: JsonPropertyName("written")] string Written,
    [property: JsonPropertyName("undone"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Undone);

/// <summary>
/// Former texts of aws-auth, newest first. They stand in an annotation of the ConfigMap itself, so that a write and what undoes it are one.
/// </summary>
internal static class AwsAuthHistory
{
    /// <summary>The annotation.</summary>
    public const string Annotation = "ekstools/former-aws-auth";

    /// <summary>
    /// All annotations of an object together have 256 KiB; others' come first, and some room stays for theirs to grow.
    /// https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
    /// </summary>
    private const int Room = 200 * 1024;

    private static readonly string[] Keys = [AwsAuthMap.MapRoles, AwsAuthMap.MapUsers, AwsAuthMap.MapAccounts];
    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The writes that are remembered, newest first; none when there are none, or when others have spoilt the annotation.</summary>
    public static IReadOnlyList<AwsAuthVersion> Read(AwsAuthObject? found)
    {
        if (found?.Annotations.GetValueOrDefault(Annotation) is not { Length: > 0 } text)
        {
            return [];
        }

        try
        {
            return [.. (JsonSerializer.Deserialize<AwsAuthVersion?[]>(text, Json) ?? []).OfType<AwsAuthVersion>()];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The annotation with one more write in it; the oldest go where there is no room for all, and the new one where there is none for it alone.</summary>
    /// <param name="found">What the write takes the place of; null for nothing.</param>
    /// <param name="written">The data that is written.</param>
    /// <param name="version">Who, when and what; the texts are filled in.</param>
    /// <param name="kept">Whether the write is in it, and so can be undone.</param>
    public static string Append(AwsAuthObject? found, IReadOnlyDictionary<string, string> written, AwsAuthVersion version, out bool kept)
    {
        int others = (found?.Annotations ?? new Dictionary<string, string>()).Where(static pair => pair.Key != Annotation).Sum(static pair => Size(pair.Key) + Size(pair.Value));
        AwsAuthVersion newest = version with { Former = Pack(Values(found?.Data)), Written = Fingerprint(written) };
        kept = Size(Serialize([newest])) <= Room - others;
        List<AwsAuthVersion> versions = kept ? [newest, .. Read(found)] : [.. Read(found)];
        string text = Serialize(versions);
        while (Size(text) > Room - others && versions.Count > 0)
        {
            versions.RemoveAt(versions.Count - 1);
            text = Serialize(versions);
        }

        return text;
    }

    /// <summary>
    /// The write that is to be undone next, by its place: what an undo has undone already is passed over, and so is a write whose former text is
    /// there already; null when nothing is left.
    /// </summary>
    /// <exception cref="InvalidDataException">A former text is not what this module wrote.</exception>
    public static int? NextToUndo(IReadOnlyList<AwsAuthVersion> versions, IReadOnlyDictionary<string, string> current)
    {
        int place = 0;
        while (place < versions.Count)
        {
            if (versions[place].Undone > 0)
            {
                place += versions[place].Undone + 1;
            }
            else if (Fingerprint(FormerValues(versions[place])) == Fingerprint(current))
            {
                place++;
            }
            else
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>The values that a write took the place of.</summary>
    /// <exception cref="InvalidDataException">They are not what this module wrote.</exception>
    public static IReadOnlyDictionary<string, string> FormerValues(AwsAuthVersion version)
    {
        if (version.Former is null)
        {
            throw new InvalidDataException($"The annotation {Annotation} tells of a write without its former text.");
        }

        try
        {
            using MemoryStream packed = new(Convert.FromBase64String(version.Former));
            using GZipStream text = new(packed, CompressionMode.Decompress);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(text, Json) ?? [];
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw new InvalidDataException($"The former text in the annotation {Annotation} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Data with the authenticator's three values as they were, and every other key as it is.</summary>
    public static IReadOnlyDictionary<string, string> Restore(IReadOnlyDictionary<string, string> data, IReadOnlyDictionary<string, string> former) =>
        data.Where(static pair => !Keys.Contains(pair.Key)).Concat(former.Where(static pair => Keys.Contains(pair.Key))).ToDictionary(StringComparer.Ordinal);

    /// <summary>The authenticator's three values of a ConfigMap's data.</summary>
    public static SortedDictionary<string, string> Values(IReadOnlyDictionary<string, string>? data) =>
        new((data ?? new Dictionary<string, string>()).Where(static pair => Keys.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>What tells the three values from any others.</summary>
    public static string Fingerprint(IReadOnlyDictionary<string, string>? data) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Values(data), Json)))[..32];

    private static string Pack(SortedDictionary<string, string> values)
    {
        using MemoryStream packed = new();
        using (GZipStream text = new(packed, CompressionLevel.SmallestSize))
        {
            JsonSerializer.Serialize(text, values, Json);
        }

        return Convert.ToBase64String(packed.ToArray());
    }

    private static string Serialize(List<AwsAuthVersion> versions) => JsonSerializer.Serialize(versions, Json);

    private static int Size(string text) => Encoding.UTF8.GetByteCount(text);
}
