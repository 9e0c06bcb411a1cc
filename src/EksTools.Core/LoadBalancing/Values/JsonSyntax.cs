using System.Text.Json;

namespace EksTools.Core.LoadBalancing.Values;

/// <summary>JSON of a shape.</summary>
/// <param name="Words">What it says.</param>
/// <param name="Judge">What is wrong with it; null for nothing.</param>
internal sealed record JsonSyntax(string Words, Func<GoJson, string?> Judge) : ValueSyntax
{
    public override string Name => "Json";

    public override string Description => Words;

    public override IEnumerable<ValueProblem> Check(string value)
    {
        string? problem;
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            problem = Judge(new GoJson(document.RootElement));
        }
        catch (JsonException exception)
        {
            string place = exception.BytePositionInLine is { } at ? $" (line {exception.LineNumber + 1}, character {at + 1} of the value)" : string.Empty;
            problem = $"is no JSON{place}";
        }
        catch (GoJsonException exception)
        {
            problem = exception.Message;
        }
        return problem is null ? [] : [ValueProblem.Error(problem)];
    }
}

/// <summary>A value that Go would not take.</summary>
internal sealed class GoJsonException(string message) : Exception(message);

/// <summary>JSON as Go's encoding/json reads it into a struct: names of fields in any case, unknown fields passed over, null for what is not there, other types refused.</summary>
internal readonly record struct GoJson(JsonElement Element)
{
    private bool IsNull => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>The value of a field; null where it is not there.</summary>
    public GoJson? Field(string name)
    {
        Require(JsonValueKind.Object, "an object");
        GoJson? found = null;
        foreach (JsonProperty property in Element.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                found = new GoJson(property.Value);
        }
        return found is { IsNull: true } ? null : found;
    }

    /// <summary>A field of text; null where it is not there.</summary>
    public string? Text(string name)
    {
        if (Field(name) is not { } field)
            return null;
        return field.Element.ValueKind == JsonValueKind.String ? field.Element.GetString() : throw new GoJsonException($"has {name}, which must be text in quotes");
    }

    /// <summary>A field of text that must not be empty.</summary>
    public bool Has(string name) => Text(name) is { Length: > 0 };

    /// <summary>A field of a number; null where it is not there.</summary>
    public int? Number(string name)
    {
        if (Field(name) is not { } field)
            return null;
        return field.AsNumber() ?? throw new GoJsonException($"has {name}, which must be a whole number without quotes");
    }

    /// <summary>The element as a 32-bit number; null when it is none.</summary>
    public int? AsNumber() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int number) ? number : null;

    /// <summary>A field of true or false; null where it is not there.</summary>
    public bool? Truth(string name)
    {
        if (Field(name) is not { } field)
            return null;
        return field.Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? field.Element.GetBoolean() : throw new GoJsonException($"has {name}, which must be true or false without quotes");
    }

    /// <summary>A field that is a list; empty where it is not there.</summary>
    public IReadOnlyList<GoJson> List(string name) => Field(name) is { } field ? field.Items($"{name}, which must be a list") : [];

    /// <summary>A field that is a list of text; empty where it is not there.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        [.. List(name).Select(item => item.Element.ValueKind == JsonValueKind.String ? item.Element.GetString()! : throw new GoJsonException($"has {name}, which must be a list of texts"))];

    /// <summary>The element's own items.</summary>
    public IReadOnlyList<GoJson> Items(string otherwise = "no list")
    {
        if (IsNull)
            return [];
        return Element.ValueKind == JsonValueKind.Array ? [.. Element.EnumerateArray().Select(static item => new GoJson(item))] : throw new GoJsonException($"has {otherwise}");
    }

    /// <summary>Refuses what is of another kind.</summary>
    public void Require(JsonValueKind kind, string words)
    {
        if (Element.ValueKind != kind)
            throw new GoJsonException($"is, or has within, {Element.ValueKind switch { JsonValueKind.Array => "a list", JsonValueKind.String => "a text", JsonValueKind.Object => "an object", _ => "a plain value" }} where the controller wants {words}");
    }
}
