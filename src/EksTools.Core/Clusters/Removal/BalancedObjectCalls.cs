using System.Net;
using System.Text.Json;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing;
using EksTools.Core.LoadBalancing.Balancers;
using EksTools.LoadBalancing;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.Clusters.Removal;

/// <summary>What a removal asks of an API server about Services and Ingresses that a controller in the cluster has made a load balancer for, or is about to.</summary>
internal static class BalancedObjectCalls
{
    /// <summary>Those of a cluster.</summary>
    public static async Task<IReadOnlyList<BalancedObject>> ListBalancedAsync(this ClusterApi api, string cluster, CancellationToken cancellationToken) =>
    [
        .. (await new BalancerReader(api).ListAsync(new LoadBalancerQuery { ClusterName = cluster }, cancellationToken))
            .Where(static item => item.Object.Service?.Type == ServiceSpec.LoadBalancer || item.ControllerFinalizers.Any() || item.Hostnames.Any(static host => host.Contains(".elb.", StringComparison.Ordinal))),
    ];

    /// <summary>Looks at it again; null when it is gone, or another of its name is there.</summary>
    public static async Task<BalancedObject?> FindAsync(this ClusterApi api, BalancedObject item, CancellationToken cancellationToken)
    {
        (string name, string space) = (item.Object.Name, item.Object.Namespace!);
        try
        {
            BalancedObject there = item.Object.IsService
                ? BalancedObject.Of(await api.CallAsync((client, token) => client.CoreV1.ReadNamespacedServiceAsync(name, space, cancellationToken: token), cancellationToken))
                : BalancedObject.Of(await api.CallAsync((client, token) => client.NetworkingV1.ReadNamespacedIngressAsync(name, space, cancellationToken: token), cancellationToken));
            return there.Uid == item.Uid ? there : null;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks for its deletion; false when it is gone, or another of its name is there.</summary>
    public static async Task<bool> DeleteAsync(this ClusterApi api, BalancedObject item, CancellationToken cancellationToken)
    {
        (string name, string space) = (item.Object.Name, item.Object.Namespace!);
        V1DeleteOptions options = new() { Preconditions = new V1Preconditions { Uid = item.Uid } };
        try
        {
            if (item.Object.IsService)
            {
                await api.CallAsync((client, token) => client.CoreV1.DeleteNamespacedServiceAsync(name, space, options, cancellationToken: token), cancellationToken);
            }
            else
            {
                await api.CallAsync((client, token) => client.NetworkingV1.DeleteNamespacedIngressAsync(name, space, options, cancellationToken: token), cancellationToken);
            }

            return true;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.Conflict)
        {
            // Another of its name is there, or the API server has other reasons, which are not ours to pass over.
            if (await FindAsync(api, item, cancellationToken) is null)
            {
                return false;
            }

            throw;
        }
        catch (JsonException)
        {
            // It has been taken: API servers before 1.23 answer with a Status where the client expects the Service.
            return true;
        }
    }

    /// <summary>Whether the AWS Load Balancer Controller has a replica that is ready.</summary>
    public static async Task<bool> HasLoadBalancerControllerAsync(this ClusterApi api, CancellationToken cancellationToken) =>
        (await api.CallAsync((client, token) => client.AppsV1.ListDeploymentForAllNamespacesAsync(labelSelector: "app.kubernetes.io/name=aws-load-balancer-controller", cancellationToken: token), cancellationToken))
            .Items.Any(static deployment => deployment.Status?.ReadyReplicas > 0);

    /// <summary>The last thing that went wrong with it, in its controller's own words; null when nothing is told.</summary>
    public static async Task<string?> FindProblemAsync(this ClusterApi api, BalancedObject item, CancellationToken cancellationToken)
    {
        Corev1EventList events = await api.CallAsync((client, token) => client.CoreV1.ListNamespacedEventAsync(item.Object.Namespace, fieldSelector: $"involvedObject.uid={item.Uid}", cancellationToken: token), cancellationToken);
        return events.Items.Where(static told => told.Type == "Warning").OrderBy(static told => told.LastTimestamp).LastOrDefault()?.Message;
    }
}
