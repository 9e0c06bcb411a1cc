using System.Text.Json;

namespace EksTools.Aws.Protocols;

/// <summary>Writes the members that are set into a JSON object.</summary>
internal sealed class JsonBody(Utf8JsonWriter writer)
{
    public void Member(string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    public void Member(string name, int? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
    }

    public void Member(string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
    }

    public void Member(string name, double? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
    }

    public void Member(string name, bool? value)
    {
        if (value is { } flag)
            writer.WriteBoolean(name, flag);
    }

    /// <summary>Seconds since 1970, with a fraction where there is one.</summary>
    public void Member(string name, DateTime? value)
    {
        if (value is { } time)
            writer.WriteNumber(name, decimal.Divide((time.ToUniversalTime() - DateTime.UnixEpoch).Ticks, TimeSpan.TicksPerSecond));
    }

    public void Member<T>(string name, T? value, Action<JsonBody, T> write)
        where T : class
    {
        if (value is null)
            return;
        writer.WritePropertyName(name);
        Object(value, write);
    }

    public void List(string name, List<string>? values) =>
        ListOf(name, values, static (body, value) => body.Value(value));

    public void List<T>(string name, List<T>? values, Action<JsonBody, T> write)
        where T : class => ListOf(name, values, (body, value) => body.Object(value, write));

    public void Map(string name, Dictionary<string, string>? values) =>
        MapOf(name, values, static (body, value) => body.Value(value));

    public void Map<T>(string name, Dictionary<string, T>? values, Action<JsonBody, T> write)
        where T : class => MapOf(name, values, (body, value) => body.Object(value, write));

    public void Object<T>(T value, Action<JsonBody, T> write)
    {
        writer.WriteStartObject();
        write(this, value);
        writer.WriteEndObject();
    }

    private void Value(string value) => writer.WriteStringValue(value);

    private void ListOf<T>(string name, List<T>? values, Action<JsonBody, T> write)
    {
        if (!Collections.IsSet(values))
            return;
        writer.WriteStartArray(name);
        values!.ForEach(value => write(this, value));
        writer.WriteEndArray();
    }

    private void MapOf<T>(string name, Dictionary<string, T>? values, Action<JsonBody, T> write)
    {
        if (!Collections.IsSet(values))
            return;
        writer.WriteStartObject(name);
        foreach (var (key, value) in values!)
        {
            writer.WritePropertyName(key);
            write(this, value);
        }

        writer.WriteEndObject();
    }
}
