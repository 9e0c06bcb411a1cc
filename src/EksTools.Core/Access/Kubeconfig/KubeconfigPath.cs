namespace EksTools.Core.Access.Kubeconfig;

/// <summary>Which kubeconfig a change goes to, by the rules of <c>aws eks update-kubeconfig</c>.</summary>
internal static class KubeconfigPath
{
    /// <summary>The file to change: the explicit one; else, of KUBECONFIG's files, the first that already has the cluster, else the first; else ~/.kube/config.</summary>
    /// <param name="explicitPath">A path that was asked for, or null.</param>
    /// <param name="kubeconfigVariable">KUBECONFIG's value: paths separated by the platform's path separator; empty parts count for nothing.</param>
    /// <param name="home">The user's home directory.</param>
    /// <param name="hasCluster">Whether a file holds the cluster; see <see cref="HasCluster"/>.</param>
    public static string Resolve(string? explicitPath, string? kubeconfigVariable, string home, Func<string, bool> hasCluster)
    {
        IReadOnlyList<string> listed = All(explicitPath, kubeconfigVariable, home);
        return listed.Count == 1 ? listed[0] : listed.FirstOrDefault(hasCluster) ?? listed[0];
    }

    /// <summary>The files that a client reads together: the explicit one; else KUBECONFIG's files; else ~/.kube/config. Never empty.</summary>
    /// <inheritdoc cref="Resolve"/>
    public static IReadOnlyList<string> All(string? explicitPath, string? kubeconfigVariable, string home)
    {
        if (!string.IsNullOrWhiteSpace(explicitPath))
            return [explicitPath];
        string[] listed = [.. (kubeconfigVariable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(part => !string.IsNullOrWhiteSpace(part)).Distinct(StringComparer.Ordinal)];
        return listed.Length == 0 ? [Path.Combine(home, ".kube", "config")] : listed;
    }

    /// <summary>Whether the file holds a cluster entry of this name. A file that is absent or cannot be read holds none: it is not the one to change.</summary>
    public static bool HasCluster(string path, string clusterName)
    {
        try
        {
            return KubeconfigFile.Read(path) is { } text && KubeconfigDocument.Parse(text, path).Clusters.Any(cluster => cluster.Name == clusterName);
        }
        catch (KubeconfigException)
        {
            return false;
        }
    }
}
