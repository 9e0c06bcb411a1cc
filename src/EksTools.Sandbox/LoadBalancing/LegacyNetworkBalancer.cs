using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.LoadBalancing.LegacyCloudProvider;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>The legacy cloud provider's Network Load Balancers: instance targets, no security group, clients let in to the nodes directly.</summary>
internal sealed class LegacyNetworkBalancer(ClusterView view)
{
    private const string Sdk = "Elastic Load Balancing v2";
    private const string Description = "kubernetes.io/rule/nlb/";

    private readonly NodeGroupRules _rules = new(view);

    public LoadBalancer? Find(JsonObject service) => view.Elb.LoadBalancers.Find(balancer => balancer.Name == NameOf(service));

    /// <summary>Makes or changes the load balancer; its host name.</summary>
    public string Ensure(JsonObject service, bool isInternal, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        var check = Check(service);
        var attributes = TargetAttributes(service);
        var subnets = ChooseSubnets(view, service, isInternal);
        var mappings = Map(service, subnets, isInternal);
        var tags = Tags(view, service);
        var balancer = Find(service) ?? Call("error creating load balancer", Sdk, "CreateLoadBalancer", () => view.Elb.Create(new LoadBalancerDesign
        {
            Name = NameOf(service), Type = "network", Scheme = isInternal ? LoadBalancer.Internal : LoadBalancer.InternetFacing, Mappings = mappings, Tags = tags,
        }));
        foreach (var (key, value) in tags)
        {
            balancer.Tags[key] = value;
        }

        if (Annotation(service, "cross-zone-load-balancing-enabled") is { Length: > 0 } cross)
        {
            var enabled = AnnotationReader.GoBool(cross) ?? throw new ReconcileFailure($"error parsing service annotation: service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled={cross}");
            balancer.Attributes["load_balancing.cross_zone.enabled"] = enabled ? "true" : "false";
        }

        SetListeners(service, balancer, check, attributes, tags);
        SetNodeRules(service, balancer, check, nodes);
        Register(service, nodes);
        return balancer.DnsName;
    }

    /// <summary>Brings the targets to the nodes; true when any came or went.</summary>
    public bool Register(JsonObject service, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        var changed = false;
        foreach (var group in Find(service)?.Listeners.Select(listener => listener.Default).OfType<TargetGroup>() ?? [])
        {
            var before = group.Targets.Keys.Select(target => target.Id).ToHashSet();
            group.SetTargets(nodes.Select(node => new Target(node.Instance.Id, group.Port, node.Instance.Interface.Subnet.Zone.Name) { Answers = Answers(view, service, node.Node.Name()) }), view.Account.Now);
            changed |= !before.SetEquals(group.Targets.Keys.Select(target => target.Id));
        }

        return changed;
    }

    /// <summary>Takes the load balancer, its target groups and its rules away.</summary>
    public void Delete(JsonObject service)
    {
        if (Find(service) is { } balancer)
        {
            List<TargetGroup> groups = [.. balancer.Listeners.Select(listener => listener.Default).OfType<TargetGroup>()];
            view.Elb.Delete(balancer);
            view.Elb.TargetGroups.RemoveAll(groups.Contains);
            _rules.Set([], rule => IsRuleOf(rule, balancer.Name), []);
        }
    }

    private static bool IsRuleOf(SecurityGroupRule rule, string name) => rule.Description is { } text && text.StartsWith(Description, StringComparison.Ordinal) && text.EndsWith("=" + name, StringComparison.Ordinal);

    private void SetListeners(JsonObject service, LoadBalancer balancer, HealthCheck check, Dictionary<string, string> attributes, Dictionary<string, string> tags)
    {
        var wanted = service.Objects("spec", "ports").Where(port => port.Number("nodePort") > 0).ToDictionary(port => (int)port.Number("port")!);
        var before = balancer.Listeners.Select(listener => listener.Default).OfType<TargetGroup>().ToList();
        balancer.Listeners.RemoveAll(listener => !wanted.ContainsKey(listener.Port));
        foreach (var (number, port) in wanted)
        {
            var (secure, protocol, nodePort) = (IsSecure(service, port), port.Text("protocol") ?? "TCP", (int)port.Number("nodePort")!);
            var behind = secure && Annotation(service, "backend-protocol") == "ssl" ? "TLS" : protocol;
            var name = GroupName(service, number, nodePort, behind, check);
            var group = view.Elb.TargetGroups.Find(other => other.Name == name);
            if (group is null)
            {
                view.Elb.TargetGroups.Add(group = new TargetGroup(view.Elb, name, behind, nodePort, view.Cluster.VpcId, "instance") { Tags = new(tags) });
            }

            group.Check = check;
            try
            {
                LoadBalancerAttributes.Set(group.Attributes, attributes);
                var listener = balancer.Listeners.Find(other => other.Port == number)
                    ?? ListenerOperations.Add(balancer, number, secure ? "TLS" : protocol, secure ? [Annotation(service, "ssl-cert")!] : [], group);
                listener.Default = group;
                listener.SslPolicy = secure ? Annotation(service, "ssl-negotiation-policy") ?? listener.SslPolicy : null;
            }
            catch (AwsException refused)
            {
                throw new ReconcileFailure($"error creating listener: \"{ReconcileFailure.Word(Sdk, "CreateListener", refused)}\"");
            }
        }

        view.Elb.TargetGroups.RemoveAll(group => before.Contains(group) && !group.UsedBy(view.Elb).Any());
    }

    private void SetNodeRules(JsonObject service, LoadBalancer balancer, HealthCheck check, IReadOnlyList<(JsonObject Node, Instance Instance)> nodes)
    {
        var groups = _rules.ForLegacy(nodes.Select(node => node.Instance));
        var ports = service.Objects("spec", "ports").Where(port => port.Number("nodePort") > 0).ToList();
        var protocol = ports.Exists(port => port.Text("protocol") == "UDP") ? "udp" : "tcp";
        List<string> subnets = [.. balancer.Interfaces.Select(item => item.Subnet.Cidr.ToString())];
        List<int> checks = [.. (int.TryParse(check.Port, CultureInfo.InvariantCulture, out var fixedPort) ? [fixedPort] : ports.Select(port => (int)port.Number("nodePort")!)).Distinct()];
        List<string> clients = [.. SourceRanges(service)];
        List<SecurityGroupRule> rules =
        [
            .. ports.SelectMany(port => clients.Select(range => NodeGroupRules.FromCidr(range, protocol, (int?)port.Number("nodePort"), (int?)port.Number("nodePort"), $"{Description}client={balancer.Name}"))),
            .. clients.Select(range => NodeGroupRules.FromCidr(range, "icmp", 3, 4, $"{Description}mtu={balancer.Name}")),
            // Where the clients' rule lets everybody in, that for the health checks would be the same once more.
            .. checks.SelectMany(port => subnets.Select(range => NodeGroupRules.FromCidr(range, "tcp", port, port, $"{Description}health={balancer.Name}"))),
        ];
        _rules.Set(groups, rule => IsRuleOf(rule, balancer.Name), rules);
    }

    private List<SubnetMapping> Map(JsonObject service, IReadOnlyList<Subnet> subnets, bool isInternal)
    {
        static string[]? Split(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var (addresses, privates) = (Split(Annotation(service, "eip-allocations")), Split(Annotation(service, "private-ipv4-addresses")));
        if (addresses is { Length: > 0 } && addresses.Length != subnets.Count)
        {
            throw new ReconcileFailure($"error creating load balancer: Must have same number of EIP AllocationIDs ({addresses.Length}) and SubnetIDs ({subnets.Count})");
        }

        if (isInternal && privates is { Length: > 0 } && privates.Length != subnets.Count)
        {
            throw new ReconcileFailure($"error creating load balancer: Must have same number of Private IPv4Addresses ({privates.Length}) and SubnetIDs ({subnets.Count})");
        }

        return [.. subnets.Select((subnet, index) => new SubnetMapping(subnet, addresses is { Length: > 0 } ? Address(addresses[index]) : null, isInternal && privates is { Length: > 0 } ? privates[index] : null))];
    }

    private ElasticIp Address(string id) => view.Ec2.Find<ElasticIp>(id) ?? throw new ReconcileFailure($"error creating load balancer: \"{ReconcileFailure.Word(Sdk, "CreateLoadBalancer", ElbErrors.AddressUnavailable(id))}\"");

    private static HealthCheck Check(JsonObject service)
    {
        var local = service.Text("spec", "externalTrafficPolicy") == "Local" && service.Number("spec", "healthCheckNodePort") is > 0;
        int Number(string suffix, int otherwise) => Annotation(service, "healthcheck-" + suffix) is not { Length: > 0 } raw ? otherwise
            : int.TryParse(raw, CultureInfo.InvariantCulture, out var number) ? number : throw new ReconcileFailure($"failed to parse health check {suffix}: strconv.ParseInt: parsing \"{raw}\": invalid syntax");
        var protocol = (Annotation(service, "healthcheck-protocol") ?? (local ? "HTTP" : "TCP")).ToUpperInvariant();
        if (protocol is not ("TCP" or "HTTP" or "HTTPS"))
        {
            throw new ReconcileFailure($"Unsupported health check protocol {protocol}");
        }

        var threshold = local ? 2 : 3;
        var (healthy, unhealthy) = (Number("healthy-threshold", threshold), Number("unhealthy-threshold", threshold));
        if (healthy != unhealthy)
        {
            throw new ReconcileFailure($"some of the load balancer health check parameters are invalid: UnhealthyThreshold ({unhealthy}) must be the same as HealthyThreshold ({healthy})");
        }

        var port = Annotation(service, "healthcheck-port") ?? (local ? $"{service.Number("spec", "healthCheckNodePort")}" : "traffic-port");
        return new(protocol, port, protocol == "TCP" ? null : Annotation(service, "healthcheck-path") ?? (local ? "/healthz" : "/"), Number("interval", local ? 10 : 30), Number("timeout", 10), healthy, unhealthy, protocol == "TCP" ? null : "200-399");
    }

    private static Dictionary<string, string> TargetAttributes(JsonObject service)
    {
        const string Prefix = "error validating target group attributes";
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (Annotation(service, "target-group-attributes") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')))
        {
            var (key, value) = (pair[0], pair.Length > 1 ? pair[1] : "");
            attributes[key] = value.Length == 0 ? throw new ReconcileFailure($"{Prefix}: attribute value is empty for \"{key}\"")
                : key is not ("preserve_client_ip.enabled" or "proxy_protocol_v2.enabled") ? throw new ReconcileFailure($"{Prefix}: the attribute \"{key}\" is not supported by the controller or is invalid")
                : value is not ("true" or "false") ? throw new ReconcileFailure($"{Prefix}: invalid attribute value for \"{key}\": {value}")
                : value == "false" && key == "preserve_client_ip.enabled" && service.Objects("spec", "ports").Any(port => port.Text("protocol") == "UDP") ? throw new ReconcileFailure($"{Prefix}: client IP preservation can't be disabled for UDP ports")
                : value;
        }

        return attributes;
    }

    private string GroupName(JsonObject service, int port, int nodePort, string protocol, HealthCheck check)
    {
        static string Cut(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit).Take(8));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{view.Cluster.Name}{service.Namespace()}{service.Name()}{port}{nodePort}{protocol}instance{check.Protocol}{check.Interval}"));
        return $"k8s-{Cut(service.Namespace() ?? "")}-{Cut(service.Name())}-{Convert.ToHexStringLower(hash)[..10]}";
    }
}
