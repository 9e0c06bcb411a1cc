namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>metadata</c>: whose file it is.</summary>
internal static class MetadataSection
{
    // What eksctl takes for its own default; ours is the region's.
    private static readonly string[] DefaultVersions = ["auto", "default"];

    public static FileFields Fields(ClusterFileDraft draft) => new FileFields()
        .Take("name", value => draft.Request = draft.Request with { Name = value.Text() ?? string.Empty })
        .Take("region", value => draft.Region = value.Text()?.Trim().ToLowerInvariant())
        .Take("version", value => draft.Request = draft.Request with { KubernetesVersion = value.Text() is { } version && !DefaultVersions.Contains(version) ? version : null })
        .Take("tags", value => draft.Request = draft.Request with { ResourceTags = value.Map() })
        .Pass("annotations")
        .Only(false, "forceUpdateVersion", "It is about upgrades: leave it out.")
        .Refuse("rollbackConfig", "It is about upgrades: leave it out.");
}
