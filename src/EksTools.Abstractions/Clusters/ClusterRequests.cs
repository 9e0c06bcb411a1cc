namespace EksTools.Clusters;

/// <summary>What New-EksCluster -Repair was asked for.</summary>
public sealed record RepairClusterRequest
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);
}

/// <summary>Which clusters to find.</summary>
public sealed record ClusterQuery
{
    /// <summary>Exact names; each that is not there is an error when one region is asked.</summary>
    public IReadOnlyList<string> Name { get; init; } = [];

    /// <summary>Which of the listed names are wanted besides; null for none.</summary>
    public Func<string, bool>? Match { get; init; }

    /// <summary>Regions to look in; the connection's own when empty.</summary>
    public IReadOnlyList<string> Region { get; init; } = [];

    /// <summary>Look in every region that is enabled for the account.</summary>
    public bool AllRegion { get; init; }

    /// <summary>How many regions, of all accounts together, are asked at once.</summary>
    public int ThrottleLimit { get; init; } = 8;
}

/// <summary>A cluster, or one region's failure: the others go on.</summary>
/// <param name="Cluster">The cluster, when there is one.</param>
/// <param name="Error">Why this name or region has none.</param>
/// <param name="ProfileName">The profile that was asked with; null when none was said.</param>
public sealed record ClusterResult(EksCluster? Cluster, Exception? Error, string? ProfileName = null);

/// <summary>What Wait-EksCluster waits for.</summary>
public sealed record WaitClusterRequest
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Active, Deleted or NodesReady.</summary>
    public required ClusterCondition Condition { get; init; }

    /// <summary>How long to wait.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);
}

/// <summary>A state that can be waited for. Bits, as those of <see cref="NatGatewayMode"/>.</summary>
public enum ClusterCondition
{
    /// <summary>The control plane is ACTIVE.</summary>
    Active = 1,

    /// <summary>The control plane is ACTIVE and every node group has its nodes Ready in Kubernetes.</summary>
    NodesReady = 2,

    /// <summary>The cluster no longer exists.</summary>
    Deleted = 4,
}
