using System.Text.Json;
using EksTools.Core.Kubernetes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.Clusters.Removal;

/// <summary>A Service or an Ingress that a controller in the cluster has made a load balancer for, or is about to.</summary>
/// <param name="Kind"><c>Service</c> or <c>Ingress</c>.</param>
/// <param name="Hostnames">Where the load balancers are; none when none was made yet.</param>
/// <param name="Finalizers">What keeps it from being deleted before its load balancer is.</param>
internal sealed record BalancedObject(string Kind, string Namespace, string Name, string Uid, IReadOnlyList<string> Hostnames, IReadOnlyList<string> Finalizers)
{
    private const string InterfacePrefix = "ELB ";

    // Of the legacy cloud provider, of the AWS Load Balancer Controller, and of EKS Auto Mode; groups of Ingresses have a finalizer each.
    private static readonly string[] Domains = ["service.kubernetes.io/load-balancer-cleanup", "service.k8s.aws/", "ingress.k8s.aws/", "group.ingress.k8s.aws/", "service.eks.amazonaws.com/", "ingress.eks.amazonaws.com/", "group.ingress.eks.amazonaws.com/"];

    /// <summary>Whether the AWS Load Balancer Controller, which people install and may take away, must let it go.</summary>
    public bool NeedsInstalledController => Finalizers.Any(static finalizer => finalizer.Contains(".k8s.aws/", StringComparison.Ordinal));

    /// <summary>As people name it.</summary>
    public string Title => $"{Kind} {Namespace}/{Name}";

    /// <summary>Whether an interface that Elastic Load Balancing made is of this one's load balancer: "ELB NAME", "ELB app/NAME/ID" or "ELB net/NAME/ID".</summary>
    public bool Holds(string? description)
    {
        string[] parts = description?.StartsWith(InterfacePrefix, StringComparison.Ordinal) == true ? description[InterfacePrefix.Length..].Split('/') : [];
        string? balancer = parts.Length switch { 1 => parts[0], 3 => parts[1], _ => null };
        return balancer is not null && Hostnames.Any(host => host.StartsWith(balancer + "-", StringComparison.OrdinalIgnoreCase) || host.StartsWith($"internal-{balancer}-", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Those of a cluster.</summary>
    public static async Task<IReadOnlyList<BalancedObject>> ListAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        V1ServiceList services = await api.CallAsync((client, token) => client.CoreV1.ListServiceForAllNamespacesAsync(cancellationToken: token), cancellationToken);
        V1IngressList ingresses = await api.CallAsync((client, token) => client.NetworkingV1.ListIngressForAllNamespacesAsync(cancellationToken: token), cancellationToken);
        return
        [
            .. services.Items.Select(static service => (Balanced: service.Spec?.Type == "LoadBalancer", Object: From("Service", service.Metadata, (service.Status?.LoadBalancer?.Ingress ?? []).Select(static ingress => ingress.Hostname))))
                .Concat(ingresses.Items.Select(static ingress => (Balanced: false, Object: From("Ingress", ingress.Metadata, (ingress.Status?.LoadBalancer?.Ingress ?? []).Select(static item => item.Hostname)))))
                .Where(static pair => pair.Balanced || pair.Object.Finalizers.Count > 0 || pair.Object.Hostnames.Any(static host => host.Contains(".elb.", StringComparison.Ordinal)))
                .Select(static pair => pair.Object),
        ];
    }

    /// <summary>Looks at it again; null when it is gone, or another of its name is there.</summary>
    public async Task<BalancedObject?> FindAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        try
        {
            BalancedObject there = Kind == "Service"
                ? From(Kind, (await api.CallAsync((client, token) => client.CoreV1.ReadNamespacedServiceAsync(Name, Namespace, cancellationToken: token), cancellationToken)).Metadata, [])
                : From(Kind, (await api.CallAsync((client, token) => client.NetworkingV1.ReadNamespacedIngressAsync(Name, Namespace, cancellationToken: token), cancellationToken)).Metadata, []);
            return there.Uid == Uid ? there : null;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks for its deletion; false when it is gone, or another of its name is there.</summary>
    public async Task<bool> DeleteAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        V1DeleteOptions options = new() { Preconditions = new V1Preconditions { Uid = Uid } };
        try
        {
            if (Kind == "Service")
            {
                await api.CallAsync((client, token) => client.CoreV1.DeleteNamespacedServiceAsync(Name, Namespace, options, cancellationToken: token), cancellationToken);
            }
            else
            {
                await api.CallAsync((client, token) => client.NetworkingV1.DeleteNamespacedIngressAsync(Name, Namespace, options, cancellationToken: token), cancellationToken);
            }

            return true;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Another of its name is there, or the API server has other reasons, which are not ours to pass over.
            if (await FindAsync(api, cancellationToken) is null)
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
    public static async Task<bool> HasControllerAsync(ClusterApi api, CancellationToken cancellationToken) =>
        (await api.CallAsync((client, token) => client.AppsV1.ListDeploymentForAllNamespacesAsync(labelSelector: "app.kubernetes.io/name=aws-load-balancer-controller", cancellationToken: token), cancellationToken))
            .Items.Any(static deployment => deployment.Status?.ReadyReplicas > 0);

    /// <summary>The last thing that went wrong with it, in its controller's own words; null when nothing is told.</summary>
    public async Task<string?> FindProblemAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        Corev1EventList events = await api.CallAsync((client, token) => client.CoreV1.ListNamespacedEventAsync(Namespace, fieldSelector: $"involvedObject.uid={Uid}", cancellationToken: token), cancellationToken);
        return events.Items.Where(static told => told.Type == "Warning").OrderBy(static told => told.LastTimestamp).LastOrDefault()?.Message;
    }

    private static BalancedObject From(string kind, V1ObjectMeta metadata, IEnumerable<string?> hostnames) =>
        new(kind, metadata.NamespaceProperty, metadata.Name, metadata.Uid, [.. hostnames.OfType<string>()], [.. (metadata.Finalizers ?? []).Where(static finalizer => Domains.Any(domain => finalizer.StartsWith(domain, StringComparison.Ordinal)))]);
}
