using System.Globalization;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;
using EksTools.LoadBalancing;
using static EksTools.Core.LoadBalancing.Changes.ObjectDraft;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>Reads from a Service's annotations what its load balancer is, with a reader's eyes.</summary>
/// <param name="service">The Service.</param>
/// <param name="reader">Who reads.</param>
internal sealed class SettingsReader(LoadBalancedObject service, AnnotationReader reader)
{
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    private bool IsCloudProvider => reader is AnnotationReader.Classic or AnnotationReader.Network;

    /// <summary>The keys that were read, and so are said by the settings.</summary>
    public IReadOnlySet<string> Read => read;

    /// <summary>What the annotations say. What two readers take differently where nothing is said is said here.</summary>
    public LoadBalancerSettings Settings()
    {
        string? scheme = Take("scheme"), inside = Take("internal");
        string? certificate = Take("ssl-cert"), ports = Take("ssl-ports");
        Dictionary<string, string> attributes = Map("attributes"), group = Map("target-group-attributes");
        bool? proxy = Proxy(group);
        Drain(group);
        return new LoadBalancerSettings
        {
            TargetType = service.Value(Key("type")) == "nlb-ip" ? "ip" : Take("nlb-target-type"),
            Scheme = IsCloudProvider ? inside is null or "" or "false" ? "internet-facing" : "internal"
                : scheme ?? (inside is not null && GoValues.Boolean(inside) is { } isInternal ? isInternal ? "internal" : "internet-facing" : "internal"),
            LoadBalancerName = Take("name"),
            IpAddressType = Take("ip-address-type"),
            SslCertificateArn = certificate is null ? null : GoValues.List(certificate),
            SslPort = ports is null ? null : GoValues.List(ports),
            SslPolicy = Take("ssl-negotiation-policy"),
            BackendProtocol = Take("backend-protocol"),
            ProxyProtocol = proxy,
            SourceRange = TakeKey(AnnotationDefinition.ServicePrefix + "/load-balancer-source-ranges") is { } ranges ? GoValues.List(ranges) : null,
            Subnet = List("subnets"),
            EipAllocation = List("eip-allocations"),
            PrivateIpv4Address = List("private-ipv4-addresses"),
            SecurityGroup = List("security-groups"),
            HealthCheckProtocol = Take("healthcheck-protocol"),
            HealthCheckPort = Take("healthcheck-port"),
            HealthCheckPath = Take("healthcheck-path"),
            HealthCheckInterval = Number("healthcheck-interval"),
            HealthCheckTimeout = Number("healthcheck-timeout"),
            HealthCheckHealthyThreshold = Number("healthcheck-healthy-threshold"),
            HealthCheckUnhealthyThreshold = Number("healthcheck-unhealthy-threshold"),
            HealthCheckSuccessCode = Take("healthcheck-success-codes"),
            CrossZone = Truth("cross-zone-load-balancing-enabled") ?? Attribute(attributes, "load_balancing.cross_zone.enabled"),
            AccessLog = Truth("access-log-enabled") ?? Attribute(attributes, "access_logs.s3.enabled"),
            AccessLogBucket = Take("access-log-s3-bucket-name") ?? Text(attributes, "access_logs.s3.bucket"),
            AccessLogPrefix = Take("access-log-s3-bucket-prefix") ?? Text(attributes, "access_logs.s3.prefix"),
            IdleTimeout = Number("connection-idle-timeout"),
            Attribute = attributes.Count > 0 ? attributes : null,
            TargetGroupAttribute = group.Count > 0 ? group : null,
            Tag = Map("additional-resource-tags") is { Count: > 0 } tags ? tags : null,
        };
    }

    private bool? Proxy(Dictionary<string, string> group)
    {
        bool? fromGroup = Attribute(group, "proxy_protocol_v2.enabled");
        return Take("proxy-protocol") == "*" ? true : fromGroup;
    }

    /// <summary>Connection draining of a Classic Load Balancer is the deregistration delay of a target group.</summary>
    private void Drain(Dictionary<string, string> group)
    {
        bool? on = Truth("connection-draining-enabled");
        int? seconds = Number("connection-draining-timeout");
        if (on is { } drains)
            group["deregistration_delay.timeout_seconds"] = drains ? (seconds ?? 300).ToString(CultureInfo.InvariantCulture) : "0";
    }

    private string? Take(string suffix) => TakeKey(Key(suffix));

    private string? TakeKey(string key)
    {
        bool honoured = AnnotationModel.Find(key)?.SupportBy(reader) is EksAnnotationSupport.Honoured or EksAnnotationSupport.Partly or EksAnnotationSupport.Undocumented;
        if (!honoured || service.Value(key) is not { } value)
            return null;
        read.Add(key);
        return value;
    }

    private IReadOnlyList<string>? List(string suffix) => Take(suffix) is { } value ? GoValues.List(value) : null;

    private Dictionary<string, string> Map(string suffix)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        if (Take(suffix) is { } value)
        {
            IReadOnlyList<KeyValuePair<string, string>>? pairs = IsCloudProvider ? GoValues.LooseMap(value) : GoValues.Map(value);
            foreach ((string key, string one) in pairs ?? Unreadable(suffix))
                map[key] = one;
        }
        return map;
    }

    private bool? Truth(string suffix) => Take(suffix) is not { } value ? null : GoValues.Boolean(value) ?? Nothing<bool>(suffix);

    private int? Number(string suffix) => Take(suffix) is not { } value ? null : (int?)GoValues.Integer(value, 32) ?? Nothing<int>(suffix);

    /// <summary>What the reader cannot read is not said by the settings, and so not lost.</summary>
    private T? Nothing<T>(string suffix)
        where T : struct
    {
        read.Remove(Key(suffix));
        return null;
    }

    private KeyValuePair<string, string>[] Unreadable(string suffix)
    {
        read.Remove(Key(suffix));
        return [];
    }

    private static bool? Attribute(Dictionary<string, string> map, string key) => Text(map, key) is { } value ? GoValues.Boolean(value) : null;

    private static string? Text(Dictionary<string, string> map, string key) => map.Remove(key, out string? value) ? value : null;
}
