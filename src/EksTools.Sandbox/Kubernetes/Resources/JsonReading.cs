using System.Text.Json;
using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>Reading of Kubernetes objects held as JSON, without a throw where a member is absent or of another type.</summary>
internal static class JsonReading
{
    /// <summary>The member at a path, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var field in path)
        {
            if (node is not JsonObject obj || !obj.TryGetPropertyValue(field, out node))
            {
                return null;
            }
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        if (node.At(path) is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
        {
            return null;
        }

        return long.TryParse(value.ToJsonString(), out var number) ? number : null;
    }

    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static JsonObject? Object(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static IEnumerable<JsonObject> Objects(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? array.OfType<JsonObject>() : [];

    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? [.. array.Select(item => item.Text()).OfType<string>()] : [];

    /// <summary>The object at a path, made where it is absent.</summary>
    public static JsonObject Ensure(this JsonObject node, params ReadOnlySpan<string> path)
    {
        foreach (var field in path)
        {
            if (node[field] is not JsonObject child)
            {
                node[field] = child = [];
            }

            node = child;
        }

        return node;
    }

    public static string Name(this JsonNode obj) => obj.Text("metadata", "name") ?? "";

    public static string? Namespace(this JsonNode obj) => obj.Text("metadata", "namespace");

    public static string Uid(this JsonNode obj) => obj.Text("metadata", "uid") ?? "";

    public static JsonObject Clone(this JsonObject obj) => (JsonObject)obj.DeepClone();

    public static JsonArray ToJson(this IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    /// <summary>A JSON object from text, for objects written out by hand.</summary>
    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
