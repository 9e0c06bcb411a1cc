using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>What the AWS Load Balancer Controller makes of a Service: a Network Load Balancer. Facts: its pkg/service.</summary>
internal sealed class ServiceModelBuilder(ClusterView view)
{
    public const string Prefix = "service.beta.kubernetes.io";

    private const string Lb = "aws-load-balancer-";

    /// <summary>The load balancer that a Service asks for.</summary>
    /// <param name="existing">The one that it has.</param>
    /// <exception cref="ReconcileFailure">It asks for what cannot be.</exception>
    public BalancerModel Build(JsonObject service, LoadBalancer? existing)
    {
        var annotations = new AnnotationReader(Prefix, service);
        var scheme = Scheme(annotations, existing);
        var addressType = annotations.Text(Lb + "ip-address-type") ?? "ipv4";
        if (addressType is not ("ipv4" or "dualstack"))
        {
            throw new ReconcileFailure($"unknown IPAddressType: {addressType}");
        }

        var subnets = Subnets(annotations, scheme, existing);
        if (addressType == "dualstack")
        {
            throw new ReconcileFailure($"subnets [{string.Join(' ', subnets.Select(subnet => subnet.Id))}] do not have an associated IPv6 CIDR block, which is required for dualstack load balancers");
        }

        var attributes = Attributes(annotations);
        var groups = annotations.List(Lb + "security-groups") ?? [];
        var bare = existing is { SecurityGroupIds.Count: 0 };
        if (annotations.Flag(Lb + "disable-nlb-sg") == true && !bare)
        {
            bare = existing is null ? true : throw new ReconcileFailure("conflicting security groups configuration");
        }

        var managed = !bare && groups.Count == 0;
        return new BalancerModel
        {
            Name = Name(annotations, service, scheme), Type = "network", Scheme = scheme, IpAddressType = addressType, Attributes = attributes, Tags = annotations.Map(Lb + "additional-resource-tags"),
            Mappings = Map(annotations, scheme, subnets),
            ManagedGroup = managed ? BalancerModel.MakeName(service.Namespace() ?? "", service.Name(), view.Cluster.Name, service.Name(), service.Namespace() ?? "", service.Uid()) : null,
            ManagedRules = managed ? Rules(service, annotations) : [],
            GroupIds = bare ? [] : new GroupResolver(view).Resolve(groups),
            HasBackendGroup = managed || (!bare && annotations.Flag(Lb + "manage-backend-security-group-rules") == true),
            Listeners = Listeners(service, annotations),
        };
    }

    private static string Scheme(AnnotationReader annotations, LoadBalancer? existing)
    {
        if (annotations.Text(Lb + "scheme") is { } scheme)
        {
            return scheme is LoadBalancer.Internal or LoadBalancer.InternetFacing ? scheme : throw new ReconcileFailure($"unknown scheme: {scheme}");
        }

        return annotations.Flag(Lb + "internal") switch
        {
            false => LoadBalancer.InternetFacing,
            true => LoadBalancer.Internal,
            null => existing?.Scheme ?? LoadBalancer.Internal,
        };
    }

    private IReadOnlyList<Subnet> Subnets(AnnotationReader annotations, string scheme, LoadBalancer? existing)
    {
        var choice = new SubnetChoice(view);
        return annotations.List(Lb + "subnets") is { } named ? choice.ForController(named, isApplication: false)
            : existing?.Scheme == scheme ? choice.ForController([.. existing.SubnetIds], isApplication: false)
            : choice.ForController(scheme == LoadBalancer.Internal, isApplication: false);
    }

    private List<SubnetMapping> Map(AnnotationReader annotations, string scheme, IReadOnlyList<Subnet> subnets)
    {
        var (allocations, addresses) = (annotations.List(Lb + "eip-allocations"), annotations.List(Lb + "private-ipv4-addresses"));
        if (allocations is not null && scheme != LoadBalancer.InternetFacing)
        {
            throw new ReconcileFailure("EIP allocations can only be set for internet facing load balancers");
        }

        if (allocations is not null && allocations.Count != subnets.Count)
        {
            throw new ReconcileFailure($"count of EIP allocations ({allocations.Count}) and subnets ({subnets.Count}) must match");
        }

        if (addresses is not null && scheme != LoadBalancer.Internal)
        {
            throw new ReconcileFailure("private IPv4 addresses can only be set for internal load balancers");
        }

        if (addresses is not null && addresses.Count != subnets.Count)
        {
            throw new ReconcileFailure($"count of private IPv4 addresses ({addresses.Count}) and subnets ({subnets.Count}) must match");
        }

        if (addresses?.FirstOrDefault(address => !System.Net.IPAddress.TryParse(address, out _)) is { } wrong)
        {
            throw new ReconcileFailure($"private IPv4 addresses must be valid IP address: {wrong}");
        }

        if (annotations.List(Lb + "ipv6-addresses") is not null)
        {
            throw new ReconcileFailure("IPv6 addresses can only be set for dualstack load balancers");
        }

        return
        [
            .. subnets.Select((subnet, index) => new SubnetMapping(subnet,
                allocations is null ? null : view.Ec2.Find<ElasticIp>(allocations[index]) ?? throw new ReconcileFailure(ReconcileFailure.Word("Elastic Load Balancing v2", "CreateLoadBalancer", ElbErrors.AddressUnavailable(allocations[index]))),
                addresses is null ? null : Within(subnet, addresses))),
        ];
    }

    private static string Within(Subnet subnet, IReadOnlyList<string> addresses)
    {
        var network = System.Net.IPNetwork.Parse(subnet.Cidr.ToString());
        return addresses.Where(address => network.Contains(System.Net.IPAddress.Parse(address))).ToList() is [var only] ? only
            : throw new ReconcileFailure($"expect one private IPv4 address configured for subnet: {subnet.Id}");
    }

    private static Dictionary<string, string> Attributes(AnnotationReader annotations)
    {
        var attributes = annotations.Map(Lb + "attributes");
        void Old(string attribute, string? value)
        {
            if (value is not null)
            {
                attributes.TryAdd(attribute, value);
            }
        }

        Old("access_logs.s3.enabled", annotations.Flag(Lb + "access-log-enabled") is { } log ? (log ? "true" : "false") : null);
        Old("access_logs.s3.bucket", annotations.Text(Lb + "access-log-s3-bucket-name"));
        Old("access_logs.s3.prefix", annotations.Text(Lb + "access-log-s3-bucket-prefix"));
        Old("load_balancing.cross_zone.enabled", annotations.Flag(Lb + "cross-zone-load-balancing-enabled") is { } cross ? (cross ? "true" : "false") : null);
        return attributes;
    }

    private string Name(AnnotationReader annotations, JsonObject service, string scheme) => annotations.Text(Lb + "name") is not { } name
        ? BalancerModel.MakeName(service.Namespace() ?? "", service.Name(), view.Cluster.Name, service.Uid(), scheme)
        : name.Length <= 32 ? name : throw new ReconcileFailure("load balancer name cannot be longer than 32 characters");

    private static List<SecurityGroupRule> Rules(JsonObject service, AnnotationReader annotations)
    {
        var own = service.Texts("spec", "loadBalancerSourceRanges");
        var ranges = own.Count > 0 ? own : annotations.List("load-balancer-source-ranges") ?? [];
        var lists = annotations.List(Lb + "security-group-prefix-lists") ?? [];
        ranges = ranges.Count > 0 ? ranges : lists.Count > 0 ? [] : ["0.0.0.0/0"];
        if (ranges.FirstOrDefault(range => range.Contains(':', StringComparison.Ordinal)) is not null)
        {
            throw new ReconcileFailure("unsupported IPv6 configuration, lb not dual-stack");
        }

        return
        [
            .. service.Objects("spec", "ports").SelectMany(port =>
            {
                var (number, protocol) = ((int?)port.Number("port"), (port.Text("protocol") ?? "TCP").ToLowerInvariant());
                return ranges.Select(range => NodeGroupRules.FromCidr(range, protocol, number, number)).Concat(lists.Select(list => new SecurityGroupRule("", false, protocol, number, number, null, null, null, list, null)));
            }),
        ];
    }

    private List<ListenerModel> Listeners(JsonObject service, AnnotationReader annotations)
    {
        var ports = service.Objects("spec", "ports").ToList();
        var certificates = annotations.List(Lb + "ssl-cert") ?? [];
        var secured = annotations.List(Lb + "ssl-ports") ?? [];
        if (secured.Where(wanted => !ports.Exists(port => IsNamed(port, wanted))).ToList() is { Count: > 0 } unused)
        {
            throw new ReconcileFailure($"Unused port in ssl-ports annotation [{string.Join(' ', unused)}]");
        }

        var targets = new ServiceTargets(view);
        return
        [
            .. ports.Select(port =>
            {
                var protocol = port.Text("protocol") ?? "TCP";
                var secure = protocol != "UDP" && certificates.Count > 0 && (secured.Count == 0 || secured.Any(wanted => IsNamed(port, wanted)));
                return new ListenerModel((int)port.Number("port")!, secure ? "TLS" : protocol)
                {
                    Certificates = secure ? certificates : [], SslPolicy = secure ? annotations.Text(Lb + "ssl-negotiation-policy") : null, AlpnPolicy = secure ? Alpn(annotations) : null,
                    Default = targets.Build(service, port, secure && annotations.Text(Lb + "backend-protocol") == "ssl" ? "TLS" : protocol, annotations),
                };
            }),
        ];
    }

    private static bool IsNamed(JsonObject port, string wanted) => port.Text("name") == wanted || $"{port.Number("port")}" == wanted;

    private static string? Alpn(AnnotationReader annotations) => annotations.Text(Lb + "alpn-policy") is not { } policy ? null
        : policy is "None" or "HTTP1Only" or "HTTP2Only" or "HTTP2Optional" or "HTTP2Preferred" ? policy
        : throw new ReconcileFailure($"invalid ALPN policy {policy}, policy must be one of [None, HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred]");
}
