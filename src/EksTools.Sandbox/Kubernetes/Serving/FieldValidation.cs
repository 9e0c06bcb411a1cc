using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving.Protobuf;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>
/// What decoding into Go's types does to an object: values of a wrong type are refused, members that the kind does not have are
/// dropped, and refused or warned about as the request's <c>fieldValidation</c> says.
/// </summary>
internal static class FieldValidation
{
    /// <summary>Checks an object and drops what its kind does not have.</summary>
    /// <exception cref="StatusException">400 for a value of a wrong type, and with <c>fieldValidation=Strict</c> for a member that is not known.</exception>
    public static void Apply(HttpContext context, ResourceType type, JsonObject obj)
    {
        if (MessageSchemas.Find(type.ApiVersion, type.Kind) is not { } message)
        {
            return;
        }

        var unknown = new List<string>();
        try
        {
            Check(obj, message, "", unknown, isRoot: true);
        }
        catch (WrongTypeException wrong)
        {
            throw Refuse(type, wrong.Message);
        }

        if (unknown.Count == 0)
        {
            return;
        }

        switch (context.Request.Query["fieldValidation"].ToString())
        {
            case "Strict":
                throw Refuse(type, "strict decoding error: " + string.Join(", ", unknown.Select(u => $"unknown field \"{u}\"")));
            case "Ignore":
                break;
            default:
                foreach (var field in unknown)
                {
                    context.Response.Headers.Append("Warning", $"299 - \"unknown field \\\"{field}\\\"\"");
                }

                break;
        }
    }

    private static StatusException Refuse(ResourceType type, string why) => StatusException.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {why}");

    private static void Check(JsonObject obj, string message, string path, List<string> unknown, bool isRoot = false)
    {
        var fields = MessageSchemas.Members(message);
        foreach (var (name, value) in obj.ToList())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (isRoot && name is "apiVersion" or "kind")
            {
                continue;
            }

            if (!fields.TryGetValue(name, out var field))
            {
                unknown.Add(at);
                obj.Remove(name);
            }
            else if (value is null)
            {
                obj.Remove(name);
            }
            else
            {
                CheckValue(value, field, message, at, unknown);
            }
        }
    }

    private static void CheckValue(JsonNode value, MessageField field, string message, string path, List<string> unknown)
    {
        if (field.Repeated)
        {
            var list = value as JsonArray ?? throw new WrongTypeException(value, message, path, "[]" + GoType(field));
            for (var i = 0; i < list.Count; i++)
            {
                CheckItem(list[i], field, message, path, $"{path}[{i}]", unknown);
            }
        }
        else if (field.Map)
        {
            var map = value as JsonObject ?? throw new WrongTypeException(value, message, path, "map[string]" + GoType(field));
            foreach (var (key, item) in map)
            {
                CheckItem(item, field, message, path, $"{path}.{key}", unknown);
            }
        }
        else
        {
            CheckItem(value, field, message, path, path, unknown);
        }
    }

    private static void CheckItem(JsonNode? value, MessageField field, string message, string goPath, string path, List<string> unknown)
    {
        if (value is null)
        {
            return;
        }

        var kind = value.GetValueKind();
        var fits = field.Type switch
        {
            "s" or "b" or "T" or "U" => kind == JsonValueKind.String,
            "i" or "d" => kind == JsonValueKind.Number,
            "t" => kind is JsonValueKind.True or JsonValueKind.False,
            "q" or "x" => kind is JsonValueKind.String or JsonValueKind.Number,
            "w" => kind == JsonValueKind.Array,
            "r" or "D" => true,
            _ => kind == JsonValueKind.Object,
        };
        if (!fits)
        {
            throw new WrongTypeException(value, message, goPath, GoType(field));
        }

        if (value is JsonObject child && field.Type.Contains('.', StringComparison.Ordinal))
        {
            Check(child, field.Type, path, unknown);
        }
    }

    private static string GoType(MessageField field) => field.Type switch
    {
        "s" => "string",
        "i" => "int32",
        "d" => "float64",
        "t" => "bool",
        "b" => "[]uint8",
        "T" => "v1.Time",
        "U" => "v1.MicroTime",
        "q" => "resource.Quantity",
        "x" => "intstr.IntOrString",
        "w" => "[]string",
        var message => "v1." + message[(message.IndexOf('.', StringComparison.Ordinal) + 1)..],
    };

    // The words of Go's JSON decoder.
    private sealed class WrongTypeException(JsonNode value, string message, string path, string wanted)
        : Exception($"json: cannot unmarshal {Shown(value)} into Go struct field {message[(message.IndexOf('.', StringComparison.Ordinal) + 1)..]}.{path} of type {wanted}")
    {
        private static string Shown(JsonNode value) => value.GetValueKind() switch
        {
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            JsonValueKind.Number => "number",
            JsonValueKind.String => "string",
            _ => "bool",
        };
    }
}
