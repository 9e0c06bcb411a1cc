using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>Members of JSON requests and answers.</summary>
internal static class JsonMembers
{
    /// <summary>A string or null.</summary>
    public static string? String(this JsonObject body, string name) => Read<string>(body, name, JsonValueKind.String);

    /// <summary>A string that the operation requires.</summary>
    public static string Require(this JsonObject body, string name) => body.String(name) is { Length: > 0 } value ? value : throw Missing(name);

    /// <summary>A flag or null.</summary>
    public static bool? Flag(this JsonObject body, string name) => body[name] is null ? null : Read<bool>(body, name, JsonValueKind.True, JsonValueKind.False);

    /// <summary>A whole number or null.</summary>
    public static int? Number(this JsonObject body, string name) => body[name] is null ? null : Read<int>(body, name, JsonValueKind.Number);

    /// <summary>A structure or null.</summary>
    public static JsonObject? Object(this JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw WrongType(name),
    };

    /// <summary>A list of strings; null when absent.</summary>
    public static List<string>? Strings(this JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonArray values => [.. values.Select(value => value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : throw WrongType(name))],
        _ => throw WrongType(name),
    };

    /// <summary>A list of structures; null when absent.</summary>
    public static List<JsonObject>? Objects(this JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonArray values => [.. values.Select(value => value as JsonObject ?? throw WrongType(name))],
        _ => throw WrongType(name),
    };

    /// <summary>A map of strings; empty when absent.</summary>
    public static Dictionary<string, string> Map(this JsonObject body, string name) =>
        body.Object(name)?.ToDictionary(pair => pair.Key, pair => pair.Value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : throw WrongType(name)) ?? [];

    /// <summary>A moment as EKS writes it: seconds since 1970.</summary>
    public static JsonValue Time(DateTimeOffset time) => JsonValue.Create(time.ToUnixTimeMilliseconds() / 1000.0);

    /// <summary>A list of strings as JSON.</summary>
    public static JsonArray ToJson(this IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];

    /// <summary>A list of structures as JSON.</summary>
    public static JsonArray ToJson(this IEnumerable<JsonObject> values) => [.. values.Select(JsonNode? (value) => value)];

    /// <summary>A map as JSON.</summary>
    public static JsonObject ToJson(this IReadOnlyDictionary<string, string> values) => [.. values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))];

    /// <summary>A copy that another object can hold.</summary>
    public static JsonNode? Copy(this JsonNode? node) => node?.DeepClone();

    /// <summary>The object without its null members.</summary>
    public static JsonObject WithoutNulls(this JsonObject body)
    {
        foreach (var name in body.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            body.Remove(name);
        }

        return body;
    }

    private static T? Read<T>(JsonObject body, string name, params JsonValueKind[] kinds)
    {
        if (body[name] is not { } node)
        {
            return default;
        }

        return node is JsonValue value && kinds.Contains(value.GetValueKind()) && value.TryGetValue<T>(out var result) ? result : throw WrongType(name);
    }

    private static AwsException WrongType(string name) => new("SerializationException", $"The member {name} has the wrong type.");

    private static AwsException Missing(string name) => EksErrors.InvalidParameter($"The required member {name} is missing.");
}
