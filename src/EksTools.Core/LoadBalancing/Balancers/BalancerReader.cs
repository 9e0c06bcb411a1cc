using EksTools.Core.Kubernetes;
using EksTools.LoadBalancing;
using k8s;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.Balancers;

/// <summary>Reads Services, Ingresses, and what controllers said of them.</summary>
internal sealed class BalancerReader(ClusterApi api)
{
    private const int PageSize = 500;

    // What others say of a Service has nothing to do with its load balancer.
    private static readonly string[] OfOthers = ["FailedToUpdateEndpoint", "FailedToUpdateEndpointSlices", "FailedToCreateEndpoint", "TopologyAwareHintsDisabled", "TopologyAwareHintsEnabled", "ClusterIPNotAllocated", "IPAddressNotAllocated", "PortNotAllocated"];

    /// <summary>The objects that a query names.</summary>
    public async Task<IReadOnlyList<BalancedObject>> ListAsync(LoadBalancerQuery query, CancellationToken cancellationToken)
    {
        List<BalancedObject> found = [];
        if (query.Kind is null or LoadBalancedObject.ServiceKind)
        {
            await PagesAsync(
                (client, next, token) => query.Namespace is { } space ? client.CoreV1.ListNamespacedServiceAsync(space, limit: PageSize, continueParameter: next, cancellationToken: token) : client.CoreV1.ListServiceForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
                (V1ServiceList page) => found.AddRange(page.Items.Select(BalancedObject.Of)),
                cancellationToken);
        }

        if (query.Kind is null or LoadBalancedObject.IngressKind)
        {
            await PagesAsync(
                (client, next, token) => query.Namespace is { } space ? client.NetworkingV1.ListNamespacedIngressAsync(space, limit: PageSize, continueParameter: next, cancellationToken: token) : client.NetworkingV1.ListIngressForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
                (V1IngressList page) => found.AddRange(page.Items.Select(BalancedObject.Of)),
                cancellationToken);
        }

        return found;
    }

    /// <summary>What was said of Services and Ingresses, by their uid, the latest first.</summary>
    public async Task<ILookup<string, EksLoadBalancerEvent>> EventsAsync(LoadBalancerQuery query, CancellationToken cancellationToken)
    {
        List<(string Uid, EksLoadBalancerEvent Said)> found = [];
        foreach (string kind in query.Kind is { } one ? [one] : new[] { LoadBalancedObject.ServiceKind, LoadBalancedObject.IngressKind })
        {
            string selector = $"involvedObject.kind={kind}";
            await PagesAsync(
                (client, next, token) => query.Namespace is { } space ? client.CoreV1.ListNamespacedEventAsync(space, fieldSelector: selector, limit: PageSize, continueParameter: next, cancellationToken: token) : client.CoreV1.ListEventForAllNamespacesAsync(fieldSelector: selector, limit: PageSize, continueParameter: next, cancellationToken: token),
                (Corev1EventList page) => found.AddRange(page.Items.Where(static item => !OfOthers.Contains(item.Reason)).Select(static item => (item.InvolvedObject?.Uid ?? string.Empty, Describe(item)))),
                cancellationToken);
        }

        return found.OrderByDescending(static pair => pair.Said.Time).ToLookup(static pair => pair.Uid, static pair => pair.Said, StringComparer.Ordinal);
    }

    private static EksLoadBalancerEvent Describe(Corev1Event item)
    {
        DateTime? time = item.Series?.LastObservedTime ?? item.LastTimestamp ?? item.EventTime ?? item.Metadata.CreationTimestamp;
        return new EksLoadBalancerEvent
        {
            Time = time is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null,
            IsWarning = item.Type == "Warning",
            Reason = item.Reason ?? string.Empty,
            Message = (item.Message ?? string.Empty).Trim(),
            Count = item.Series?.Count ?? item.Count ?? 1,
        };
    }

    private async Task PagesAsync<TList>(Func<IKubernetes, string?, CancellationToken, Task<TList>> list, Action<TList> take, CancellationToken cancellationToken)
        where TList : IMetadata<V1ListMeta>
    {
        string? next = null;
        do
        {
            string? from = next;
            TList page = await api.CallAsync((client, token) => list(client, from, token), cancellationToken);
            take(page);
            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
    }
}
