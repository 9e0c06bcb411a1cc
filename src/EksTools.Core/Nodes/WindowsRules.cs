using EksTools.Core.Clusters;

namespace EksTools.Core.Nodes;

/// <summary>What nodes with Windows ask of their cluster (https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html).</summary>
internal static class WindowsRules
{
    /// <summary>Refuses node groups with Windows in a cluster where they could not join, or where no coredns could run.</summary>
    public static void Require(ClusterSpecification cluster, IReadOnlyList<NodeGroupSpecification> groups)
    {
        if (groups.FirstOrDefault(static group => group.System == NodeSystem.Windows) is not { } windows)
        {
            return;
        }

        if (!cluster.AutoMode && !FargateCoverage.RunsCoreDns(cluster.FargateProfiles) && !groups.Any(static group => group.System != NodeSystem.Windows))
        {
            throw NodeGroupSettlement.Wrong("WindowsNeedsLinux", $"Node group '{windows.Name}' has Windows, and the cluster has nowhere to run coredns, which its nodes need too.", "Add a node group with Linux, -AutoMode, or a Fargate profile for the namespace kube-system.");
        }

        // By an access entry kube-proxy is let in, which EKS does not see to for managed nodes with Windows.
        if (cluster.AuthenticationMode == "CONFIG_MAP")
        {
            throw NodeGroupSettlement.Wrong("WindowsUnfit", $"Node group '{windows.Name}' has Windows, whose nodes join by an access entry, and -AuthenticationMode CONFIG_MAP has none.", "Say API or API_AND_CONFIG_MAP, or leave it out.");
        }

        if (cluster.NodeRoleArn is not null && groups.Any(static group => group.System != NodeSystem.Windows))
        {
            throw NodeGroupSettlement.Wrong("WindowsUnfit", $"Node group '{windows.Name}' has Windows and others have Linux; an access entry is for one of them, and -NodeRoleArn names one role for all.", "Leave -NodeRoleArn out: each system then has a role of its own.");
        }
    }
}
