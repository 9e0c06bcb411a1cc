using EksTools.Errors;

namespace EksTools.Access;

/// <summary>A cluster whose entries are to go.</summary>
/// <param name="NameOrArn">The cluster's name or ARN.</param>
/// <param name="Region">The region that a name is looked for in; every region when null.</param>
public sealed record KubeconfigClusterName(string NameOrArn, string? Region);

/// <summary>What to look for in kubeconfigs.</summary>
public sealed record KubeconfigSearch
{
    /// <summary>The one file to look in; every file of <c>KUBECONFIG</c>, or ~/.kube/config, when null.</summary>
    public string? Path { get; init; }

    /// <summary>Clusters whose entries are looked for.</summary>
    public IReadOnlyList<KubeconfigClusterName> Clusters { get; init; } = [];

    /// <summary>Names of contexts.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>Look for the entries of EKS clusters that no longer exist.</summary>
    public bool Stale { get; init; }

    /// <summary>The region that <see cref="Stale"/> is limited to; every region when null.</summary>
    public string? StaleRegion { get; init; }
}

/// <summary>What was found, and what kept from finding.</summary>
public sealed record KubeconfigFindings
{
    /// <summary>What a removal would take out, one for each file and cluster or context.</summary>
    public required IReadOnlyList<EksKubeconfigRemoval> Entries { get; init; }

    /// <summary>Files that cannot be read, and what was named and is not there.</summary>
    public required IReadOnlyList<EksToolsException> Errors { get; init; }

    /// <summary>Entries that stay because it could not be found out whether their cluster exists.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>Entries that a kubeconfig has, or had until they were removed.</summary>
public sealed record EksKubeconfigRemoval
{
    /// <summary>The cluster's name; null when the entry does not tell an EKS cluster.</summary>
    public required string? ClusterName { get; init; }

    /// <summary>The cluster's region; null when the entry does not tell an EKS cluster.</summary>
    public required string? Region { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the cluster entry; null when the context names none.</summary>
    public required string? Entry { get; init; }

    /// <summary>The context that was asked for; null when a cluster was.</summary>
    public required string? RequestedContext { get; init; }

    /// <summary>The names of the context entries of this file that go.</summary>
    public required IReadOnlyList<string> Contexts { get; init; }

    /// <summary>The names of the cluster entries of this file that go.</summary>
    public required IReadOnlyList<string> Clusters { get; init; }

    /// <summary>The names of the user entries of this file that go.</summary>
    public required IReadOnlyList<string> Users { get; init; }
}

/// <summary>Names that a command line can be completed with.</summary>
/// <param name="Clusters">Names of EKS clusters.</param>
/// <param name="Contexts">Names of contexts.</param>
public sealed record KubeconfigNames(IReadOnlyList<string> Clusters, IReadOnlyList<string> Contexts);
