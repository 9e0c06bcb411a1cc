using System.Collections;

namespace EksTools.Connections;

/// <summary>Tags as -Tag takes them.</summary>
internal static class ResourceTags
{
    /// <summary>A hashtable's pairs as text; none for null.</summary>
    public static IReadOnlyDictionary<string, string> Read(Hashtable? tags)
    {
        Dictionary<string, string> read = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in tags ?? [])
        {
            read[$"{entry.Key}"] = $"{entry.Value}";
        }

        return read;
    }
}
