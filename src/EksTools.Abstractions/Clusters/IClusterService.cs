using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.Clusters;

/// <summary>Creates, finds, waits for and removes clusters.</summary>
public interface IClusterService
{
    /// <summary>The plan of a new cluster, having read but changed nothing.</summary>
    Task<IReadOnlyList<EksPlanStep>> PlanCreateAsync(AwsConnection connection, NewClusterRequest request, CancellationToken cancellationToken);

    /// <summary>Creates a cluster, or goes on with one that an earlier run left unfinished.</summary>
    Task<EksCluster> CreateAsync(AwsConnection connection, NewClusterRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>What bringing a cluster to what this version makes would do: found or planned, step by step.</summary>
    Task<IReadOnlyList<EksPlanStep>> PlanRepairAsync(AwsConnection connection, RepairClusterRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Brings a cluster that an earlier version made to what this version makes, or goes on with that.</summary>
    Task<EksCluster> RepairAsync(AwsConnection connection, RepairClusterRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>What changing a cluster's settings would do: found or planned, step by step.</summary>
    Task<IReadOnlyList<EksPlanStep>> PlanSetAsync(AwsConnection connection, SetClusterRequest request, CancellationToken cancellationToken);

    /// <summary>Changes a cluster's settings, one update at a time, or goes on with that.</summary>
    Task<EksCluster> SetAsync(AwsConnection connection, SetClusterRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Finds clusters by name and region, regions in parallel.</summary>
    IAsyncEnumerable<ClusterResult> FindAsync(IReadOnlyList<AwsConnection> connections, ClusterQuery query, CancellationToken cancellationToken);

    /// <summary>Waits until a cluster is in a state; null when it waited for the cluster to be gone.</summary>
    Task<EksCluster?> WaitAsync(AwsConnection connection, WaitClusterRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>What removing the cluster would do.</summary>
    Task<EksClusterRemoval> PlanRemoveAsync(AwsConnection connection, RemoveClusterRequest request, CancellationToken cancellationToken);

    /// <summary>Removes everything that creating the cluster made, and nothing else.</summary>
    Task<EksClusterRemoval> RemoveAsync(AwsConnection connection, RemoveClusterRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Names of the region's clusters, for completion.</summary>
    Task<IReadOnlyList<string>> ListNamesAsync(AwsConnection connection, CancellationToken cancellationToken);
}
