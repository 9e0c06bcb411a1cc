using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;
using static EksTools.Sandbox.LoadBalancing.LegacyCloudProvider;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>The legacy cloud provider's Classic Load Balancers, with a security group each.</summary>
internal sealed class LegacyClassicBalancer(ClusterView view)
{
    private const string Sdk = "Elastic Load Balancing";

    private readonly NodeGroupRules _rules = new(view);

    public ClassicLoadBalancer? Find(JsonObject service) => view.Elb.Classic.Find(balancer => balancer.Name == NameOf(service));

    /// <summary>Makes or changes the load balancer; its host name.</summary>
    public string Ensure(JsonObject service, bool isInternal, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        if (Annotation(service, "proxy-protocol") is { Length: > 0 } proxy and not "*")
        {
            throw new ReconcileFailure($"annotation \"service.beta.kubernetes.io/aws-load-balancer-proxy-protocol\"=\"{proxy}\" detected, but the only value supported currently is '*'");
        }

        List<ClassicListener> listeners = [.. service.Objects("spec", "ports").Where(port => port.Number("nodePort") > 0).Select(port => Listener(service, port))];
        var attributes = ReadAttributes(service);
        var subnets = ChooseSubnets(view, service, isInternal);
        var groups = EnsureGroups(service);
        var balancer = Find(service) ?? Call("error creating load balancer", Sdk, "CreateLoadBalancer",
            () => view.Elb.CreateClassic(NameOf(service), isInternal ? LoadBalancer.Internal : LoadBalancer.InternetFacing, subnets, groups, Tags(view, service)));
        balancer.Listeners.Clear();
        balancer.Listeners.AddRange(listeners);
        balancer.SecurityGroupIds.Clear();
        balancer.SecurityGroupIds.AddRange(groups);
        ElbRegion.SetGroups(balancer.Interfaces, groups);
        foreach (var (key, value) in Tags(view, service))
        {
            balancer.Tags[key] = value;
        }

        attributes(balancer);
        balancer.ProxyProtocol = Annotation(service, "proxy-protocol") == "*";
        balancer.Check = Check(service, listeners);
        SetNodeRules(groups[0], nodes);
        Register(service, nodes);
        return balancer.DnsName;
    }

    /// <summary>Brings the instances to those of the nodes; true when any came or went.</summary>
    public bool Register(JsonObject service, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        if (Find(service) is not { } balancer)
        {
            return false;
        }

        var before = balancer.Instances.Keys.ToHashSet();
        balancer.Instances.Clear();
        foreach (var (node, instance) in nodes)
        {
            balancer.Instances[instance.Id] = Answers(view, service, node.Name());
        }

        return !before.SetEquals(balancer.Instances.Keys);
    }

    /// <summary>Takes the load balancer and its group away.</summary>
    /// <exception cref="NotYet">Its interfaces still hold the group.</exception>
    public void Delete(JsonObject service)
    {
        var group = view.FindGroup(GroupName(service));
        if (group is not null)
        {
            _rules.Set([], rule => rule.GroupId == group.Id, []);
        }

        if (Find(service) is { } balancer)
        {
            // Groups that the user named stay; what lets them in to the nodes does not.
            foreach (var id in balancer.SecurityGroupIds)
            {
                _rules.Set([], rule => rule.GroupId == id && rule.Protocol == "-1" && id != view.Cluster.ClusterSecurityGroupId, []);
            }

            view.Elb.Delete(balancer);
        }

        if (group is not null)
        {
            view.DeleteGroup(group);
        }
    }

    private static string GroupName(JsonObject service) => "k8s-elb-" + NameOf(service);

    private void SetNodeRules(string groupId, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        var groups = _rules.ForLegacy(nodes.Select(node => node.Instance));
        _rules.Set(groups, rule => rule.GroupId == groupId && rule.Protocol == "-1" && groupId != view.Cluster.ClusterSecurityGroupId, [NodeGroupRules.From(groupId, "-1", null, null)]);
    }

    private List<string> EnsureGroups(JsonObject service)
    {
        static string[] Split(string? text) => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        List<string> groups = [.. Split(Annotation(service, "security-groups"))];
        if (groups.Count == 0)
        {
            var (name, ranges) = (GroupName(service), SourceRanges(service));
            var group = view.FindGroup(name) ?? SecurityGroupOperations.Make(view.Ec2, name, $"Security group for Kubernetes ELB {NameOf(service)} ({service.Namespace()}/{service.Name()})", view.Cluster.VpcId,
                Tags(view, service).Where(tag => tag.Key != "kubernetes.io/service-name").ToDictionary());
            NodeGroupRules.SetIngress(group,
            [
                .. service.Objects("spec", "ports").SelectMany(port => ranges.Select(range => NodeGroupRules.FromCidr(range, "tcp", (int?)port.Number("port"), (int?)port.Number("port")))),
                // For path MTU discovery.
                .. ranges.Select(range => NodeGroupRules.FromCidr(range, "icmp", 3, 4)),
            ]);
            groups.Add(group.Id);
        }

        return [.. groups, .. Split(Annotation(service, "extra-security-groups"))];
    }

    private static ClassicListener Listener(JsonObject service, JsonObject port)
    {
        var (number, nodePort, backend, certificate) = ((int)port.Number("port")!, (int)port.Number("nodePort")!, Annotation(service, "backend-protocol"), Annotation(service, "ssl-cert"));
        if (!IsSecure(service, port))
        {
            return backend == "http" ? new ClassicListener("HTTP", number, "HTTP", nodePort, null) : new ClassicListener("TCP", number, "TCP", nodePort, null);
        }

        return backend switch
        {
            null or "" => new ClassicListener("SSL", number, "TCP", nodePort, certificate),
            "https" or "http" => new ClassicListener("HTTPS", number, backend.ToUpperInvariant(), nodePort, certificate),
            "ssl" or "tcp" => new ClassicListener("SSL", number, backend.ToUpperInvariant(), nodePort, certificate),
            _ => throw new ReconcileFailure($"Invalid backend protocol {backend} for {certificate} in service.beta.kubernetes.io/aws-load-balancer-backend-protocol"),
        };
    }

    private static Action<ClassicLoadBalancer> ReadAttributes(JsonObject service)
    {
        T? Read<T>(string suffix, Func<string, T?> parse) where T : struct => Annotation(service, suffix) is not { Length: > 0 } raw ? null
            : parse(raw) ?? throw new ReconcileFailure($"error parsing service annotation: service.beta.kubernetes.io/aws-load-balancer-{suffix}={raw}");
        bool? Flag(string suffix) => Read(suffix, AnnotationReader.GoBool);
        int? Number(string suffix) => Read<int>(suffix, raw => int.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null);
        var (interval, log, draining, drainingTimeout, idle, cross) = (Number("access-log-emit-interval"), Flag("access-log-enabled"), Flag("connection-draining-enabled"), Number("connection-draining-timeout"),
            Number("connection-idle-timeout"), Flag("cross-zone-load-balancing-enabled"));
        return balancer =>
        {
            (balancer.AccessLog, balancer.AccessLogInterval, balancer.AccessLogBucket, balancer.AccessLogPrefix) = (log ?? false, interval, Annotation(service, "access-log-s3-bucket-name"), Annotation(service, "access-log-s3-bucket-prefix"));
            (balancer.Draining, balancer.DrainingTimeout, balancer.IdleTimeout, balancer.CrossZone) = (draining ?? false, drainingTimeout ?? 300, idle ?? 60, cross ?? false);
        };
    }

    private static ClassicHealthCheck Check(JsonObject service, List<ClassicListener> listeners)
    {
        int Number(string suffix, int otherwise) => Annotation(service, "healthcheck-" + suffix) is not { Length: > 0 } raw ? otherwise
            : int.TryParse(raw, CultureInfo.InvariantCulture, out var number) ? number : throw new ReconcileFailure($"failed parsing health check annotation value: strconv.ParseInt: parsing \"{raw}\": invalid syntax");
        var secure = Annotation(service, "backend-protocol")?.ToLowerInvariant() is "https" or "ssl";
        var local = service.Text("spec", "externalTrafficPolicy") == "Local" && service.Number("spec", "healthCheckNodePort") is > 0;
        var port = listeners.Count > 0 ? listeners[0].InstancePort : 0;
        var target = local ? $"HTTP:{service.Number("spec", "healthCheckNodePort")}/healthz" : $"{(secure ? "SSL" : "TCP")}:{port}";
        return new(target, Number("interval", 10), Number("timeout", 5), Number("unhealthy-threshold", 6), Number("healthy-threshold", 2));
    }
}
