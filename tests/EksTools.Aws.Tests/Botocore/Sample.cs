using System.Text.Json.Nodes;

namespace EksTools.Aws.Tests.Botocore;

/// <summary>Values of a shape in which no two strings or numbers are alike, so that a swapped member shows.</summary>
internal sealed class Sample(Model model, bool requiredOnly = false)
{
    private int _next;

    /// <summary>Members set so far, at any depth.</summary>
    public int Count { get; private set; }

    public JsonObject Structure(JsonObject shape)
    {
        var required = Model.Required(shape);
        var value = new JsonObject();
        foreach (var (name, member) in Model.Members(shape))
        {
            if (requiredOnly && !required.Contains(name))
                continue;
            Count++;
            value[name] = Value(name, model.Shape(member!));
        }

        return value;
    }

    private JsonNode Value(string name, JsonObject shape)
    {
        var number = ++_next;
        return (string)shape["type"]! switch
        {
            "string" when shape["enum"] is JsonArray values => (string)values[number % values.Count]!,
            // Everything that URIs, forms, JSON and XML escape.
            "string" => $"{name}-{number} ä/+&=%<\">",
            "integer" or "long" => number,
            "boolean" => true,
            "timestamp" => $"2024-02-03T04:{number / 60 % 60:00}:{number % 60:00}Z",
            "list" => new JsonArray(Value(name, model.Shape(shape["member"]!)), Value(name, model.Shape(shape["member"]!))),
            "map" => new JsonObject
            {
                [$"{name} {number} a"] = Value(name, model.Shape(shape["value"]!)),
                [$"{name} {number} b"] = Value(name, model.Shape(shape["value"]!)),
            },
            "structure" => Structure(shape),
            var other => throw new NotSupportedException(other),
        };
    }
}
