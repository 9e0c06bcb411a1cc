using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>The events by which controllers tell people what they did or could not do. The same event is told once.</summary>
internal static class EventRecorder
{
    private const int MaxPrefix = 236;

    public static void Tell(this ObjectApi api, JsonObject about, string component, string type, string reason, string message)
    {
        var ns = about.Namespace() ?? "default";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about.Uid() + reason + message)))[..16];
        var name = $"{about.Name()[..Math.Min(about.Name().Length, MaxPrefix)]}.{hash}";
        if (api.Store.Find(ResourceCatalog.Events, ns, name) is not null
            || api.Store.Find(ResourceCatalog.Namespaces, null, ns) is not { } space || space.At("metadata", "deletionTimestamp") is not null)
        {
            return;
        }

        var now = api.Store.Timestamp;
        var involved = new JsonObject { ["kind"] = about.Text("kind"), ["apiVersion"] = about.Text("apiVersion"), ["name"] = about.Name(), ["uid"] = about.Uid() };
        if (about.Namespace() is { } place)
        {
            involved["namespace"] = place;
        }

        api.Create(ResourceCatalog.Events, ns, new()
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["involvedObject"] = involved,
            ["reason"] = reason, ["message"] = message, ["type"] = type, ["count"] = 1, ["firstTimestamp"] = now, ["lastTimestamp"] = now,
            ["source"] = new JsonObject { ["component"] = component }, ["reportingComponent"] = component, ["reportingInstance"] = "",
        }, WriteOptions.Internal);
    }
}
