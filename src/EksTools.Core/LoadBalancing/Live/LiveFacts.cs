using System.Net;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.LoadBalancing;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.Live;

/// <summary>Finds out which load balancer controllers a cluster has. What may not be read stays unknown.</summary>
internal sealed class LiveFacts(AwsAccount account, EksCluster cluster, ClusterApi api)
{
    private const string ServiceWebhook = "mservice.elbv2.k8s.aws";
    private const string DefaultClass = "ingressclass.kubernetes.io/is-default-class";

    public async Task<ControllerFacts> ReadAsync(EksLoadBalancerControllerKind? said, CancellationToken cancellationToken)
    {
        Task<Cluster> described = DescribeAsync(cancellationToken);
        V1IngressClassList? classes = await TryAsync((client, token) => client.NetworkingV1.ListIngressClassAsync(cancellationToken: token), cancellationToken);
        V1MutatingWebhookConfigurationList? webhooks = await TryAsync((client, token) => client.AdmissionregistrationV1.ListMutatingWebhookConfigurationAsync(cancellationToken: token), cancellationToken);
        V1DeploymentList? deployments = await TryAsync((client, token) => client.AppsV1.ListDeploymentForAllNamespacesAsync(labelSelector: "app.kubernetes.io/name=aws-load-balancer-controller", cancellationToken: token), cancellationToken);
        bool? webhook = webhooks?.Items.SelectMany(static item => item.Webhooks ?? []).Any(static one => one.Name == ServiceWebhook);
        return new ControllerFacts
        {
            Said = said,
            Region = cluster.Region,
            HasController = webhook == true || deployments is { Items.Count: > 0 } ? true : deployments is null ? null : false,
            HasServiceWebhook = webhook,
            IngressParameters = await LiveParameters.ReadAsync(api, classes?.Items ?? [], cancellationToken),
            IsAutoMode = (await described).KubernetesNetworkConfig?.ElasticLoadBalancing?.Enabled == true,
            KnowsIngressClasses = classes is not null,
            IngressClasses = (classes?.Items ?? []).ToDictionary(static one => one.Metadata.Name, static one => one.Spec?.Controller ?? string.Empty, StringComparer.Ordinal),
            DefaultIngressClass = (classes?.Items ?? []).FirstOrDefault(static one => one.GetAnnotation(DefaultClass) == "true")?.Metadata.Name,
        };
    }

    private async Task<Cluster> DescribeAsync(CancellationToken cancellationToken) =>
        (await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = cluster.Name }, cancellationToken)).Cluster;

    private async Task<T?> TryAsync<T>(Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await api.CallAsync(call, cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
