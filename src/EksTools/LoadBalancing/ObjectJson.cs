using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;

namespace EksTools.Connections;

/// <summary>Objects that ConvertFrom-Json made, as JSON again.</summary>
internal static class ObjectJson
{
    private const int MaxDepth = 100;

    /// <summary>The JSON of a parsed object.</summary>
    public static string Write(PSObject value)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, value, 0);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        PSObject? wrapped = value as PSObject;
        object? inner = wrapped is { BaseObject: not PSCustomObject } ? wrapped.BaseObject : value;
        switch (inner)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or decimal:
                writer.WriteRawValue(Convert.ToString(inner, CultureInfo.InvariantCulture)!);
                break;
            case double or float:
                writer.WriteNumberValue(Convert.ToDouble(inner, CultureInfo.InvariantCulture));
                break;
            case DateTime time:
                writer.WriteStringValue(time);
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time);
                break;
            case IDictionary map when depth < MaxDepth:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                    WritePair(writer, $"{entry.Key}", entry.Value, depth);
                writer.WriteEndObject();
                break;
            case PSObject custom when depth < MaxDepth:
                writer.WriteStartObject();
                foreach (PSPropertyInfo property in custom.Properties.Where(static one => one is PSNoteProperty))
                    WritePair(writer, property.Name, property.Value, depth);
                writer.WriteEndObject();
                break;
            case IEnumerable list when depth < MaxDepth:
                writer.WriteStartArray();
                foreach (object? item in list)
                    Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(inner.ToString());
                break;
        }
    }

    private static void WritePair(Utf8JsonWriter writer, string name, object? value, int depth)
    {
        writer.WritePropertyName(name);
        Write(writer, value, depth + 1);
    }
}
