using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <inheritdoc/>
internal sealed class LoadBalancerControllerService : ILoadBalancerControllerService
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksLoadBalancerController>> ListAsync(AwsConnection connection, string clusterName, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
            bool isAutoMode = await AutoMode.BalancesLoadAsync(account, clusterName, cancellationToken);
            using ClusterApi api = ClusterApi.Open(account, cluster);
            ControllerReader reader = new(api, new ServiceAccountRoleReader(account, cluster, api));
            try
            {
                IReadOnlyDictionary<string, string> classes = await reader.IngressClassesAsync(cancellationToken);
                return ControllerList.Of(cluster, isAutoMode, await reader.ReadAsync(observer, cancellationToken), classes);
            }
            catch (EksToolsException exception) when (ClusterApi.IsUnreachable(exception))
            {
                observer.Warn($"{exception.Message} What runs in the cluster itself, such as the AWS Load Balancer Controller, cannot be seen from here.");
                return ControllerList.Of(cluster, isAutoMode, [], new Dictionary<string, string>());
            }
        });
    }
}
