using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.Balancers;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <inheritdoc/>
internal sealed class LoadBalancerControllerService(TimeProvider time) : ILoadBalancerControllerService
{
    private readonly Poller poller = new(time);

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

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanInstallAsync(AwsConnection connection, LoadBalancerControllerRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ControllerRequestRules.Require(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using ServiceAccountRoleStage stage = await ServiceAccountRoleStage.OpenAsync(account, request.ClusterName, cancellationToken);
            ControllerInstallation installation = await ControllerInstallation.PrepareAsync(stage, request, time, observer, cancellationToken);
            await installation.TellAsync(observer, cancellationToken);
            return installation.Plan.Describe(request.ClusterName, account.Region);
        });
    }

    /// <inheritdoc/>
    public async Task<EksLoadBalancerController> InstallAsync(AwsConnection connection, LoadBalancerControllerRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ControllerRequestRules.Require(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            using ServiceAccountRoleStage stage = await ServiceAccountRoleStage.OpenAsync(account, request.ClusterName, cancellationToken);
            ControllerInstallation installation = await ControllerInstallation.PrepareAsync(stage, request, time, observer, cancellationToken);
            installation.RequireHelm();
            await installation.TellAsync(observer, cancellationToken);
            await account.Runner(poller, time).RunAsync(installation.Plan, observer, request.Timeout, cancellationToken);
            ControllerReader reader = new(stage.Api, new ServiceAccountRoleReader(account, stage.Cluster, stage.Api));
            IReadOnlyList<ControllerState> installed = await reader.ReadAsync(observer, cancellationToken);
            return ControllerList.Describe(stage.Cluster, installed[0], await reader.IngressClassesAsync(cancellationToken));
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksLoadBalancer>> ListLoadBalancersAsync(AwsConnection connection, LoadBalancerQuery query, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(query.ClusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, query.ClusterName, cancellationToken);
            using ClusterApi api = ClusterApi.Open(account, cluster);
            return await new BalancerSearch(account, cluster, api).FindAsync(query, observer, cancellationToken);
        });
    }
}
