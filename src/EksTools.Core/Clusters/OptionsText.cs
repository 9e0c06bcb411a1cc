using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EksTools.Core.Clusters;

/// <summary>Options, such as those of node groups, as one text: equal options give equal texts, whatever the order in which they were written.</summary>
internal static class OptionsText
{
    private static readonly JsonSerializerOptions Format = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The options as JSON without what was not said, names in order.</summary>
    public static string Write<T>(IEnumerable<T> options) => Strip(JsonSerializer.SerializeToNode(options, Format))?.ToJsonString(Format) ?? "[]";

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<T> Read<T>(string text) => JsonSerializer.Deserialize<List<T>>(text, Format) ?? [];

    private static JsonNode? Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } table:
                JsonObject kept = [];
                foreach ((string key, JsonNode? value) in table.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    if (Strip(value) is { } said)
                    {
                        kept[key] = said;
                    }
                }

                return kept;
            case JsonArray { Count: > 0 } items:
                return new JsonArray([.. items.Select(Strip)]);
            case JsonObject or JsonArray:
                return null;
            default:
                return node?.DeepClone();
        }
    }
}
