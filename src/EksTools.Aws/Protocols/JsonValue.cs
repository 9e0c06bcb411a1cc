using System.Globalization;
using System.Text.Json;

namespace EksTools.Aws.Protocols;

/// <summary>Reads values of AWS's JSON. A null is a member that is not there.</summary>
internal static class JsonValue
{
    public static IEnumerable<JsonProperty> Members(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
                yield return member;
        }
    }

    public static string Name(JsonProperty member) => member.Name;

    public static JsonElement Content(JsonProperty member) => member.Value;

    public static string String(JsonElement element) => element.GetString()!;

    public static int Int32(JsonElement element) => element.GetInt32();

    public static long Int64(JsonElement element) => element.GetInt64();

    public static double Double(JsonElement element) => element.GetDouble();

    public static bool Boolean(JsonElement element) => element.GetBoolean();

    /// <summary>Seconds since 1970, or ISO 8601 as some emulators write it.</summary>
    public static DateTime Timestamp(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? DateTime.Parse(element.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal)
        : DateTime.UnixEpoch.AddTicks((long)(element.GetDecimal() * TimeSpan.TicksPerSecond));

    public static List<T> List<T>(JsonElement element, Func<JsonElement, T> read)
    {
        var values = new List<T>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Null)
                values.Add(read(item));
        }

        return values;
    }

    public static Dictionary<string, T> Map<T>(JsonElement element, Func<JsonElement, T> read)
    {
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var member in Members(element))
            values[member.Name] = read(member.Value);
        return values;
    }

    /// <summary>The member of an error's body, or nothing where the body is no object or lacks it.</summary>
    public static T? Find<T>(JsonElement element, string name, Func<JsonElement, T> read) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? read(value)
            : default;
}
