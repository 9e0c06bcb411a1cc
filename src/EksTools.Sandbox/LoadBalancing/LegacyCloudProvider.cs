using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>
/// The service controller of the cloud controller manager that every cluster has: Classic Load Balancers, and Network Load Balancers where the
/// annotation says so. Facts: cloud-provider-aws pkg/providers/v1, and k8s.io/cloud-provider controllers/service.
/// </summary>
internal sealed class LegacyCloudProvider(ClusterView view) : ILoadBalancerController
{
    public const string Finalizer = "service.kubernetes.io/load-balancer-cleanup";

    private const string Component = "service-controller";

    private readonly LegacyClassicBalancer _classic = new(view);
    private readonly LegacyNetworkBalancer _network = new(view);

    // What it has seen: a Service that vanishes without its finalizer is cleaned up after from memory.
    private readonly Dictionary<string, JsonObject> _seen = [];
    private readonly HashSet<string> _deleting = [];
    private string _hosts = "";

    public bool Concerns(JsonObject obj) => obj.Text("kind") == "Service" && (Wants(obj) || ClusterView.Holds(obj, Finalizer));

    public IEnumerable<Job> Plan(IReadOnlyList<JsonObject> services, IReadOnlyList<JsonObject> ingresses)
    {
        // Auto Mode has a controller of its own; what was made before it was switched on stays where it is.
        List<JsonObject> mine = [.. services.Where(service => ClusterView.Holds(service, Finalizer) || (Wants(service) && !view.Cluster.LoadBalancing))];
        foreach (var service in mine)
        {
            _seen[service.Uid()] = service;
            yield return new Job($"legacy/{service.Uid()}", Fingerprint(service), () => Sync(service));
        }

        foreach (var gone in _seen.Where(seen => mine.TrueForAll(service => service.Uid() != seen.Key)).Select(seen => seen.Value).ToList())
        {
            yield return new Job($"legacy/{gone.Uid()}", "gone", () =>
            {
                Delete(gone);
                _seen.Remove(gone.Uid());
            });
        }
    }

    public void Register(IReadOnlyList<JsonObject> services)
    {
        var nodes = view.Nodes();
        var hosts = string.Join(',', nodes.Select(node => node.Instance.Id).Order(StringComparer.Ordinal));
        foreach (var service in services.Where(service => Wants(service) && ClusterView.Holds(service, Finalizer) && !IsExternal(service) && service.At("metadata", "deletionTimestamp") is null))
        {
            var changed = IsNetwork(service) ? _network.Register(service, nodes) : _classic.Register(service, nodes);
            if (changed && hosts != _hosts)
            {
                view.Tell(service, Component, "Normal", "UpdatedLoadBalancer", "Updated load balancer with new hosts");
            }
        }

        _hosts = hosts;
    }

    public static bool IsNetwork(JsonObject service) => Annotation(service, "type") == "nlb";

    public static string? Annotation(JsonObject service, string suffix) => service.Text("metadata", "annotations", "service.beta.kubernetes.io/aws-load-balancer-" + suffix);

    /// <summary>Its load balancer's name: the UID, as cloud providers cut it.</summary>
    public static string NameOf(JsonObject service) => ("a" + service.Uid().Replace("-", "", StringComparison.Ordinal)) is var name && name.Length > 32 ? name[..32] : name;

    private static bool Wants(JsonObject service) => service.Text("spec", "type") == "LoadBalancer" && service.Text("spec", "loadBalancerClass") is null;

    private static bool IsExternal(JsonObject service) => Annotation(service, "type") is "nlb-ip" or "external";

    private static string Fingerprint(JsonObject service) =>
        $"{service.At("spec")?.ToJsonString()}{service.At("metadata", "annotations")?.ToJsonString()}{service.Text("metadata", "deletionTimestamp")}";

    private void Sync(JsonObject service)
    {
        var deleting = !Wants(service) || service.At("metadata", "deletionTimestamp") is not null;
        try
        {
            if (deleting)
            {
                Delete(service);
            }
            else
            {
                Ensure(service);
            }
        }
        catch (ReconcileFailure failure)
        {
            view.Tell(service, Component, "Warning", "SyncLoadBalancerFailed", $"Error syncing load balancer: failed to {(deleting ? "delete" : "ensure")} load balancer: {failure.Message}");
            throw;
        }
    }

    private void Ensure(JsonObject service)
    {
        view.Tell(service, Component, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
        view.Hold(ResourceCatalog.Services, service, Finalizer);
        var nodes = view.Nodes();
        if (nodes.Count == 0)
        {
            view.Tell(service, Component, "Warning", "UnAvailableLoadBalancer", "There are no available nodes for LoadBalancer");
        }

        if (IsExternal(service))
        {
            // Another controller's, which takes it or does not; this one has put its finalizer there all the same.
            return;
        }

        Check(service);
        var isInternal = Annotation(service, "internal") is not (null or "" or "false");
        var hostname = IsNetwork(service) ? _network.Ensure(service, isInternal, nodes) : _classic.Ensure(service, isInternal, nodes);
        view.Tell(service, Component, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
        view.Publish(ResourceCatalog.Services, service, hostname);
    }

    private void Delete(JsonObject service)
    {
        if (!IsExternal(service))
        {
            var there = _deleting.Contains(service.Uid()) || (IsNetwork(service) ? _network.Find(service) is not null : _classic.Find(service) is not null);
            if (there && _deleting.Add(service.Uid()))
            {
                view.Tell(service, Component, "Normal", "DeletingLoadBalancer", "Deleting load balancer");
            }

            if (there)
            {
                _network.Delete(service);
                _classic.Delete(service);
            }
        }

        _deleting.Remove(service.Uid());
        _seen.Remove(service.Uid());
        if (view.Objects.Find(ResourceCatalog.Services, service.Namespace(), service.Name()) is { } current && current.Uid() == service.Uid())
        {
            view.Publish(ResourceCatalog.Services, current, null);
            view.Release(ResourceCatalog.Services, current, Finalizer);
        }

        view.Tell(service, Component, "Normal", "DeletedLoadBalancer", "Deleted load balancer");
    }

    private static void Check(JsonObject service)
    {
        var (network, hostname) = (IsNetwork(service), service.Objects("status", "loadBalancer", "ingress").Select(ingress => ingress.Text("hostname")).FirstOrDefault());
        if (hostname is not null && hostname.EndsWith(".elb.amazonaws.com", StringComparison.Ordinal) == network)
        {
            throw new ReconcileFailure($"cannot update Load Balancer Type annotation \"service.beta.kubernetes.io/aws-load-balancer-type\" after creation for {(network ? "NLB" : "Classic Load Balancer")}");
        }

        if (network && Annotation(service, "extra-security-groups") is not null)
        {
            throw new ReconcileFailure("BYO extra security group annotation \"service.beta.kubernetes.io/aws-load-balancer-extra-security-groups\" is not supported by NLB");
        }

        if (!network && Annotation(service, "target-group-attributes") is not null)
        {
            throw new ReconcileFailure("target group attributes annotation is only supported for NLB");
        }

        if (service.Text("spec", "sessionAffinity") is not ("None" or null) and var affinity)
        {
            throw new ReconcileFailure($"unsupported load balancer affinity: {affinity}");
        }

        var ports = service.Objects("spec", "ports").ToList();
        if (ports.Count == 0)
        {
            throw new ReconcileFailure("requested load balancer with no ports");
        }

        if (ports.Select(port => port.Text("protocol")).Distinct().Count() > 1)
        {
            throw new ReconcileFailure("mixed protocol is not supported for LoadBalancer");
        }

        if (ports[0].Text("protocol") is var protocol && !(protocol == "TCP" || (network && protocol == "UDP")))
        {
            throw new ReconcileFailure($"Protocol {protocol} not supported by LoadBalancer");
        }

        if (service.Text("spec", "loadBalancerIP") is { Length: > 0 })
        {
            throw new ReconcileFailure("LoadBalancerIP cannot be specified for AWS ELB");
        }
    }

    /// <summary>The subnets that the annotation names, or those that the provider chooses.</summary>
    public static IReadOnlyList<Subnet> ChooseSubnets(ClusterView view, JsonObject service, bool isInternal)
    {
        var choice = new SubnetChoice(view);
        var named = Annotation(service, "subnets")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (named is { Length: 0 })
        {
            throw new ReconcileFailure("unable to resolve empty subnet slice");
        }

        var subnets = named is null ? choice.ForLegacy(isInternal) : choice.Named(named);
        return subnets.Count > 0 ? subnets : throw new ReconcileFailure("could not find any suitable subnets for creating the ELB");
    }

    /// <summary>Runs a call of AWS's; its refusal is the controller's.</summary>
    public static T Call<T>(string what, string service, string operation, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (AwsException refused)
        {
            throw new ReconcileFailure($"{what}: \"{ReconcileFailure.Word(service, operation, refused)}\"");
        }
    }

    /// <summary>The CIDRs that may reach the load balancer: the Service's own, the annotation's, or all.</summary>
    public static IReadOnlyList<string> SourceRanges(JsonObject service)
    {
        var own = service.Texts("spec", "loadBalancerSourceRanges");
        var raw = service.Text("metadata", "annotations", "service.beta.kubernetes.io/load-balancer-source-ranges")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<string> ranges = own.Count > 0 ? own : raw is { Length: > 0 } ? raw : ["0.0.0.0/0"];
        return ranges.FirstOrDefault(range => !System.Net.IPNetwork.TryParse(range, out _)) is { } wrong
            ? throw new ReconcileFailure($"service.beta.kubernetes.io/load-balancer-source-ranges: {string.Join(',', ranges)} is not valid. Expecting a comma-separated list of source IP ranges. For example, 10.0.0.0/24,192.168.2.0/24 ({wrong})") : ranges;
    }

    /// <summary>The tags of what is made for a Service.</summary>
    public static Dictionary<string, string> Tags(ClusterView view, JsonObject service)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (Annotation(service, "additional-resource-tags") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')))
        {
            tags[pair[0]] = pair.Length > 1 ? pair[1] : "";
        }

        tags["kubernetes.io/service-name"] = $"{service.Namespace()}/{service.Name()}";
        tags[view.OwnerTag] = "owned";
        return tags;
    }

    /// <summary>Whether a node answers for a Service: with the policy Local only where a pod is.</summary>
    public static bool Answers(ClusterView view, JsonObject service, string node)
    {
        var endpoints = view.Endpoints(service.Namespace(), service.Name());
        return service.Text("spec", "externalTrafficPolicy") == "Local" ? endpoints.Any(endpoint => endpoint.Node == node) : endpoints.Count > 0;
    }

    /// <summary>Whether TLS ends at a port: those that the annotation names, by number or name, or all.</summary>
    public static bool IsSecure(JsonObject service, JsonObject port)
    {
        var ports = Annotation(service, "ssl-ports");
        return Annotation(service, "ssl-cert") is { Length: > 0 } && (ports is null or "" or "*" || ports.Split(',') is var named && (named.Contains($"{port.Number("port")}") || (port.Text("name") is { } name && named.Contains(name))));
    }
}
