using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Endpoints and one EndpointSlice of each service that selects pods.</summary>
internal sealed class EndpointController(ObjectApi api)
{
    public void Run()
    {
        foreach (var service in api.Store.List(ResourceCatalog.Services).Items.Where(s => s.Object("spec", "selector") is { Count: > 0 } && s.At("metadata", "deletionTimestamp") is null))
        {
            if (api.Store.Find(ResourceCatalog.Namespaces, null, service.Namespace() ?? "").At("metadata", "deletionTimestamp") is not null)
            {
                continue;
            }

            var selector = new LabelSelector(new JsonObject { ["matchLabels"] = service.At("spec", "selector")!.DeepClone() });
            var pods = api.Store.List(ResourceCatalog.Pods, service.Namespace()).Items.Where(p => selector.Matches(p.Object("metadata", "labels")) && p.Text("status", "podIP") is not null && ControllerActions.IsReady(p)).ToList();
            Put(ResourceCatalog.Endpoints, service, service.Name(), Endpoints(service, pods));
            Put(ResourceCatalog.EndpointSlices, service, service.Name() + "-" + ControllerActions.TemplateHash(service)[..5], Slice(service, pods));
        }
    }

    private void Put(ResourceType type, JsonObject service, string name, JsonObject obj)
    {
        obj["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = service.Name() },
            ["ownerReferences"] = ControllerActions.OwnerReference(ResourceCatalog.Services, service),
        };
        if (api.Store.Find(type, service.Namespace(), name) is null)
        {
            api.Create(type, service.Namespace(), obj, WriteOptions.Internal);
        }
        else
        {
            api.Replace(type, service.Namespace(), name, obj, WriteOptions.Internal);
        }
    }

    private static JsonObject Target(JsonObject pod) => new() { ["kind"] = "Pod", ["name"] = pod.Name(), ["namespace"] = pod.Namespace(), ["uid"] = pod.Uid() };

    private static JsonArray Ports(JsonObject service, List<JsonObject> pods) => new([.. service.Objects("spec", "ports").Select(p =>
    {
        var number = p.Number("targetPort") ?? pods.SelectMany(pod => pod.Objects("spec", "containers")).SelectMany(c => c.Objects("ports")).FirstOrDefault(c => c.Text("name") == p.Text("targetPort")).Number("containerPort") ?? p.Number("port");
        var port = new JsonObject { ["port"] = number, ["protocol"] = p.Text("protocol") };
        if (p.Text("name") is { } name)
        {
            port["name"] = name;
        }

        return (JsonNode)port;
    })]);

    private static JsonObject Endpoints(JsonObject service, List<JsonObject> pods) => pods.Count == 0 ? [] : new()
    {
        ["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray([.. pods.Select(p => (JsonNode)new JsonObject { ["ip"] = p.Text("status", "podIP"), ["nodeName"] = p.Text("spec", "nodeName"), ["targetRef"] = Target(p) })]),
            ["ports"] = Ports(service, pods),
        }),
    };

    private static JsonObject Slice(JsonObject service, List<JsonObject> pods) => new()
    {
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray([.. pods.Select(p => (JsonNode)new JsonObject
        {
            ["addresses"] = new JsonArray(p.Text("status", "podIP")), ["conditions"] = new JsonObject { ["ready"] = true, ["serving"] = true, ["terminating"] = false },
            ["nodeName"] = p.Text("spec", "nodeName"), ["targetRef"] = Target(p),
        })]),
        ["ports"] = Ports(service, pods),
    };
}
