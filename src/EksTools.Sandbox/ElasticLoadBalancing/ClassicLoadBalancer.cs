using System.Security.Cryptography;
using System.Xml.Linq;
using EksTools.Sandbox.Ec2;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>A listener of a Classic Load Balancer.</summary>
internal sealed record ClassicListener(string Protocol, int Port, string InstanceProtocol, int InstancePort, string? Certificate);

/// <summary>A Classic Load Balancer's health check; the target as <c>TCP:31000</c>.</summary>
internal sealed record ClassicHealthCheck(string Target, int Interval, int Timeout, int Unhealthy, int Healthy);

/// <summary>A Classic Load Balancer.</summary>
internal sealed class ClassicLoadBalancer
{
    public ClassicLoadBalancer(ElbRegion elb, string name, string scheme, IReadOnlyList<Subnet> subnets, IReadOnlyList<string> groups)
    {
        (Name, Scheme, VpcId, Created) = (name, scheme, subnets[0].VpcId, elb.Account.Now);
        SecurityGroupIds = [.. groups];
        DnsName = $"{(scheme == LoadBalancer.Internal ? "internal-" : "")}{name}-{RandomNumberGenerator.GetInt32(100_000_000, int.MaxValue)}.{elb.Region.Name}.elb.{elb.Region.DnsSuffix}";
    }

    public string Name { get; }
    public string Scheme { get; }
    public string VpcId { get; }
    public string DnsName { get; }
    public DateTimeOffset Created { get; }
    public Dictionary<string, string> Tags { get; init; } = [];
    public List<string> SecurityGroupIds { get; }
    public List<NetworkInterface> Interfaces { get; } = [];
    public List<ClassicListener> Listeners { get; } = [];
    public ClassicHealthCheck Check { get; set; } = new("TCP:80", 30, 5, 2, 10);

    /// <summary>The instances, and whether they answer the health check.</summary>
    public SortedDictionary<string, bool> Instances { get; } = new(StringComparer.Ordinal);

    public bool CrossZone { get; set; }
    public bool AccessLog { get; set; }
    public string? AccessLogBucket { get; set; }
    public string? AccessLogPrefix { get; set; }
    public int? AccessLogInterval { get; set; }
    public bool Draining { get; set; }
    public int DrainingTimeout { get; set; } = 300;
    public int IdleTimeout { get; set; } = 60;
    public bool ProxyProtocol { get; set; }

    public XElement?[] Write(Ec2Region ec2) =>
    [
        X("LoadBalancerName", Name), X("DNSName", DnsName),
        Members("ListenerDescriptions", Listeners.Select(listener => new XElement?[]
        {
            X("Listener", X("Protocol", listener.Protocol), X("LoadBalancerPort", listener.Port), X("InstanceProtocol", listener.InstanceProtocol), X("InstancePort", listener.InstancePort), X("SSLCertificateId", listener.Certificate)),
            MemberValues("PolicyNames", []),
        })),
        X("Policies", MemberValues("AppCookieStickinessPolicies", []), MemberValues("LBCookieStickinessPolicies", []), MemberValues("OtherPolicies", ProxyProtocol ? ["k8s-proxyprotocol-enabled"] : [])),
        Members("BackendServerDescriptions", ProxyProtocol ? Listeners.Select(listener => new XElement?[] { X("InstancePort", listener.InstancePort), MemberValues("PolicyNames", ["k8s-proxyprotocol-enabled"]) }) : []),
        MemberValues("AvailabilityZones", Interfaces.Select(item => item.Subnet.Zone.Name).Order(StringComparer.Ordinal)), MemberValues("Subnets", Interfaces.Select(item => item.SubnetId)), X("VPCId", VpcId),
        Members("Instances", Instances.Keys.Select(id => new[] { X("InstanceId", id) })),
        X("HealthCheck", X("Target", Check.Target), X("Interval", Check.Interval), X("Timeout", Check.Timeout), X("UnhealthyThreshold", Check.Unhealthy), X("HealthyThreshold", Check.Healthy)),
        SecurityGroupIds.Count > 0 && ec2.Find<SecurityGroup>(SecurityGroupIds[0]) is { } group ? X("SourceSecurityGroup", X("OwnerAlias", ec2.Account.Id), X("GroupName", group.Name)) : null,
        MemberValues("SecurityGroups", SecurityGroupIds), X("CreatedTime", Created), X("Scheme", Scheme),
    ];

    public XElement WriteAttributes() => X("LoadBalancerAttributes",
        X("CrossZoneLoadBalancing", X("Enabled", CrossZone)), X("AccessLog", X("Enabled", AccessLog), X("S3BucketName", AccessLogBucket), X("EmitInterval", AccessLogInterval), X("S3BucketPrefix", AccessLogPrefix)),
        X("ConnectionDraining", X("Enabled", Draining), X("Timeout", DrainingTimeout)), X("ConnectionSettings", X("IdleTimeout", IdleTimeout)),
        Members("AdditionalAttributes", [[X("Key", "elb.http.desyncmitigationmode"), X("Value", "defensive")]]));
}
