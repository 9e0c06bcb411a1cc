using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>A selection of objects by the members that the API server lets a query select by.</summary>
internal sealed class FieldSelector
{
    private static readonly Dictionary<string, string[]> Selectable = new()
    {
        ["pods"] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"],
        ["nodes"] = ["spec.unschedulable"],
        ["namespaces"] = ["status.phase"],
        ["secrets"] = ["type"],
        ["services"] = ["spec.clusterIP", "spec.type"],
        ["replicasets"] = ["status.replicas"],
        ["jobs"] = ["status.successful"],
        ["events"] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
            "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
    };

    private readonly List<(string[] Path, bool Equal, string Value)> _requirements = [];

    public FieldSelector(ResourceType type, string? query)
    {
        foreach (var part in (query ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                throw StatusException.BadRequest($"invalid field selector: \"{part}\"; can't understand '{part}'");
            }

            var equal = part[at - 1] != '!';
            var field = part[..(equal ? at : at - 1)];
            if (field is not ("metadata.name" or "metadata.namespace") && !(Selectable.TryGetValue(type.Plural, out var fields) && fields.Contains(field)))
            {
                throw StatusException.BadRequest($"field label not supported: {field}");
            }

            _requirements.Add((field.Split('.'), equal, part[(at + 1)..].TrimStart('=')));
        }
    }

    public bool Matches(JsonObject obj) => _requirements.TrueForAll(r => (Shown(obj.At(r.Path), r.Path[^1]) == r.Value) == r.Equal);

    /// <summary>The name that the query asks for alone, or null: a watch of one name is authorised as that name.</summary>
    public string? SingleName => _requirements.Find(r => r is { Equal: true, Path: ["metadata", "name"] }).Value;

    private static string Shown(JsonNode? value, string field) => value switch
    {
        null => field is "unschedulable" or "hostNetwork" ? "false" : "",
        JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
