using EksTools.Clusters;

namespace EksTools.Core.Nodes;

/// <summary>What EKS Auto Mode asks of a new cluster (https://docs.aws.amazon.com/eks/latest/userguide/automode.html).</summary>
internal static class AutoModeRules
{
    /// <summary>The node pools that EKS brings along.</summary>
    public static IReadOnlyList<string> NodePools { get; } = ["general-purpose", "system"];

    public static void Require(NewClusterRequest request)
    {
        if (request.NodePool.FirstOrDefault(static pool => !NodePools.Contains(pool, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw NodeRequestRules.Wrong("InvalidNodePool", nameof(request.NodePool), $"-NodePool '{unknown}' is no node pool that Auto Mode brings along.", $"They are {string.Join(" and ", NodePools)}; others are made in Kubernetes afterwards.");
        }

        if (!request.AutoMode)
        {
            if (request.NodePool.Count > 0)
            {
                throw NodeRequestRules.Wrong("ContradictoryNodes", nameof(request.NodePool), "-NodePool is about the node pools of Auto Mode, which was not asked for.", "Add -AutoMode, or leave -NodePool out.");
            }

            if (request.AutoModeNodeRoleArn is not null)
            {
                throw NodeRequestRules.Wrong("ContradictoryNodes", nameof(request.AutoModeNodeRoleArn), "-AutoModeNodeRoleArn is about the nodes of Auto Mode, which was not asked for.", "Add -AutoMode, or leave it out.");
            }

            return;
        }

        if (string.Equals(request.AuthenticationMode, "CONFIG_MAP", StringComparison.OrdinalIgnoreCase))
        {
            throw NodeRequestRules.Wrong("ContradictoryNodes", nameof(request.AutoMode), "-AutoMode needs access entries, by which its nodes join, and -AuthenticationMode CONFIG_MAP has none.", "Say API or API_AND_CONFIG_MAP, or leave it out.");
        }
    }
}
