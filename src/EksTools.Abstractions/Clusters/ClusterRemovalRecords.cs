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

    /// <summary>What was not removed and may cost money, in plain words.</summary>
    public required IReadOnlyList<string> Remaining { get; init; }
}
