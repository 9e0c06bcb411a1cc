using System.Text.Json.Nodes;
using EksTools.Core.Findings;

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

    // What Set-EksCluster has a parameter of the same name for, and does not only add to.
    private static readonly HashSet<string> Changeable =
    [
        ParameterDefinition.Endpoint, ParameterDefinition.PublicCidrs, ParameterDefinition.SecurityGroups, ParameterDefinition.Logs, ParameterDefinition.LogRetention, ParameterDefinition.Support,
        ParameterDefinition.Protection, ParameterDefinition.Tier, ParameterDefinition.ZonalShift, ParameterDefinition.Authentication, ParameterDefinition.KmsKey, ParameterDefinition.AutoMode, ParameterDefinition.NodePools,
    ];

    /// <summary>The differences, each as a sentence's part.</summary>
    /// <param name="definition">The parameter.</param>
    /// <param name="there">What is recorded.</param>
    /// <param name="wanted">What is said.</param>
    public static IEnumerable<string> Tell(ParameterDefinition definition, string there, string wanted) => Parts.TryGetValue(definition.Key, out string? part)
        ? TellParts(part, Read(there), Read(wanted))
        : [Tell(definition.Parameter, there == ParameterDefinition.None && definition.Key != ParameterDefinition.NodeGroup ? null : there, wanted)];

    /// <summary>One difference of a value.</summary>
    /// <param name="parameter">What a user calls it.</param>
    /// <param name="there">What is recorded; null where nothing was said.</param>
    /// <param name="wanted">What is said.</param>
    public static string Tell(string parameter, string? there, string wanted) => there is null ? $"{parameter} was not said, and is '{wanted}' now" : $"{parameter} is '{there}', not '{wanted}'";

    /// <summary>What to do about differences.</summary>
    /// <param name="cluster">Whose they are.</param>
    /// <param name="keys">The parameters that differ.</param>
    /// <param name="tags">Whether tags do.</param>
    /// <param name="fromFile">A file says them.</param>
    public static string Advise(ClusterIdentity cluster, IEnumerable<string> keys, bool tags, bool fromFile)
    {
        string[] changeable = [.. keys.Where(Changeable.Contains).Select(static key => ParameterDefinition.All[key].Parameter), .. tags ? (ReadOnlySpan<string>)["-Tag"] : []];
        string target = $"{PowerShellText.Argument(cluster.Name)} -Region {cluster.Region}";
        return string.Concat(
            fromFile ? $"Compare-EksCluster FILE -Region {cluster.Region} shows each line that differs, and the command that changes the cluster where there is one. " : "Run the command without them to continue what was begun. ",
            changeable.Length > 0 ? $"Set-EksCluster {target} changes {string.Join(", ", changeable)} of a cluster that runs. " : string.Empty,
            "For another cluster choose another name, or remove this one first.");
    }

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
