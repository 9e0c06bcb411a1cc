using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>
/// A cluster that others changed since it was begun may be what a file says all the same: then there is nothing to do. How many nodes there are between the
/// limits is an autoscaler's to say, and no other cluster.
/// </summary>
internal static class LiveAgreement
{
    /// <summary>Holds a cluster against what a file asks for.</summary>
    /// <param name="account">The cluster's account.</param>
    /// <param name="request">What the file asks for.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>The numbers of nodes that are otherwise than the file says, or none; null where the cluster is not what the file says.</returns>
    public static async Task<IReadOnlyList<EksClusterDifference>?> FindAsync(AwsAccount account, NewClusterRequest request, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await ClusterFactReader.ReadAsync(account, request.Name, cancellationToken);
        if (!IsComplete(facts) || !HasWhatNoFileSays(facts, request))
        {
            return null;
        }

        LiveCluster live = LiveClusterMap.Map(facts);
        ClusterFile file = new() { Path = "the file", Request = request, Network = request.SubnetId.Count > 0 ? new ClusterFileNetwork(null, null, []) : null };
        IReadOnlyList<EksClusterDifference> differences = ClusterComparison.Compare(file, live, new ClusterComparisonOptions(IncludeDesiredSize: false));
        return differences.Count == 0 ? ClusterComparison.Compare(file, live, new ClusterComparisonOptions(IncludeDesiredSize: true)) : null;
    }

    private static bool IsComplete(ClusterFacts facts) => facts.IsOurs && facts.Cluster.Status?.Value is "ACTIVE" or "UPDATING"
        && facts.NodeGroups.All(static group => group.Group.Status?.Value is not ("CREATING" or "CREATE_FAILED" or "DELETING" or "DELETE_FAILED"))
        && facts.Addons.All(static addon => addon.Status?.Value is not ("CREATING" or "CREATE_FAILED" or "DELETING" or "DELETE_FAILED"))
        && facts.FargateProfiles.All(static profile => profile.Status?.Value is not ("CREATING" or "CREATE_FAILED" or "DELETING" or "DELETE_FAILED"));

    /// <summary>Protection and the roles' path are no fields of a file, and boundaries of nodes' roles are not compared.</summary>
    private static bool HasWhatNoFileSays(ClusterFacts facts, NewClusterRequest request) =>
        (!request.DeletionProtection || facts.Cluster.DeletionProtection == true)
        && (request.RolePath is null || request.RolePath == (facts.Recorded.GetValueOrDefault(ParameterDefinition.RolePath) ?? ParameterDefinition.All[ParameterDefinition.RolePath].Default))
        && (request.PermissionsBoundary ?? string.Empty) == (facts.Recorded.GetValueOrDefault(ParameterDefinition.Boundary) ?? string.Empty);
}
