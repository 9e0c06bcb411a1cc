using System.IO.Enumeration;
using System.Net;
using System.Text.Json.Nodes;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.Yaml;
using EksTools.LoadBalancing;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.Live;

/// <summary>The Services and Ingresses of a cluster.</summary>
internal sealed class LiveObjects(ClusterApi api)
{
    private const string FieldManager = "ekstools";
    private const int PageSize = 500;

    /// <summary>Those that the scope names.</summary>
    public async Task<IReadOnlyList<LoadBalancedObject>> ListAsync(LoadBalancerScope scope, CancellationToken cancellationToken)
    {
        List<LoadBalancedObject> found = [];
        if (scope.Kind is null or LoadBalancedObject.ServiceKind)
        {
            await foreach (V1Service service in PagesAsync<V1Service, V1ServiceList>(
                (client, next, token) => scope.Namespace is { } home
                    ? client.CoreV1.ListNamespacedServiceAsync(home, limit: PageSize, continueParameter: next, cancellationToken: token)
                    : client.CoreV1.ListServiceForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
                cancellationToken))
                found.Add(ToObject(service));
        }
        if (scope.Kind is null or LoadBalancedObject.IngressKind)
        {
            await foreach (V1Ingress ingress in PagesAsync<V1Ingress, V1IngressList>(
                (client, next, token) => scope.Namespace is { } home
                    ? client.NetworkingV1.ListNamespacedIngressAsync(home, limit: PageSize, continueParameter: next, cancellationToken: token)
                    : client.NetworkingV1.ListIngressForAllNamespacesAsync(limit: PageSize, continueParameter: next, cancellationToken: token),
                cancellationToken))
                found.Add(ToObject(ingress));
        }
        return [.. found.Where(one => Matches(scope, one))];
    }

    /// <summary>One object as it is now; null when it is gone.</summary>
    public async Task<LoadBalancedObject?> FindAsync(string kind, string home, string name, CancellationToken cancellationToken)
    {
        try
        {
            return kind == LoadBalancedObject.ServiceKind
                ? ToObject(await api.CallAsync((client, token) => client.CoreV1.ReadNamespacedServiceAsync(name, home, cancellationToken: token), cancellationToken))
                : ToObject(await api.CallAsync((client, token) => client.NetworkingV1.ReadNamespacedIngressAsync(name, home, cancellationToken: token), cancellationToken));
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes the keys that change, and nothing else, under the version that was read. False when somebody else has written since, or the object is gone.</summary>
    public async Task<bool> PatchAsync(LoadBalancedObject former, IReadOnlyList<ObjectEdit> edits, CancellationToken cancellationToken)
    {
        V1Patch patch = new(Patch(former, edits).ToJsonString(), V1Patch.PatchType.MergePatch);
        try
        {
            _ = former.IsService
                ? (object)await api.CallAsync((client, token) => client.CoreV1.PatchNamespacedServiceAsync(patch, former.Name, former.Namespace, fieldManager: FieldManager, cancellationToken: token), cancellationToken)
                : await api.CallAsync((client, token) => client.NetworkingV1.PatchNamespacedIngressAsync(patch, former.Name, former.Namespace, fieldManager: FieldManager, cancellationToken: token), cancellationToken);
            return true;
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Whether an object is one of those that the scope names.</summary>
    public static bool Matches(LoadBalancerScope scope, LoadBalancedObject one) =>
        (scope.Kind is null || scope.Kind == one.Kind)
        && (scope.Namespace is null || one.Namespace is null || scope.Namespace == one.Namespace)
        && (scope.Names.Count == 0 || scope.Names.Any(name => FileSystemName.MatchesSimpleExpression(name, one.Name, ignoreCase: false)));

    private static JsonObject Patch(LoadBalancedObject former, IReadOnlyList<ObjectEdit> edits)
    {
        JsonObject annotations = [], spec = [];
        foreach (ObjectEdit edit in edits)
        {
            (edit.IsAnnotation ? annotations : spec)[edit.Key] = edit.Value switch
            {
                YamlText text => text.Text,
                YamlList list => new JsonArray([.. list.Items.Cast<YamlText>().Select(static item => (JsonNode)item.Text)]),
                _ => null,
            };
        }
        JsonObject patch = new() { ["metadata"] = new JsonObject { ["resourceVersion"] = former.ResourceVersion, ["annotations"] = annotations } };
        if (spec.Count > 0)
            patch["spec"] = spec;
        return patch;
    }

    private async IAsyncEnumerable<TItem> PagesAsync<TItem, TList>(Func<IKubernetes, string?, CancellationToken, Task<TList>> list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        where TList : IItems<TItem>, IMetadata<V1ListMeta>
    {
        string? next = null;
        do
        {
            string? from = next;
            TList page = await api.CallAsync((client, token) => list(client, from, token), cancellationToken);
            foreach (TItem item in page.Items)
                yield return item;
            next = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
    }

    private static LoadBalancedObject ToObject(V1Service service) => Begin(LoadBalancedObject.ServiceKind, service.Metadata) with
    {
        Hostname = service.Status?.LoadBalancer?.Ingress?.Select(static one => one.Hostname).FirstOrDefault(static name => !string.IsNullOrEmpty(name)),
        Service = new ServiceSpec
        {
            Type = service.Spec?.Type ?? "ClusterIP",
            LoadBalancerClass = service.Spec?.LoadBalancerClass,
            Ports = [.. (service.Spec?.Ports ?? []).Select(static port => new ServicePort(port.Name, port.Port, port.Protocol ?? "TCP", port.NodePort ?? 0, port.TargetPort?.Value))],
            IsLocal = service.Spec?.ExternalTrafficPolicy == "Local",
            SourceRanges = [.. service.Spec?.LoadBalancerSourceRanges ?? []],
            SessionAffinity = service.Spec?.SessionAffinity,
            HasIpv6 = service.Spec?.IpFamilies?.Contains("IPv6") == true,
            AllocatesNodePorts = service.Spec?.AllocateLoadBalancerNodePorts != false,
            LoadBalancerIp = service.Spec?.LoadBalancerIP,
        },
    };

    private static LoadBalancedObject ToObject(V1Ingress ingress) => Begin(LoadBalancedObject.IngressKind, ingress.Metadata) with
    {
        Hostname = ingress.Status?.LoadBalancer?.Ingress?.Select(static one => one.Hostname).FirstOrDefault(static name => !string.IsNullOrEmpty(name)),
        Ingress = new IngressSpec
        {
            ClassName = ingress.Spec?.IngressClassName,
            HasTls = ingress.Spec?.Tls?.Count > 0,
            Backends = [.. (ingress.Spec?.Rules ?? []).SelectMany(static rule => rule.Http?.Paths ?? []).Select(static path => path.Backend).Append(ingress.Spec?.DefaultBackend)
                .Where(static backend => backend?.Service is not null).Select(static backend => new IngressBackend(backend!.Service.Name, backend.Service.Port?.Name))],
        },
    };

    private static LoadBalancedObject Begin(string kind, V1ObjectMeta metadata) => new()
    {
        Kind = kind,
        Name = metadata.Name,
        Namespace = metadata.NamespaceProperty,
        ResourceVersion = metadata.ResourceVersion ?? string.Empty,
        LeavingFinalizers = metadata.DeletionTimestamp is null ? null : [.. metadata.Finalizers ?? []],
        Annotations = (metadata.Annotations ?? new Dictionary<string, string>()).ToDictionary(static pair => pair.Key, static pair => new AnnotationEntry(pair.Value ?? string.Empty), StringComparer.Ordinal),
    };
}
