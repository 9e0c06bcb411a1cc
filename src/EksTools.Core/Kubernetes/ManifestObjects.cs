using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Core.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EksTools.Core.Kubernetes;

/// <summary>The objects of a manifest as JSON, read as kubectl reads them: YAML 1.1 by Go's rules.</summary>
internal static class ManifestObjects
{
    /// <summary>The objects of all documents; empty documents are left out.</summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(static document => ToJson(document.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(static pair => new KeyValuePair<string, JsonNode?>(((YamlScalarNode)pair.Key).Value ?? string.Empty, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } value } scalar when scalar.Tag.IsEmpty => Plain(value),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? string.Empty),
        _ => null,
    };

    private static JsonValue? Plain(string value) => GoScalars.KindOf(value) switch
    {
        GoScalarKind.Null => null,
        GoScalarKind.Boolean => JsonValue.Create(value[0] is 'y' or 'Y' or 't' or 'T' || value is "on" or "On" or "ON"),
        GoScalarKind.Number when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => JsonValue.Create(whole),
        GoScalarKind.Number when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
