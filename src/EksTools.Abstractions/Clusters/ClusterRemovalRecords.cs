using EksTools.Findings;

namespace EksTools.Clusters;

/// <summary>What Remove-EksCluster was asked for.</summary>
public sealed record RemoveClusterRequest
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>Where to take the cluster's kubeconfig entries away; the usual file when null.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>Leave the kubeconfig alone.</summary>
    public bool KeepKubeconfig { get; init; }

    /// <summary>Go on where a finding says <see cref="EksRemovalEffect.NeedsForce"/>.</summary>
    public bool Force { get; init; }

    /// <summary>Remove what EKS itself owns of a cluster that EksTools did not make, and leave the rest to whoever made it.</summary>
    public bool Unmanaged { get; init; }
}

/// <summary>What a finding means for the removal.</summary>
public enum EksRemovalEffect
{
    /// <summary>It stays when the cluster is gone, and may go on costing money.</summary>
    Stays,

    /// <summary>The removal takes longer for it.</summary>
    Delays,

    /// <summary>Nothing is removed because of it, unless it is forced.</summary>
    NeedsForce,

    /// <summary>Nothing is removed because of it, forced or not, until it is out of the way.</summary>
    Refuses,
}

/// <summary>What looking before the removal of a cluster found.</summary>
public sealed record EksRemovalFinding : EksFinding
{
    /// <summary>What it means for the removal.</summary>
    public required EksRemovalEffect Effect { get; init; }

    /// <summary>Whether <see cref="EksFinding.Fix"/> only shows what was found, and takes nothing away.</summary>
    public bool FixOnlyShows { get; init; }

    /// <summary>What takes it away once the cluster is gone, where <see cref="EksFinding.Fix"/> needs the cluster; null where that works then too.</summary>
    public string? FixAfterwards { get; init; }
}

/// <summary>What removing a cluster did, and what stays.</summary>
public sealed record EksClusterRemoval
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The steps and what each did.</summary>
    public required IReadOnlyList<Plans.EksPlanStep> Steps { get; init; }

    /// <summary>What was found before anything was removed: what stands in the way first, what stays last.</summary>
    public IReadOnlyList<EksRemovalFinding> Findings { get; init; } = [];

    /// <summary>What was not removed and may cost money, in plain words: the findings that stay.</summary>
    public IReadOnlyList<string> Remaining => [.. Findings.Where(static finding => finding.Effect == EksRemovalEffect.Stays).Select(static finding => finding.Message)];
}
