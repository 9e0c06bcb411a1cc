using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject original, JsonArray patch)
    {
        JsonNode? root = original.Clone();
        foreach (var operation in patch)
        {
            var path = Pointer(operation.Text("path") ?? throw StatusException.BadRequest("json patch operation has no path"));
            switch (operation.Text("op"))
            {
                case "add":
                    Add(ref root, path, Value(operation));
                    break;
                case "remove":
                    Remove(root, path);
                    break;
                case "replace":
                    if (path.Length > 0)
                    {
                        Remove(root, path);
                    }

                    Add(ref root, path, Value(operation));
                    break;
                case "move":
                    var source = Pointer(operation.Text("from") ?? "");
                    var moved = Find(root, source)?.DeepClone();
                    Remove(root, source);
                    Add(ref root, path, moved);
                    break;
                case "copy":
                    Add(ref root, path, Find(root, Pointer(operation.Text("from") ?? ""))?.DeepClone());
                    break;
                case "test":
                    if (!JsonNode.DeepEquals(Find(root, path, missingIsNull: true), Value(operation)))
                    {
                        throw Refused();
                    }

                    break;
                default:
                    throw StatusException.BadRequest($"unexpected kind of json patch operation: {operation.Text("op")}");
            }
        }

        return root as JsonObject ?? throw Refused();
    }

    private static StatusException Refused() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    private static JsonNode? Value(JsonNode? operation) => operation is JsonObject obj && obj.TryGetPropertyValue("value", out var value) ? value?.DeepClone() : throw StatusException.BadRequest("json patch operation has no value");

    private static string[] Pointer(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        if (text[0] != '/')
        {
            throw StatusException.BadRequest($"json patch path does not begin with '/': {text}");
        }

        return [.. text[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode? root, ReadOnlySpan<string> path, bool missingIsNull = false)
    {
        foreach (var part in path)
        {
            switch (root)
            {
                case JsonObject obj when obj.TryGetPropertyValue(part, out var member):
                    root = member;
                    break;
                case JsonArray array:
                    root = array[Index(array, part, array.Count - 1)];
                    break;
                default:
                    return missingIsNull ? null : throw Refused();
            }
        }

        return root;
    }

    private static void Add(ref JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return;
        }

        switch (Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj:
                obj[path[^1]] = value;
                break;
            case JsonArray array:
                array.Insert(path[^1] == "-" ? array.Count : Index(array, path[^1], array.Count), value);
                break;
            default:
                throw Refused();
        }
    }

    private static void Remove(JsonNode? root, string[] path)
    {
        if (path.Length == 0)
        {
            throw Refused();
        }

        switch (Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj when obj.Remove(path[^1]):
                break;
            case JsonArray array:
                array.RemoveAt(Index(array, path[^1], array.Count - 1));
                break;
            default:
                throw Refused();
        }
    }

    private static int Index(JsonArray array, string part, int max) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= max && array is not null ? index : throw Refused();
}
