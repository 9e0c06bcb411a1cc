using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>The objects of a real kube-apiserver.</summary>
internal sealed class UpstreamObjects(UpstreamClient client) : IClusterObjects
{
    // What may begin something; the rest is looked at when one of these is there.
    private static readonly ResourceType[] Watched = [ResourceCatalog.Services, ResourceCatalog.Find("networking.k8s.io", "v1", "ingresses")!, ResourceCatalog.Deployments];

    public string Timestamp => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public ResourceType? FindType(string group, string version, string plural) => ResourceCatalog.Find(group, version, plural) ?? FindCustom(group, version, plural);

    public JsonObject? Find(ResourceType type, string? ns, string name) => client.Find(type, ns, name);

    public IReadOnlyList<JsonObject> List(ResourceType type)
    {
        var items = client.List(type, "");
        foreach (var item in items)
        {
            // Items of a list do not say what they are.
            (item["apiVersion"], item["kind"]) = (type.ApiVersion, type.Kind);
        }

        return items;
    }

    public JsonObject? Create(ResourceType type, string? ns, JsonObject obj) => client.Create(type, ns, obj);

    public JsonObject? Change(ResourceType type, string? ns, string name, Action<JsonObject> change, string subresource = "")
    {
        while (client.Find(type, ns, name) is { } obj)
        {
            var before = obj.Clone();
            change(obj);
            if (JsonNode.DeepEquals(before, obj))
            {
                return obj;
            }

            if (client.Replace(type, ns, obj, subresource.Length == 0 ? "" : "/" + subresource) is { } written)
            {
                return written;
            }
        }

        return null;
    }

    public void Remove(ResourceType type, string? ns, string name) => client.Remove(type, ns, name);

    public IAsyncDisposable Follow(Func<ResourceType, JsonObject, bool> concerns, Action act) => new UpstreamWatch(client, Watched, concerns, act);

    private ResourceType? FindCustom(string group, string version, string plural) =>
        client.Find(ResourceCatalog.CustomResourceDefinitions, null, $"{plural}.{group}") is { } definition
        && definition.Objects("spec", "versions").FirstOrDefault(item => item.Text("name") == version && item.Flag("served")) is { } served
            ? new ResourceType(group, version, plural, definition.Text("spec", "names", "kind") ?? "", definition.Text("spec", "scope") != "Cluster") { IsCustom = true, HasStatus = served.Object("subresources", "status") is not null }
            : null;
}
