using EksTools.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>Whose a cluster is.</summary>
internal static class ClusterOwnership
{
    /// <summary>Refuses a cluster that EksTools did not make.</summary>
    public static void Require(ClusterIdentity identity, EksCluster cluster)
    {
        if (!identity.Owns(cluster.ResourceTags))
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "ClusterNotManaged",
                $"Cluster {identity.Name} in {identity.Region} exists and is not managed by EksTools.",
                identity.Name,
                "EksTools neither changes nor removes what it did not make. Choose another name, or use the tool that made it.");
        }
    }
}
