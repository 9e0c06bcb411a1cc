using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Clusters;

namespace EksTools.Core.Clusters.Changes;

/// <summary>
/// EKS Auto Mode on or off: nodes, block storage and load balancers together, or EKS refuses it.
/// https://docs.aws.amazon.com/eks/latest/userguide/auto-enable-existing.html
/// </summary>
internal sealed class AutoModeChange(IAmazonEKS eks, SetClusterRequest request, Cluster live)
{
    private static readonly string[] AllPools = ["general-purpose", "system"];

    public IEnumerable<ClusterChange> List()
    {
        if (request.AutoMode is not { } on)
        {
            yield break;
        }

        IReadOnlyList<string> pools = request.NodePool ?? AllPools;
        yield return ClusterChanges.Update(
            eks,
            "auto-mode",
            on ? $"Auto Mode on, {(pools.Count == 0 ? "without built-in node pools" : $"with the node pools {string.Join(", ", pools)}")}" : "Auto Mode off: EKS takes its nodes away",
            there => IsOn(there) == on && (!on || request.NodePool is null || (there.ComputeConfig?.NodePools ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(pools)),
            there => new UpdateClusterConfigRequest
            {
                Name = there.Name,
                ComputeConfig = new ComputeConfigRequest
                {
                    Enabled = on,
                    NodePools = on && pools.Count > 0 ? [.. pools] : null,
                    NodeRoleArn = on && pools.Count > 0 ? request.NodeRoleArn ?? there.ComputeConfig?.NodeRoleArn : null,
                },
                StorageConfig = new StorageConfigRequest { BlockStorage = new BlockStorage { Enabled = on } },
                KubernetesNetworkConfig = new KubernetesNetworkConfigRequest { ElasticLoadBalancing = new ElasticLoadBalancing { Enabled = on } },
            },
            (ParameterDefinition.AutoMode, on ? ParameterDefinition.Yes : ParameterDefinition.No),
            (ParameterDefinition.NodePools, on && request.NodePool is not null ? string.Join(SaidParameters.Separator, pools.Order(StringComparer.Ordinal)) : string.Empty)) with
        {
            Billed = on && !IsOn(live),
        };
    }

    private static bool IsOn(Cluster cluster) => cluster.ComputeConfig?.Enabled == true;
}
