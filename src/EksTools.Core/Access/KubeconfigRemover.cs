using EksTools.Access;
using EksTools.Core.Access.Kubeconfig;
using EksTools.Errors;

namespace EksTools.Core.Access;

/// <summary>Finds the entries of clusters and contexts in the files that kubectl reads together, and takes them out.</summary>
/// <param name="search">What to look for.</param>
/// <param name="files">The files.</param>
internal sealed class KubeconfigRemover(KubeconfigSearch search, IReadOnlyList<string> files)
{
    /// <summary>Answers for clusters of one region.</summary>
    public delegate Task<IReadOnlyDictionary<ClusterArn, Existence>> Inquiry(string region, IReadOnlyList<ClusterArn> clusters, CancellationToken cancellationToken);

    /// <summary>What a removal would take out.</summary>
    public async Task<KubeconfigFindings> FindAsync(Inquiry inquiry, CancellationToken cancellationToken)
    {
        (Dictionary<string, KubeconfigDocument> documents, List<EksToolsException> errors) = Read();
        bool whole = errors.Count == 0;
        ClusterArn[] known = Known(documents.Values);
        List<string> warnings = [];
        List<KubeconfigRemoval> removals = [];
        foreach (KubeconfigClusterName cluster in search.Clusters)
        {
            ClusterArn[] meant = Meant(cluster, known);
            if (meant.Length == 1)
            {
                removals.Add(new KubeconfigRemoval { ClusterName = meant[0].ToString() });
            }
            else if (meant.Length > 1)
            {
                errors.Add(Ambiguous(cluster.NameOrArn, meant));
            }
            else if (whole)
            {
                errors.Add(NotFound($"entry of cluster {cluster.NameOrArn}{(cluster.Region is { } region ? $" in {region}" : string.Empty)}", cluster.NameOrArn));
            }
        }

        foreach (string context in search.Contexts)
        {
            if (documents.Values.Any(document => document.Contexts.Any(known => known.Name == context)))
            {
                removals.Add(new KubeconfigRemoval { ContextName = context });
            }
            else if (whole)
            {
                errors.Add(NotFound($"context {context}", context));
            }
        }

        if (search.Stale)
        {
            await AddStaleAsync(known, inquiry, removals, warnings, cancellationToken);
        }

        return new KubeconfigFindings
        {
            Entries = [.. removals.Distinct().SelectMany(removal => documents.Keys.Select(path => Describe(path, documents, removal))).OfType<EksKubeconfigRemoval>()],
            Errors = errors,
            Warnings = warnings,
        };
    }

    /// <summary>Takes entries of one file out of it, in one write.</summary>
    public async Task RemoveAsync(IReadOnlyList<EksKubeconfigRemoval> entries, CancellationToken cancellationToken)
    {
        string path = entries[0].Path;
        IReadOnlyList<KubeconfigContext> elsewhere = ContextsBeside(path, Read().Documents);
        try
        {
            await KubeconfigFile.UpdateAsync(path, text => Remove(text ?? string.Empty, path, entries, elsewhere), cancellationToken);
        }
        catch (KubeconfigException exception)
        {
            throw KubeconfigWriter.Unreadable(exception);
        }
    }

    /// <summary>What can be named.</summary>
    public KubeconfigNames ListNames()
    {
        Dictionary<string, KubeconfigDocument> documents = Read().Documents;
        return new KubeconfigNames(
            [.. Known(documents.Values).Select(static arn => arn.Name).Distinct(StringComparer.Ordinal)],
            [.. documents.Values.SelectMany(static document => document.Contexts).Select(static context => context.Name).Distinct(StringComparer.Ordinal)]);
    }

    private static string Remove(string text, string path, IReadOnlyList<EksKubeconfigRemoval> entries, IReadOnlyList<KubeconfigContext> elsewhere)
    {
        foreach (EksKubeconfigRemoval entry in entries)
        {
            text = KubeconfigDocument.Parse(text, path).Remove(entry.RequestedContext is { } context
                ? new KubeconfigRemoval { ContextName = context, Elsewhere = elsewhere }
                : new KubeconfigRemoval { ClusterName = entry.Entry, Elsewhere = elsewhere });
        }

        // The contexts of another file that named these may be gone from there already; what somebody names by now stays.
        foreach (string user in entries.SelectMany(static entry => entry.Users))
        {
            text = RemoveUnlessNamed(text, path, elsewhere, user, static context => context.User, new KubeconfigRemoval { UserName = user, Orphans = false });
        }

        foreach (string cluster in entries.SelectMany(static entry => entry.Clusters))
        {
            text = RemoveUnlessNamed(text, path, elsewhere, cluster, static context => context.Cluster, new KubeconfigRemoval { ClusterName = cluster, Orphans = false });
        }

        return text;
    }

    private static string RemoveUnlessNamed(string text, string path, IReadOnlyList<KubeconfigContext> elsewhere, string name, Func<KubeconfigContext, string?> named, KubeconfigRemoval removal)
    {
        KubeconfigDocument document = KubeconfigDocument.Parse(text, path);
        return document.Contexts.Concat(elsewhere).Any(context => named(context) == name) ? text : document.Remove(removal);
    }

    private async Task AddStaleAsync(IEnumerable<ClusterArn> known, Inquiry inquiry, List<KubeconfigRemoval> removals, List<string> warnings, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, ClusterArn> group in known.Where(arn => search.StaleRegion is null || arn.Region == search.StaleRegion).GroupBy(static arn => arn.Region))
        {
            IReadOnlyDictionary<ClusterArn, Existence> answers = await inquiry(group.Key, [.. group], cancellationToken);
            foreach (ClusterArn arn in group)
            {
                switch (answers[arn])
                {
                    case { Exists: false }:
                        removals.Add(new KubeconfigRemoval { ClusterName = arn.ToString() });
                        break;
                    case { Exists: null, Reason: var reason }:
                        warnings.Add($"The entries of {arn} stay, because it could not be found out whether the cluster exists: {reason}");
                        break;
                }
            }
        }
    }

    /// <summary>Also clusters that only a context names: what is left of them is to be found too.</summary>
    private static ClusterArn[] Known(IEnumerable<KubeconfigDocument> documents) =>
        [.. documents.SelectMany(static document => document.Clusters.Select(static cluster => cluster.Name).Concat(document.Contexts.Select(static context => context.Cluster).OfType<string>())).Select(ClusterArn.Parse).OfType<ClusterArn>().Distinct()];

    private static ClusterArn[] Meant(KubeconfigClusterName cluster, ClusterArn[] known) => ClusterArn.Parse(cluster.NameOrArn) is { } arn
        ? [.. known.Where(each => each == arn)]
        : [.. known.Where(each => each.Name == cluster.NameOrArn && (cluster.Region is null || each.Region == cluster.Region))];

    private static IReadOnlyList<KubeconfigContext> ContextsBeside(string path, Dictionary<string, KubeconfigDocument> documents) =>
        [.. documents.Where(pair => pair.Key != path).SelectMany(static pair => pair.Value.Contexts)];

    private static EksKubeconfigRemoval? Describe(string path, Dictionary<string, KubeconfigDocument> documents, KubeconfigRemoval removal)
    {
        KubeconfigDocument document = documents[path];
        (HashSet<string> clusters, HashSet<string> users, HashSet<string> contexts) = KubeconfigOrphans.Find(document, removal with { Elsewhere = ContextsBeside(path, documents) });
        string[] goingContexts = [.. document.Contexts.Select(static context => context.Name).Where(contexts.Contains)];
        string[] goingClusters = [.. document.Clusters.Select(static cluster => cluster.Name).Where(clusters.Contains)];
        string[] goingUsers = [.. document.UserNames.Where(users.Contains)];
        if (goingContexts.Length + goingClusters.Length + goingUsers.Length == 0)
        {
            return null;
        }

        string? entry = removal.ClusterName ?? documents.Values.SelectMany(static each => each.Contexts).First(context => context.Name == removal.ContextName).Cluster;
        ClusterArn? arn = entry is null ? null : ClusterArn.Parse(entry);
        return new EksKubeconfigRemoval
        {
            ClusterName = arn?.Name,
            Region = arn?.Region,
            Path = path,
            Entry = entry,
            RequestedContext = removal.ContextName,
            Contexts = goingContexts,
            Clusters = goingClusters,
            Users = goingUsers,
        };
    }

    private static EksToolsException Ambiguous(string name, ClusterArn[] meant) => new(
        EksErrorKind.Validation,
        "KubeconfigClusterAmbiguous",
        $"The kubeconfig has entries of {meant.Length} clusters named {name}: {string.Join(", ", meant.Select(static arn => arn.ToString()))}.",
        name,
        "Say -Region, or the ARN in place of the name.");

    private EksToolsException NotFound(string what, string target) => new(
        EksErrorKind.NotFound,
        "KubeconfigEntryNotFound",
        $"There is no {what} in {string.Join(", ", files)}.",
        target,
        "'kubectl config get-contexts' lists what is there; -Path names another file.");

    private (Dictionary<string, KubeconfigDocument> Documents, List<EksToolsException> Errors) Read()
    {
        Dictionary<string, KubeconfigDocument> documents = new(StringComparer.Ordinal);
        List<EksToolsException> errors = [];
        foreach (string path in files)
        {
            try
            {
                if (KubeconfigFile.Read(path) is { } text && !string.IsNullOrWhiteSpace(text))
                {
                    documents[path] = KubeconfigDocument.Parse(text, path);
                }
            }
            catch (KubeconfigException exception)
            {
                errors.Add(KubeconfigWriter.Unreadable(exception));
            }
        }

        return (documents, errors);
    }
}
