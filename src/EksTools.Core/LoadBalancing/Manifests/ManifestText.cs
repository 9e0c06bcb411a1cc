using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Core.Yaml;
using YamlDotNet.Core;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>Documents of a manifest, and nodes of a document, as kubectl takes them.</summary>
internal static partial class ManifestText
{
    /// <summary>
    /// The documents of a text: each begins with a line of three dashes, or at the text's start. Split before parsing, as kubectl does, so that
    /// one that is broken does not hide the others.
    /// </summary>
    public static IReadOnlyList<(int Start, int End)> Split(string text)
    {
        List<(int, int)> documents = [];
        int start = 0;
        foreach (ValueMatch dashes in Separator().EnumerateMatches(text))
        {
            if (dashes.Index > start)
                documents.Add((start, dashes.Index));
            start = dashes.Index;
        }
        if (start < text.Length)
            documents.Add((start, text.Length));
        return documents;
    }

    /// <summary>Whether a document names a kind that concerns us. What does not need not be parsed.</summary>
    public static bool MayConcern(ReadOnlySpan<char> document) => Kinds().IsMatch(document);

    /// <summary>Whether a document is a template that Helm has to fill in.</summary>
    public static bool IsTemplate(ReadOnlySpan<char> document) => document.Contains("{{", StringComparison.Ordinal);

    /// <summary>The value of a key, aliases followed and merge keys looked into; null when it is not there or null.</summary>
    public static TextNode? Find(TextNode? node, string key)
    {
        if (node is null || GoYaml.Follow(node) is not TextMapping map)
            return null;
        TextNode? found = map.Pairs.LastOrDefault(pair => KeyOf(pair) == key)?.Value ?? Merged(map).Select(other => Find(other, key)).FirstOrDefault(static one => one is not null);
        return found is null || (GoYaml.Follow(found) is TextScalar { IsNull: true } && !IsQuoted(found)) ? null : GoYaml.Follow(found);
    }

    /// <summary>The text of a key's scalar; null when it is not there.</summary>
    public static string? Text(TextNode? node, string key) => (Find(node, key) as TextScalar)?.Value;

    /// <summary>The items of a key's list; none when it is not there.</summary>
    public static IEnumerable<TextNode> Items(TextNode? node, string key) => Find(node, key) is TextSequence list ? list.Items.Select(GoYaml.Follow) : [];

    /// <summary>All pairs of a mapping, those of merge keys first, so that the last of a key counts.</summary>
    public static IEnumerable<(TextPair Pair, bool IsInherited)> Pairs(TextMapping map)
    {
        foreach (TextMapping other in Merged(map))
        {
            foreach ((TextPair pair, _) in Pairs(other))
                yield return (pair, true);
        }
        foreach (TextPair pair in map.Pairs.Where(static pair => !GoYaml.IsMerge(pair.Key)))
            yield return (pair, false);
    }

    /// <summary>A key's text; null for a key that is none.</summary>
    public static string? KeyOf(TextPair pair) => (GoYaml.Follow(pair.Key) as TextScalar)?.Value;

    /// <summary>A node as JSON, its scalars as text.</summary>
    public static JsonNode? ToJson(TextNode? node) => node is null ? null : GoYaml.Follow(node) switch
    {
        TextMapping map => Pairs(map).Where(static one => KeyOf(one.Pair) is not null).Aggregate(new JsonObject(), static (made, one) =>
        {
            made[KeyOf(one.Pair)!] = ToJson(one.Pair.Value);
            return made;
        }),
        TextSequence list => new JsonArray([.. list.Items.Select(ToJson)]),
        TextScalar scalar => scalar.IsNull && !IsQuoted(scalar) ? null : JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static bool IsQuoted(TextNode node) => GoYaml.Follow(node) is TextScalar { Style: not ScalarStyle.Plain };

    // Of several mappings under one merge key the first goes before the others.
    private static IEnumerable<TextMapping> Merged(TextMapping map) => map.Pairs.Where(static pair => GoYaml.IsMerge(pair.Key)).SelectMany(static pair => GoYaml.Follow(pair.Value) switch
    {
        TextMapping one => [one],
        TextSequence list => list.Items.Select(GoYaml.Follow).OfType<TextMapping>().Reverse(),
        _ => Enumerable.Empty<TextMapping>(),
    });

    [GeneratedRegex(@"(?<=\A\uFEFF?|[\r\n])---(?=[ \t\r\n]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Separator();

    [GeneratedRegex(@"\bkind[""']?[ \t]*:\s*[""']?(?:Service|ServiceList|Ingress|IngressList|IngressClass|IngressClassList|IngressClassParams|IngressClassParamsList|List)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Kinds();
}
