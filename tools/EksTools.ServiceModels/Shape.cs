using System.Text.Json.Nodes;

namespace EksTools.ServiceModels;

/// <summary>A shape of the model: a structure, list, map, or simple type.</summary>
public sealed class Shape(ServiceModel model, string name, JsonObject json)
{
    public string Name => name;

    public string Type => (string)json["type"]!;

    public bool IsEnum => json["enum"] is not null;

    public IReadOnlyList<string> EnumValues => [.. json["enum"]!.AsArray().Select(v => (string)v!).Order(StringComparer.Ordinal)];

    public Shape Element => model.Shape((string)json["member"]!["shape"]!);

    public Shape MapValue => model.Shape((string)json["value"]!["shape"]!);

    public long? Min => (long?)json["min"];

    public long? Max => (long?)json["max"];

    public bool IsSensitive => (bool?)json["sensitive"] ?? false;

    /// <summary>The code on the wire of an exception: IAM's differ from the shapes' names.</summary>
    public string ErrorCode => (string?)json["error"]?["code"] ?? name;

    /// <summary>The name of the class in the SDK.</summary>
    public string ClassName => Names.Pascal(model.Definition.Renames.GetValueOrDefault(name, name));

    public IReadOnlyList<Member> Members
    {
        get
        {
            var required = json["required"]?.AsArray().Select(r => (string)r!).ToHashSet() ?? [];
            return
            [
                .. (json["members"]?.AsObject() ?? []).OrderBy(entry => Names.Pascal(entry.Key), StringComparer.Ordinal)
                    .Select(entry => new Member(model, entry.Key, entry.Value!.AsObject(), required.Contains(entry.Key))),
            ];
        }
    }

    /// <summary>The C# type; in a collection values are not nullable and enums are strings, as in the SDK.</summary>
    public string CSharpType(bool inCollection = false) => Type switch
    {
        "string" => IsEnum && !inCollection ? ClassName : "string",
        "integer" => inCollection ? "int" : "int?",
        "long" => inCollection ? "long" : "long?",
        "double" => inCollection ? "double" : "double?",
        "boolean" => inCollection ? "bool" : "bool?",
        "timestamp" => inCollection ? "DateTime" : "DateTime?",
        "structure" => ClassName,
        "list" => $"List<{Element.CSharpType(inCollection: true)}>",
        "map" => $"Dictionary<string, {MapValue.CSharpType(inCollection: true)}>",
        var other => throw new NotSupportedException($"Shape {name} has the type '{other}', which is not supported."),
    };
}

/// <summary>A member of a structure.</summary>
public sealed class Member(ServiceModel model, string name, JsonObject json, bool required)
{
    public string Name => name;

    public string PropertyName => Names.Pascal(name);

    public string WireName => (string?)json["locationName"] ?? name;

    /// <summary><c>uri</c>, <c>querystring</c>, <c>header</c>, or null for the body.</summary>
    public string? Location => (string?)json["location"];

    public bool IsRequired => required;

    public bool IsIdempotencyToken => (bool?)json["idempotencyToken"] ?? false;

    public bool IsDeprecated => (bool?)json["deprecated"] ?? false;

    public Shape Shape => model.Shape((string)json["shape"]!);
}

/// <summary>An operation of a service.</summary>
public sealed class Operation(ServiceModel model, string name, JsonObject json, JsonObject? pagination)
{
    private static readonly JsonObject s_nothing = new() { ["type"] = "structure" };

    public string Name => name;

    public string Method => (string)json["http"]!["method"]!;

    public string Uri => (string)json["http"]!["requestUri"]!;

    public Shape Input => json["input"] is { } input ? model.Shape((string)input["shape"]!) : new Shape(model, name + "Request", s_nothing);

    public Shape Output => json["output"] is { } output ? model.Shape((string)output["shape"]!) : new Shape(model, name + "Response", s_nothing);

    public IReadOnlyList<string> Errors => [.. json["errors"]?.AsArray().Select(e => (string)e!["shape"]!) ?? []];

    public string? ResultWrapper => (string?)json["output"]?["resultWrapper"];

    public Pagination? Pagination => pagination is null ? null : new Pagination(pagination);
}

/// <summary>How an operation is paged.</summary>
public sealed class Pagination(JsonObject json)
{
    public string InputToken => Names.Pascal((string)json["input_token"]!);

    public string OutputToken => Names.Pascal((string)json["output_token"]!);

    public string? LimitKey => (string?)json["limit_key"] is { } key ? Names.Pascal(key) : null;

    public string? MoreResults => (string?)json["more_results"] is { } key ? Names.Pascal(key) : null;

    public IReadOnlyList<string> ResultKeys => json["result_key"] switch
    {
        JsonArray keys => [.. keys.Select(k => (string)k!)],
        var key => [(string)key!],
    };
}
