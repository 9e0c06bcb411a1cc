using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>
/// The parameters that a cluster was begun with, as tags of its role. What most clusters are told apart by is a tag each, for people to read; the rest is
/// one document, compressed, in as many tags as it needs: a role has fifty, and an EC2 tag's value 255 characters.
/// </summary>
internal static class RecordedParameters
{
    public const string Prefix = "ekstools:";
    private const string DocumentPrefix = Prefix + "options-";

    // Of an EC2 tag, one less than of a role: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Tag.html
    private const int LongestValue = 255;

    /// <summary>Whether a tag is a part of the document.</summary>
    public static bool IsOfDocument(string key) => key.StartsWith(DocumentPrefix, StringComparison.Ordinal);

    /// <summary>What a role's tags record, by parameter.</summary>
    public static Dictionary<string, string> Read(IReadOnlyDictionary<string, string> tags)
    {
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach ((string key, string value) in tags.Where(static tag => tag.Key.StartsWith(Prefix, StringComparison.Ordinal) && !tag.Key.StartsWith(DocumentPrefix, StringComparison.Ordinal)))
        {
            parameters[key[Prefix.Length..]] = value;
        }

        string document = string.Concat(tags.Keys.Where(static key => key.StartsWith(DocumentPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(key => tags[key]));
        if (document.Length > 0)
        {
            foreach ((string key, string value) in Unpack(document))
            {
                parameters[key] = value;
            }
        }

        return parameters;
    }

    /// <summary>The tags that record parameters.</summary>
    /// <param name="plain">Those with a tag each.</param>
    /// <param name="packed">Those of the document.</param>
    public static Dictionary<string, string> Write(IReadOnlyDictionary<string, string> plain, IReadOnlyDictionary<string, string> packed)
    {
        Dictionary<string, string> tags = plain.ToDictionary(static pair => Prefix + pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        if (packed.Count > 0)
        {
            foreach ((int index, char[] chunk) in Pack(packed).Chunk(LongestValue).Select(static (chunk, index) => (index, chunk)))
            {
                tags[$"{DocumentPrefix}{index:00}"] = new string(chunk);
            }
        }

        return tags;
    }

    private static string Pack(IReadOnlyDictionary<string, string> parameters)
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            JsonSerializer.Serialize(deflate, new SortedDictionary<string, string>(parameters.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal));
        }

        return Convert.ToBase64String(packed.ToArray());
    }

    private static Dictionary<string, string> Unpack(string document)
    {
        try
        {
            using DeflateStream inflate = new(new MemoryStream(Convert.FromBase64String(document)), CompressionMode.Decompress);
            using StreamReader reader = new(inflate, Encoding.UTF8);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(reader.ReadToEnd()) ?? [];
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException or JsonException)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "RecordedParametersDamaged",
                $"The tags {DocumentPrefix}* of the cluster role, which record how the cluster was begun, cannot be read: {exception.Message}",
                "ClusterName",
                "Somebody changed or removed one of them. Restore them, or remove the cluster and create it again.");
        }
    }
}
