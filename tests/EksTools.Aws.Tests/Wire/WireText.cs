using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EksTools.Aws.Tests.Botocore;

namespace EksTools.Aws.Tests.Wire;

/// <summary>What a service would answer, written from its model.</summary>
internal static class WireText
{
    public static string Response(Model model, string operation, JsonObject value)
    {
        var shape = model.Structure(operation, "output");
        return model.IsJson ? Json(model, shape, value)!.ToJsonString() : Xml(model, operation, shape, value);
    }

    private static JsonNode? Json(Model model, JsonObject shape, JsonNode? value) => (string)shape["type"]! switch
    {
        "structure" => new JsonObject(value!.AsObject().Select(m => KeyValuePair.Create(
            (string?)shape["members"]![m.Key]!["locationName"] ?? m.Key, Json(model, model.Shape(shape["members"]![m.Key]!), m.Value)))),
        "list" => new JsonArray([.. value!.AsArray().Select(item => Json(model, model.Shape(shape["member"]!), item))]),
        "map" => new JsonObject(value!.AsObject().Select(m => KeyValuePair.Create(m.Key, Json(model, model.Shape(shape["value"]!), m.Value)))),
        "timestamp" => DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture).ToUnixTimeSeconds(),
        _ => value!.DeepClone(),
    };

    private static string Xml(Model model, string operation, JsonObject shape, JsonObject sample)
    {
        XNamespace space = "https://iam.amazonaws.com/doc/2010-05-08/";
        return new XElement(
            space + (operation + "Response"),
            new XElement(space + (operation + "Result"), Content(shape, sample)),
            new XElement(space + "ResponseMetadata", new XElement(space + "RequestId", "request-1"))).ToString();

        object[] Content(JsonObject type, JsonNode? value) => (string)type["type"]! switch
        {
            "structure" => [.. value!.AsObject().Select(m => new XElement(
                space + ((string?)type["members"]![m.Key]!["locationName"] ?? m.Key), Content(model.Shape(type["members"]![m.Key]!), m.Value)))],
            "list" => [.. value!.AsArray().Select(item => new XElement(space + "member", Content(model.Shape(type["member"]!), item)))],
            "map" => [.. value!.AsObject().Select(m => new XElement(
                space + "entry", new XElement(space + "key", m.Key), new XElement(space + "value", Content(model.Shape(type["value"]!), m.Value))))],
            "boolean" => [(bool)value! ? "true" : "false"],
            _ => [value!.ToString()],
        };
    }
}
