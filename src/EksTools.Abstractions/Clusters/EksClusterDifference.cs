namespace EksTools.Clusters;

/// <summary>Something in which a cluster that runs differs from its file.</summary>
public sealed record EksClusterDifference
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The line of the field, or of what it would stand in, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The field, such as <c>managedNodeGroups[web].maxSize</c>.</summary>
    public required string Where { get; init; }

    /// <summary>What the file says, or what holds where it says nothing; null where there should be none.</summary>
    public string? Expected { get; init; }

    /// <summary>What the cluster has; null where it has none.</summary>
    public string? Actual { get; init; }

    /// <summary>The command that brings the cluster to what the file says, of EksTools or the AWS CLI, the same for all of one node group or add-on; null where none does.</summary>
    public string? Fix { get; init; }

    /// <summary>What to do where no command does it, such as what must be made anew, or what to know besides; null where the command is all.</summary>
    public string? Advice { get; init; }

    /// <summary>Place, field and both values.</summary>
    public override string ToString() => $"{Path}, line {Line}: {Where} is {Actual ?? "none"}, not {Expected ?? "none"}";
}
