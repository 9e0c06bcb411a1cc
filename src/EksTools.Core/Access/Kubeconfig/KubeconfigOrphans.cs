namespace EksTools.Core.Access.Kubeconfig;

/// <summary>Works out which entries go when some are removed.</summary>
internal static class KubeconfigOrphans
{
    public static (HashSet<string> Clusters, HashSet<string> Users, HashSet<string> Contexts) Find(KubeconfigDocument document, KubeconfigRemoval removal)
    {
        KubeconfigContext[] all = [.. document.Contexts, .. removal.Elsewhere];
        HashSet<string> clusters = SetOf(removal.ClusterName), users = SetOf(removal.UserName), contexts = SetOf(removal.ContextName);
        if (!removal.Orphans)
            return (clusters, users, contexts);
        contexts.UnionWith(all
            .Where(context => (context.Cluster is { } cluster && clusters.Contains(cluster)) || (context.User is { } user && users.Contains(user)))
            .Select(context => context.Name));
        ILookup<bool, KubeconfigContext> byFate = all.ToLookup(context => contexts.Contains(context.Name));
        clusters.UnionWith(OnlyIn(byFate, context => context.Cluster));
        users.UnionWith(OnlyIn(byFate, context => context.User));
        return (clusters, users, contexts);
    }

    private static IEnumerable<string> OnlyIn(ILookup<bool, KubeconfigContext> byFate, Func<KubeconfigContext, string?> name) =>
        byFate[true].Select(name).OfType<string>().Except(byFate[false].Select(name).OfType<string>());

    private static HashSet<string> SetOf(string? name) => name is null ? new(StringComparer.Ordinal) : new([name], StringComparer.Ordinal);
}
