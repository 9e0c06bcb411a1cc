using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Store;

/// <summary>The types that a cluster serves: the built-in ones and those of its CustomResourceDefinitions.</summary>
internal sealed class ServedTypes(ObjectStore store)
{
    // By definition and generation: reading one again for each request would cost more than the request.
    private readonly Dictionary<string, ResourceType> _custom = [];

    /// <summary>Every type as it is now, in the order of discovery.</summary>
    public IReadOnlyList<ResourceType> All => store.Atomically(() => (IReadOnlyList<ResourceType>)[.. ResourceCatalog.All, .. Custom()]);

    /// <summary>The named groups with their versions.</summary>
    public IReadOnlyList<(string Group, string Version)> Groups => [.. All.Where(t => t.Group.Length > 0).Select(t => (t.Group, t.Version)).Distinct()];

    public ResourceType? Find(string group, string version, string plural) =>
        ResourceCatalog.Find(group, version, plural) ?? store.Atomically(() => Custom().Find(t => t.Group == group && t.Version == version && t.Plural == plural));

    /// <summary>Custom types that were served and whose definition is gone.</summary>
    public IReadOnlyList<ResourceType> Withdrawn() => store.Atomically(() =>
    {
        var served = Custom();
        return (IReadOnlyList<ResourceType>)[.. _custom.Values.Except(served)];
    });

    private List<ResourceType> Custom()
    {
        var types = new List<ResourceType>();
        foreach (var definition in store.List(ResourceCatalog.CustomResourceDefinitions).Items.Where(d => d.At("metadata", "deletionTimestamp") is null))
        {
            // The store keeps one version's objects: the first that is served. Conversion between versions is not done.
            if (definition.Objects("spec", "versions").FirstOrDefault(v => v.Flag("served")) is { } version)
            {
                var key = $"{definition.Uid()}/{definition.Number("metadata", "generation")}/{version.Text("name")}";
                if (!_custom.TryGetValue(key, out var type))
                {
                    _custom[key] = type = Read(definition, version);
                }

                types.Add(type);
            }
        }

        return types;
    }

    private static ResourceType Read(JsonObject definition, JsonObject version)
    {
        var names = definition["spec"].Object("names");
        return new(definition.Text("spec", "group") ?? "", version.Text("name") ?? "", names.Text("plural") ?? "", names.Text("kind") ?? "", definition.Text("spec", "scope") != "Cluster")
        {
            ShortNames = names.Texts("shortNames"),
            Categories = names.Texts("categories"),
            HasStatus = version.Object("subresources", "status") is not null,
            IsCustom = true,
        };
    }
}
