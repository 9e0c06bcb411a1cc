using Amazon.EKS.Model;
using EksTools.Core.Accounts;

namespace EksTools.Core.Nodes;

/// <summary>Reads managed node groups from EKS.</summary>
internal static class NodeGroupReader
{
    /// <summary>The node group, or null when EKS knows none of that name, or no such cluster.</summary>
    public static async Task<Nodegroup?> FindAsync(AwsAccount account, string cluster, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = cluster, NodegroupName = name }, cancellationToken)).Nodegroup;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What EKS finds wrong with a node group, in a line; empty when nothing.</summary>
    public static string Health(Nodegroup? group) => string.Join(" ", (group?.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}"));
}
