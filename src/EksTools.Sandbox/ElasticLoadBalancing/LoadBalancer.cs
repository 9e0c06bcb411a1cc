using System.Xml.Linq;
using EksTools.Sandbox.Ec2;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>What a load balancer of the second generation is to be.</summary>
internal sealed record LoadBalancerDesign
{
    public required string Name { get; init; }

    /// <summary><c>application</c> or <c>network</c>.</summary>
    public required string Type { get; init; }

    public required string Scheme { get; init; }

    public required IReadOnlyList<SubnetMapping> Mappings { get; init; }

    public IReadOnlyList<string> SecurityGroupIds { get; init; } = [];

    public string IpAddressType { get; init; } = "ipv4";

    public Dictionary<string, string> Tags { get; init; } = [];

    public bool IsApplication => Type == "application";
}

/// <summary>An Application or Network Load Balancer.</summary>
internal sealed class LoadBalancer
{
    public const string InternetFacing = "internet-facing";
    public const string Internal = "internal";

    private readonly string _id = ElbRegion.NewId();

    public LoadBalancer(ElbRegion elb, LoadBalancerDesign design, string vpcId)
    {
        (Name, Type, Scheme, VpcId, IpAddressType, Tags, Created) = (design.Name, design.Type, design.Scheme, vpcId, design.IpAddressType, design.Tags, elb.Account.Now);
        SecurityGroupIds = [.. design.SecurityGroupIds];
        Arn = elb.Arn($"loadbalancer/{Path}");
        var number = Convert.ToUInt32(_id[..8], 16);
        // The two families put the region at different places, which is how the legacy cloud provider tells them apart.
        DnsName = IsApplication
            ? $"{(Scheme == Internal ? "internal-" : "")}{Name}-{number}.{elb.Region.Name}.elb.{elb.Region.DnsSuffix}"
            : $"{Name}-{_id}.elb.{elb.Region.Name}.{elb.Region.DnsSuffix}";
        Attributes = new(LoadBalancerAttributes.Of(Type), StringComparer.Ordinal);
    }

    public string Name { get; }
    public string Type { get; }
    public string Scheme { get; }
    public string VpcId { get; }
    public string Arn { get; }
    public string DnsName { get; }
    public DateTimeOffset Created { get; }
    public string State { get; set; } = "provisioning";
    public string IpAddressType { get; set; }
    public Dictionary<string, string> Tags { get; }
    public List<string> SecurityGroupIds { get; }
    public List<NetworkInterface> Interfaces { get; } = [];
    public List<Listener> Listeners { get; } = [];
    public SortedDictionary<string, string> Attributes { get; }

    public bool IsApplication => Type == "application";

    /// <summary>As ARNs and interfaces' descriptions have it, such as <c>net/NAME/ID</c>.</summary>
    public string Path => $"{(IsApplication ? "app" : "net")}/{Name}/{_id}";

    public IEnumerable<string> SubnetIds => Interfaces.Select(item => item.SubnetId);

    public XElement?[] Write() =>
    [
        X("LoadBalancerArn", Arn), X("DNSName", DnsName), X("CreatedTime", Created), X("LoadBalancerName", Name), X("Scheme", Scheme), X("VpcId", VpcId), X("State", X("Code", State)), X("Type", Type),
        Members("AvailabilityZones", Interfaces.OrderBy(item => item.Subnet.Zone.Name, StringComparer.Ordinal).Select(item => new[]
        {
            X("ZoneName", item.Subnet.Zone.Name), X("SubnetId", item.SubnetId), Members("LoadBalancerAddresses", Addresses(item)),
        })),
        SecurityGroupIds.Count == 0 ? null : MemberValues("SecurityGroups", SecurityGroupIds), X("IpAddressType", IpAddressType),
    ];

    private static IEnumerable<XElement?[]> Addresses(NetworkInterface item) =>
        item.AllocationId is null ? [] : [[X("IpAddress", item.PublicIp), X("AllocationId", item.AllocationId)]];
}

/// <summary>A listener.</summary>
internal sealed class Listener(LoadBalancer balancer, string arn, int port, string protocol)
{
    public LoadBalancer Balancer { get; } = balancer;
    public string Arn { get; } = arn;
    public int Port { get; set; } = port;
    public string Protocol { get; set; } = protocol;
    public List<string> Certificates { get; init; } = [];
    public string? SslPolicy { get; set; }
    public string? AlpnPolicy { get; set; }
    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>What happens to a request; the last rule is the default.</summary>
    public List<ListenerRule> Rules { get; set; } = [];

    /// <summary>The default action's target group; null for an answer of the listener's own.</summary>
    public TargetGroup? Default { get; set; }

    public XElement?[] Write() =>
    [
        X("ListenerArn", Arn), X("LoadBalancerArn", Balancer.Arn), X("Port", Port), X("Protocol", Protocol),
        Certificates.Count == 0 ? null : Members("Certificates", Certificates.Take(1).Select(certificate => new[] { X("CertificateArn", certificate) })),
        X("SslPolicy", SslPolicy), Members("DefaultActions", [ListenerRule.WriteAction(Default)]), AlpnPolicy is null ? null : MemberValues("AlpnPolicy", [AlpnPolicy]),
    ];

    public IEnumerable<XElement?[]> WriteRules() =>
        Rules.Select((rule, index) => rule.Write(Arn, $"{index + 1}")).Append(new ListenerRule(null, null, Default).Write(Arn, "default"));
}

/// <summary>A rule of a listener: requests for a host and a path go to a target group, or get an answer of its own.</summary>
internal sealed record ListenerRule(string? Host, string? Path, TargetGroup? Target)
{
    private readonly string _id = ElbRegion.NewId();

    public static XElement?[] WriteAction(TargetGroup? target) => target is null
        ? [X("Type", "fixed-response"), X("Order", 1), X("FixedResponseConfig", X("StatusCode", "404"), X("ContentType", "text/plain"))]
        : [X("Type", "forward"), X("TargetGroupArn", target.Arn), X("Order", 1)];

    public XElement?[] Write(string listener, string priority) =>
    [
        X("RuleArn", priority == "default" ? $"{Rename(listener)}/{listener[^16..]}" : $"{Rename(listener)}/{_id}"), X("Priority", priority),
        Members("Conditions", new[] { ("host-header", Host), ("path-pattern", Path) }.Where(condition => condition.Item2 is not null)
            .Select(condition => new[] { X("Field", condition.Item1), MemberValues("Values", [condition.Item2!]) })),
        Members("Actions", [WriteAction(Target)]), X("IsDefault", priority == "default"),
    ];

    private static string Rename(string listener) => listener.Replace(":listener/", ":listener-rule/", StringComparison.Ordinal);
}
