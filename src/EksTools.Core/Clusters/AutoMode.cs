using Amazon.EKS.Model;
using EksTools.Core.Accounts;

namespace EksTools.Core.Clusters;

/// <summary>EKS Auto Mode: nodes, volumes and load balancers that EKS itself sees to. It is on for all three or for none.</summary>
internal static class AutoMode
{
    /// <summary>Whether Auto Mode makes the load balancers of a cluster.</summary>
    public static async Task<bool> BalancesLoadAsync(AwsAccount account, string cluster, CancellationToken cancellationToken)
    {
        Cluster there = (await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = cluster }, cancellationToken)).Cluster;
        return there.KubernetesNetworkConfig?.ElasticLoadBalancing?.Enabled == true || there.ComputeConfig?.Enabled == true;
    }
}
