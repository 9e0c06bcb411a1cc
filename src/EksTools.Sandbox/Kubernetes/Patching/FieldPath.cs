using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>Looks up, removes and words the fields that a <see cref="FieldSet"/> names.</summary>
internal static class FieldPath
{
    public static JsonNode? Find(JsonNode? root, IReadOnlyList<string> path) => path.Aggregate(root, Step);

    /// <summary>Removes a field; objects that it leaves empty go too.</summary>
    public static void Remove(JsonObject root, IReadOnlyList<string> path)
    {
        var parents = new List<JsonNode?> { root };
        foreach (var part in path)
        {
            parents.Add(Step(parents[^1], part));
        }

        for (var i = path.Count - 1; i >= 0; i--)
        {
            if (parents[i] is JsonArray list)
            {
                list.RemoveAll(item => path[i][0] == 'v' ? "v:" + item?.ToJsonString(JsonText.Compact) == path[i] : ReferenceEquals(item, parents[i + 1]));
            }
            else
            {
                (parents[i] as JsonObject)?.Remove(path[i][2..]);
            }

            if (i == 0 || parents[i] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } || path[i - 1][0] == 'k')
            {
                break;
            }
        }
    }

    /// <summary>As conflicts name it: <c>.spec.template.spec.containers[name="web"].image</c>.</summary>
    public static string Show(IEnumerable<string> path) => string.Concat(path.Select(part => part[0] switch
    {
        'k' => "[" + string.Join(",", JsonReading.Parse(part[2..]).Select(k => $"{k.Key}={k.Value!.ToJsonString(JsonText.Compact)}")) + "]",
        'v' => $"[={part[2..]}]",
        _ => "." + part[2..],
    }));

    private static JsonNode? Step(JsonNode? node, string part)
    {
        switch (part[0])
        {
            case 'k':
                var key = JsonReading.Parse(part[2..]);
                return (node as JsonArray)?.FirstOrDefault(item => key.All(k => JsonNode.DeepEquals(item.At(k.Key) ?? (k.Key == "protocol" ? "TCP" : null), k.Value)));
            case 'v':
                return (node as JsonArray)?.FirstOrDefault(item => "v:" + item?.ToJsonString(JsonText.Compact) == part);
            default:
                return node.At(part[2..]);
        }
    }
}
