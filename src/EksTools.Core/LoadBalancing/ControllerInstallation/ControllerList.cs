using EksTools.Clusters;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>The controllers of a cluster as records.</summary>
internal static class ControllerList
{
    /// <summary>What EKS runs, and what runs in the cluster.</summary>
    public static IReadOnlyList<EksLoadBalancerController> Of(EksCluster cluster, bool isAutoMode, IReadOnlyList<ControllerState> installed, IReadOnlyDictionary<string, string> ingressClasses)
    {
        EksLoadBalancerController[] own = [.. installed.Select(state => Describe(cluster, state, ingressClasses))];
        return [isAutoMode ? AutoMode(cluster, own, ingressClasses) : CloudProvider(cluster, own), .. own];
    }

    public static EksLoadBalancerController Describe(EksCluster cluster, ControllerState state, IReadOnlyDictionary<string, string> ingressClasses)
    {
        (bool isHealthy, IReadOnlyList<string> health) = ControllerHealth.Of(state, cluster.Name);
        return new EksLoadBalancerController
        {
            ClusterName = cluster.Name,
            Region = cluster.Region,
            Controller = EksLoadBalancerControllerKind.Lbc,
            Version = state.Version,
            Chart = state.Deployment?.Metadata.Labels?.TryGetValue("helm.sh/chart", out string? chart) == true ? chart : null,
            Namespace = state.Namespace,
            DeploymentName = state.Deployment?.Metadata.Name,
            Replicas = state.Replicas,
            ReadyReplicas = state.ReadyReplicas,
            ServiceAccount = state.Deployment is null ? null : state.ServiceAccount,
            Mode = state.Role?.Mode,
            ControllerRoleArn = state.Role?.RoleArn,
            LoadBalancerClass = state.Flag("load-balancer-class") ?? ControllerNames.ServiceClass,
            IngressClasses = Classes(ingressClasses, ControllerNames.IngressController),
            WatchNamespace = state.Flag("watch-namespace"),
            TakesNewServices = state.Webhooks.Any(static webhook => webhook.Name == ControllerNames.ServiceMutator),
            Webhooks = state.Webhooks,
            IsHealthy = isHealthy,
            Health = health,
        };
    }

    private static EksLoadBalancerController CloudProvider(EksCluster cluster, EksLoadBalancerController[] own) => new()
    {
        ClusterName = cluster.Name,
        Region = cluster.Region,
        Controller = EksLoadBalancerControllerKind.Ccm,
        TakesNewServices = !own.Any(static controller => controller.TakesNewServices),
        IsHealthy = true,
        Health = [own.Any(static controller => controller.TakesNewServices) ? "EKS runs it. New Services go to the AWS Load Balancer Controller, whose webhook gives them its class; those of before stay." : "EKS runs it."],
    };

    private static EksLoadBalancerController AutoMode(EksCluster cluster, EksLoadBalancerController[] own, IReadOnlyDictionary<string, string> ingressClasses) => new()
    {
        ClusterName = cluster.Name,
        Region = cluster.Region,
        Controller = EksLoadBalancerControllerKind.AutoMode,
        LoadBalancerClass = ControllerNames.AutoModeServiceClass,
        IngressClasses = Classes(ingressClasses, ControllerNames.AutoModeIngressController),
        TakesNewServices = !own.Any(static controller => controller.TakesNewServices),
        IsHealthy = true,
        Health = [own.Any(static controller => controller.TakesNewServices) ? "EKS runs it. New Services without a class go to the AWS Load Balancer Controller, whose webhook gives them its class." : "EKS runs it."],
    };

    private static IReadOnlyList<string> Classes(IReadOnlyDictionary<string, string> classes, string controller) => [.. classes.Where(pair => pair.Value == controller).Select(static pair => pair.Key).Order(StringComparer.Ordinal)];
}
