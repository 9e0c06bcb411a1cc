using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>Objects and lists in the form that the client asked for.</summary>
internal static class Rendering
{
    public static JsonObject Object(ResourceType type, JsonObject obj, ResponseForm form, DateTimeOffset now, bool withColumns = true) => form switch
    {
        ResponseForm.Table => Table(type, [obj], new JsonObject { ["resourceVersion"] = obj.Text("metadata", "resourceVersion") }, now, withColumns),
        ResponseForm.Metadata => Metadata(obj),
        _ => obj,
    };

    public static JsonObject List(ResourceType type, IReadOnlyList<JsonObject> items, JsonObject metadata, ResponseForm form, DateTimeOffset now) => form switch
    {
        ResponseForm.Table => Table(type, items, metadata, now, true),
        ResponseForm.Metadata => new JsonObject
        {
            ["kind"] = "PartialObjectMetadataList", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata, ["items"] = new JsonArray([.. items.Select(Metadata)]),
        },
        _ => new JsonObject { ["kind"] = type.Kind + "List", ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata, ["items"] = new JsonArray([.. items.Select(Bare)]) },
    };

    private static JsonObject Metadata(JsonObject obj) => new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = obj["metadata"]?.DeepClone() };

    // Items of a list do not repeat kind and apiVersion.
    private static JsonObject Bare(JsonObject obj)
    {
        obj.Remove("kind");
        obj.Remove("apiVersion");
        return obj;
    }

    private static JsonObject Table(ResourceType type, IReadOnlyList<JsonObject> items, JsonObject metadata, DateTimeOffset now, bool withColumns)
    {
        var columns = TableColumns.For(type);
        var table = new JsonObject { ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata };
        table["columnDefinitions"] = withColumns
            ? new JsonArray([.. columns.Select(c => (JsonNode)new JsonObject { ["name"] = c.Name, ["type"] = c.Type, ["format"] = c.Name == "Name" ? "name" : "", ["description"] = "", ["priority"] = c.Wide ? 1 : 0 })])
            : null;
        table["rows"] = new JsonArray([.. items.Select(item => (JsonNode)new JsonObject
        {
            ["cells"] = new JsonArray([.. columns.Select(c => c.Cell(item, now))]),
            ["object"] = Metadata(item),
        })]);
        return table;
    }
}
