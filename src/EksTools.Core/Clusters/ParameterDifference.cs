using System.Text.Json.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>Tells in what a parameter is otherwise than it was recorded: options part by part, such as node group by node group.</summary>
internal static class ParameterDifference
{
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        [ParameterDefinition.NodeGroups] = "node group",
        [ParameterDefinition.Fargate] = "Fargate profile",
        [ParameterDefinition.AddOns] = "add-on",
    };

    /// <summary>The differences, each as a sentence's part.</summary>
    /// <param name="definition">The parameter.</param>
    /// <param name="there">What is recorded.</param>
    /// <param name="wanted">What is said.</param>
    public static IEnumerable<string> Tell(ParameterDefinition definition, string there, string wanted) => Parts.TryGetValue(definition.Key, out string? part)
        ? TellParts(part, Read(there), Read(wanted))
        : [$"{definition.Parameter} is '{there}', not '{wanted}'"];

    private static IEnumerable<string> TellParts(string part, Dictionary<string, JsonObject> there, Dictionary<string, JsonObject> wanted)
    {
        foreach (string name in there.Keys.Union(wanted.Keys).Order(StringComparer.Ordinal))
        {
            if (!wanted.TryGetValue(name, out JsonObject? asked))
            {
                yield return $"{part} '{name}' is there, and was not said";
                continue;
            }

            if (!there.TryGetValue(name, out JsonObject? recorded))
            {
                yield return $"{part} '{name}' is not there";
                continue;
            }

            foreach (string property in recorded.Select(static pair => pair.Key).Union(asked.Select(static pair => pair.Key)).Order(StringComparer.Ordinal))
            {
                if (!JsonNode.DeepEquals(recorded[property], asked[property]))
                {
                    yield return $"{part} '{name}' has {(property == "ResourceTags" ? "Tag" : property)} {Show(recorded[property])}, not {Show(asked[property])}";
                }
            }
        }
    }

    private static Dictionary<string, JsonObject> Read(string text) => (text.StartsWith('[') ? JsonNode.Parse(text)!.AsArray() : [])
        .Select(static node => node!.AsObject())
        .ToDictionary(static part => part["Name"]!.GetValue<string>(), StringComparer.Ordinal);

    private static string Show(JsonNode? value) => value switch
    {
        null => ParameterDefinition.None,
        JsonArray items => $"'{string.Join(", ", items.Select(Text))}'",
        JsonObject pairs => $"'{string.Join(", ", pairs.Select(static pair => $"{pair.Key}={Text(pair.Value)}"))}'",
        _ => $"'{Text(value)}'",
    };

    private static string Text(JsonNode? value) => value is JsonValue simple && simple.TryGetValue(out string? text) ? text : value?.ToJsonString() ?? string.Empty;
}
