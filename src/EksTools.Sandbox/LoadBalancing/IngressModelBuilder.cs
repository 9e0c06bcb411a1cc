using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>What the AWS Load Balancer Controller makes of a group of Ingresses: an Application Load Balancer. Facts: its pkg/ingress.</summary>
internal sealed class IngressModelBuilder(ClusterView view)
{
    private readonly IngressTargets _targets = new(view);

    /// <summary>The load balancer that a group asks for.</summary>
    /// <param name="existing">The one that it has.</param>
    /// <exception cref="ReconcileFailure">It asks for what cannot be.</exception>
    public BalancerModel Build(IngressGroup group, LoadBalancer? existing)
    {
        var ports = Ports(group);
        var scheme = One(group, "scheme", "scheme", "scheme") ?? LoadBalancer.Internal;
        if (scheme is not (LoadBalancer.Internal or LoadBalancer.InternetFacing))
        {
            throw new ReconcileFailure($"unknown scheme: {scheme}");
        }

        var addressType = One(group, "ip-address-type", "ipAddressType", "IPAddressType") ?? "ipv4";
        if (addressType is not ("ipv4" or "dualstack" or "dualstack-without-public-ipv4"))
        {
            throw new ReconcileFailure($"unknown IPAddressType: {addressType}");
        }

        var subnets = Subnets(group, scheme, existing);
        if (addressType != "ipv4")
        {
            throw new ReconcileFailure($"subnets [{string.Join(' ', subnets.Select(subnet => subnet.Id))}] do not have an associated IPv6 CIDR block, which is required for {addressType} load balancers");
        }

        var groups = Groups(group);
        return new BalancerModel
        {
            Name = Name(group, scheme), Type = "application", Scheme = scheme, IpAddressType = addressType, Mappings = [.. subnets.Select(subnet => new SubnetMapping(subnet))],
            Attributes = Merge(group, "load-balancer-attributes"), Tags = Merge(group, "tags"),
            ManagedGroup = groups.Count > 0 ? null : MakeName(group, ["managed"]), ManagedRules = groups.Count > 0 ? [] : Rules(group, ports), GroupIds = groups,
            HasBackendGroup = groups.Count == 0 || group.Members.Exists(member => member.Annotations.Flag("manage-backend-security-group-rules") == true),
            Listeners = [.. ports.Select(port => Listener(group, port.Key, port.Value))],
        };
    }

    private static SortedDictionary<int, (string Protocol, List<ClassifiedIngress> Members)> Ports(IngressGroup group)
    {
        var ports = new SortedDictionary<int, (string Protocol, List<ClassifiedIngress> Members)>();
        foreach (var member in group.Members)
        {
            foreach (var (port, protocol) in Ports(member))
            {
                if (!ports.TryGetValue(port, out var shared))
                {
                    ports[port] = shared = (protocol, []);
                }

                if (shared.Protocol != protocol)
                {
                    throw new ReconcileFailure($"failed to merge listenPort config for port: {port}: conflicting protocol, {shared.Members[0].Key}: {shared.Protocol} | {member.Key}: {protocol}");
                }

                shared.Members.Add(member);
            }
        }

        return ports;
    }

    private static IEnumerable<(int Port, string Protocol)> Ports(ClassifiedIngress member)
    {
        if (member.Annotations.Text("listen-ports") is not { } raw)
        {
            return Certificates(member).Count > 0 ? [(443, "HTTPS")] : [(80, "HTTP")];
        }

        try
        {
            var entries = JsonNode.Parse(raw) as JsonArray ?? throw new JsonException("cannot unmarshal into Go value of type []map[string]int32");
            List<(int, string)> ports = [.. entries.OfType<JsonObject>().SelectMany(entry => entry).Select(entry => ((int)(entry.Value.Number() ?? throw new JsonException("a port is no number")), entry.Key))];
            return ports.Count == 0 ? throw new ReconcileFailure($"ingress: {member.Key}: empty listen-ports configuration: `{raw}`")
                : ports.Exists(port => port.Item1 is < 1 or > 65535) ? throw new ReconcileFailure($"ingress: {member.Key}: listen port must be within [1, 65535]: {ports.Find(port => port.Item1 is < 1 or > 65535).Item1}")
                : ports.Exists(port => port.Item2 is not ("HTTP" or "HTTPS")) ? throw new ReconcileFailure($"ingress: {member.Key}: listen protocol must be within [HTTP, HTTPS]: {ports.Find(port => port.Item2 is not ("HTTP" or "HTTPS")).Item2}")
                : ports;
        }
        catch (JsonException wrong)
        {
            throw new ReconcileFailure($"ingress: {member.Key}: failed to parse listen-ports configuration: `{raw}`: {wrong.Message}");
        }
    }

    private static IReadOnlyList<string> Certificates(ClassifiedIngress member) => member.Parameters.Texts("spec", "certificateArn") is { Count: > 0 } shared ? shared : member.Parameters.Texts("spec", "certificateARNs") is { Count: > 0 } automatic ? automatic : member.Annotations.List("certificate-arn") ?? [];

    private ListenerModel Listener(IngressGroup group, int number, (string Protocol, List<ClassifiedIngress> Members) port)
    {
        List<string> certificates = port.Protocol == "HTTPS" ? [.. port.Members.SelectMany(Certificates).Distinct()] : [];
        if (port.Protocol == "HTTPS" && certificates.Count == 0)
        {
            // The account has no certificates to be found by their names.
            var hosts = port.Members.SelectMany(member => member.Ingress.Objects("spec", "tls").SelectMany(tls => tls.Texts("hosts")).Concat(member.Ingress.Objects("spec", "rules").Select(rule => rule.Text("host")).OfType<string>())).ToList();
            throw new ReconcileFailure(hosts.Count > 0 ? $"ingress: {port.Members[0].Key}: no certificate found for host: {hosts[0]}" : ReconcileFailure.Word("Elastic Load Balancing v2", "CreateListener", ElbErrors.Invalid("A certificate must be specified for HTTPS listeners")));
        }

        var defaults = port.Members.Where(member => member.Ingress.Object("spec", "defaultBackend") is not null).ToList();
        if (defaults.Count > 1)
        {
            throw new ReconcileFailure($"multiple ingress defined default backend: [{string.Join(' ', defaults.Select(member => member.Key))}]");
        }

        TargetModel? Target(ClassifiedIngress member, JsonObject path) => _targets.Build(group, member, path.Object("backend") ?? []);
        return new ListenerModel(number, port.Protocol)
        {
            Certificates = certificates, SslPolicy = port.Members.Select(member => member.Annotations.Text("ssl-policy")).FirstOrDefault(policy => policy is not null),
            Default = (defaults is [var only]) ? _targets.Build(group, only, only.Ingress.Object("spec", "defaultBackend")!) : null,
            Rules =
            [
                .. from member in port.Members
                   from rule in member.Ingress.Objects("spec", "rules")
                   from path in rule.Objects("http", "paths")
                   from pattern in Patterns(path)
                   select new RuleModel(rule.Text("host"), pattern, Target(member, path)),
            ],
        };
    }

    private static IEnumerable<string> Patterns(JsonObject path)
    {
        var text = path.Text("path") is { Length: > 0 } given ? given : "/";
        return path.Text("pathType") != "Prefix" ? [text] : text == "/" ? ["/*"] : [text.TrimEnd('/'), text.TrimEnd('/') + "/*"];
    }

    private IReadOnlyList<Subnet> Subnets(IngressGroup group, string scheme, LoadBalancer? existing)
    {
        var choice = new SubnetChoice(view);
        var named = group.Members.Select(member => member.Parameters.Texts("spec", "subnets", "ids") is { Count: > 0 } ids ? ids : member.Annotations.List("subnets")).OfType<IReadOnlyList<string>>().ToList();
        if (named.Find(other => !other.ToHashSet().SetEquals(named[0])) is { } another)
        {
            throw new ReconcileFailure($"conflicting subnets: [{string.Join(' ', named[0])}] | [{string.Join(' ', another)}]");
        }

        return named.Count > 0 ? choice.ForController(named[0], isApplication: true)
            : existing?.Scheme == scheme ? choice.ForController([.. existing.SubnetIds], isApplication: true)
            : choice.ForController(scheme == LoadBalancer.Internal, isApplication: true);
    }

    private IReadOnlyList<string> Groups(IngressGroup group)
    {
        var named = group.Members.Select(member => member.Annotations.List("security-groups")).OfType<IReadOnlyList<string>>().ToList();
        return named.Find(other => !other.SequenceEqual(named[0])) is { } another
            ? throw new ReconcileFailure($"conflicting securityGroups: [{string.Join(' ', named[0])}] | [{string.Join(' ', another)}]") : new GroupResolver(view).Resolve(named.FirstOrDefault() ?? []);
    }

    private static List<SecurityGroupRule> Rules(IngressGroup group, SortedDictionary<int, (string Protocol, List<ClassifiedIngress> Members)> ports) =>
    [
        .. ports.SelectMany(port => Ranges(port.Value.Members).Select(range => NodeGroupRules.FromCidr(range, "tcp", port.Key, port.Key))),
    ];

    private static List<string> Ranges(List<ClassifiedIngress> members)
    {
        List<string> ranges = [.. members.SelectMany(member => member.Parameters.Texts("spec", "inboundCIDRs") is { Count: > 0 } shared ? shared : member.Annotations.List("inbound-cidrs") ?? []).Distinct()];
        return ranges.Count > 0 ? ranges : ["0.0.0.0/0"];
    }

    private string Name(IngressGroup group, string scheme)
    {
        List<string> names = [.. group.Members.Select(member => member.Parameters.Text("spec", "loadBalancerName") ?? member.Annotations.Text("load-balancer-name")).OfType<string>().Distinct()];
        return names.Count switch
        {
            0 => MakeName(group, [scheme]),
            1 => names[0].Length <= 32 ? names[0] : throw new ReconcileFailure("load balancer name cannot be longer than 32 characters"),
            _ => throw new ReconcileFailure($"conflicting load balancer name: map[{string.Join(' ', names.Order(StringComparer.Ordinal).Select(name => name + ":{}"))}]"),
        };
    }

    private string MakeName(IngressGroup group, ReadOnlySpan<string> more) => group.Name is { } name
        ? BalancerModel.MakeGroupName(name, [view.Cluster.Name, group.Id, .. more])
        : BalancerModel.MakeName(group.Id.Split('/')[0], group.Id.Split('/')[1], [view.Cluster.Name, group.Id, .. more]);

    private static string? One(IngressGroup group, string suffix, string parameter, string what)
    {
        List<string> values = [.. group.Members.Select(member => member.Parameters.Text("spec", parameter) ?? member.Annotations.Text(suffix)).OfType<string>().Distinct()];
        return values.Count <= 1 ? values.FirstOrDefault() : throw new ReconcileFailure($"conflicting {what}: map[{string.Join(' ', values.Order(StringComparer.Ordinal).Select(value => value + ":{}"))}]");
    }

    private static Dictionary<string, string> Merge(IngressGroup group, string suffix)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in group.Members.SelectMany(member => member.Annotations.Map(suffix)))
        {
            if (!merged.TryAdd(key, value) && merged[key] != value)
            {
                throw new ReconcileFailure(suffix == "tags" ? $"conflicting tag {key}: {merged[key]} | {value}" : $"conflicting loadBalancerAttribute {key}: {merged[key]} | {value}");
            }
        }

        return merged;
    }
}
