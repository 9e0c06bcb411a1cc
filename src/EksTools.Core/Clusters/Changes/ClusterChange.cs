using Amazon.EKS.Model;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Changes;

/// <summary>One setting of a cluster that is to be otherwise, as one update of EKS.</summary>
internal sealed record ClusterChange
{
    /// <summary>Unique among the changes of a cluster.</summary>
    public required string Id { get; init; }

    /// <summary>What changes, in a line.</summary>
    public required string Description { get; init; }

    /// <summary>Whether the cluster is so already.</summary>
    public required Func<Cluster, CancellationToken, Task<bool>> IsDoneAsync { get; init; }

    /// <summary>Asks for it; the update's id, or null for what is done at once.</summary>
    public required Func<Cluster, CancellationToken, Task<string?>> AskAsync { get; init; }

    /// <summary>Does it all where it is no setting of the cluster itself; null where it is one.</summary>
    public Func<StepContext, CancellationToken, Task<StepOutcome>>? EnsureAsync { get; init; }

    /// <summary>EKS makes an update of it, which takes time.</summary>
    public bool IsUpdate { get; init; } = true;

    /// <summary>It makes the cluster dearer.</summary>
    public bool Billed { get; init; }

    /// <summary>How long the update usually takes.</summary>
    public TimeSpan Typical { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>What a cluster of ours records of it, by parameter.</summary>
    public IReadOnlyDictionary<string, string> Recorded { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags that a cluster of ours records besides.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags that a cluster of ours records no more.</summary>
    public IReadOnlyList<string> RemovedTags { get; init; } = [];
}
