using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>The documents by which clients learn what the server has.</summary>
internal static class Discovery
{
    /// <summary>The document at a path, or null.</summary>
    public static JsonObject? Find(string path, ServedTypes types, string endpoint) => path.Trim('/').Split('/') switch
    {
        ["api"] => new JsonObject
        {
            ["kind"] = "APIVersions",
            ["versions"] = new JsonArray("v1"),
            ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = endpoint }),
        },
        ["api", "v1"] => Resources(types, "", "v1"),
        ["apis"] => new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. types.Groups.Select(g => Group(g.Group, g.Version))]) },
        ["apis", var group] when types.Groups.FirstOrDefault(g => g.Group == group) is { Group: not null } found => WithKind(Group(found.Group, found.Version)),
        ["apis", var group, var version] when types.Groups.Contains((group, version)) => Resources(types, group, version),
        _ => null,
    };

    private static JsonObject WithKind(JsonObject group)
    {
        group.Insert(0, "kind", "APIGroup");
        group.Insert(1, "apiVersion", "v1");
        return group;
    }

    private static JsonObject Group(string group, string version)
    {
        JsonObject Version() => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
        return new() { ["name"] = group, ["versions"] = new JsonArray(Version()), ["preferredVersion"] = Version() };
    }

    private static JsonObject Resources(ServedTypes types, string group, string version)
    {
        var resources = new JsonArray();
        foreach (var type in types.All.Where(t => t.Group == group && t.Version == version))
        {
            var entry = new JsonObject
            {
                ["name"] = type.Plural, ["singularName"] = type.Singular, ["namespaced"] = type.Namespaced, ["kind"] = type.Kind, ["verbs"] = type.Verbs.ToJson(),
            };
            if (type.ShortNames.Count > 0)
            {
                entry["shortNames"] = type.ShortNames.ToJson();
            }

            if (type.Categories.Count > 0)
            {
                entry["categories"] = type.Categories.ToJson();
            }

            resources.Add(entry);
            if (type.HasStatus)
            {
                resources.Add(Subresource(type, "status", type.Kind, ["get", "patch", "update"]));
            }

            if (type.HasScale)
            {
                resources.Add(Subresource(type, "scale", "Scale", ["get", "patch", "update"], "autoscaling"));
            }

            if (type == ResourceCatalog.Pods)
            {
                resources.Add(Subresource(type, "binding", "Binding", ["create"]));
                resources.Add(Subresource(type, "eviction", "Eviction", ["create"], "policy"));
            }

            if (type == ResourceCatalog.ServiceAccounts)
            {
                resources.Add(Subresource(type, "token", "TokenRequest", ["create"], "authentication.k8s.io"));
            }
        }

        return new() { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}", ["resources"] = resources };
    }

    private static JsonObject Subresource(ResourceType type, string name, string kind, string[] verbs, string? group = null)
    {
        var entry = new JsonObject { ["name"] = $"{type.Plural}/{name}", ["singularName"] = "", ["namespaced"] = type.Namespaced };
        if (group is not null)
        {
            entry["group"] = group;
            entry["version"] = "v1";
        }

        entry["kind"] = kind;
        entry["verbs"] = verbs.ToJson();
        return entry;
    }
}
