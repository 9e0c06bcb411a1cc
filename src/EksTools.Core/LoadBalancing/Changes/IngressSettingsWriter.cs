using System.Globalization;
using System.Text.Json;
using EksTools.Core.LoadBalancing.Values;
using EksTools.LoadBalancing;
using static EksTools.Core.LoadBalancing.Changes.ObjectDraft;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>Writes what people want of an Ingress's load balancer as annotations.</summary>
/// <param name="draft">The Ingress.</param>
/// <param name="lack">Told of each setting for which an Application Load Balancer has nothing.</param>
internal sealed class IngressSettingsWriter(ObjectDraft draft, Action<string> lack)
{
    /// <summary>Writes all that is said.</summary>
    public void Write(LoadBalancerSettings settings)
    {
        Set("target-type", settings.TargetType);
        Set("scheme", settings.Scheme);
        Set("load-balancer-name", settings.LoadBalancerName);
        Set("ip-address-type", settings.IpAddressType);
        Set("certificate-arn", Joined(settings.SslCertificateArn));
        Set("ssl-policy", settings.SslPolicy);
        Set("backend-protocol", settings.BackendProtocol?.ToUpperInvariant());
        Set("inbound-cidrs", Joined(settings.SourceRange));
        Set("subnets", Joined(settings.Subnet));
        Set("security-groups", Joined(settings.SecurityGroup));
        Set("healthcheck-protocol", settings.HealthCheckProtocol?.ToUpperInvariant());
        Set("healthcheck-port", settings.HealthCheckPort);
        Set("healthcheck-path", settings.HealthCheckPath);
        Set("healthcheck-interval-seconds", Text(settings.HealthCheckInterval));
        Set("healthcheck-timeout-seconds", Text(settings.HealthCheckTimeout));
        Set("healthy-threshold-count", Text(settings.HealthCheckHealthyThreshold));
        Set("unhealthy-threshold-count", Text(settings.HealthCheckUnhealthyThreshold));
        Set("success-codes", settings.HealthCheckSuccessCode);
        WritePorts(settings.SslPort);
        WriteAttributes(settings);
        if (settings.Tag is { Count: > 0 } tags)
            draft.Merge(AlbKey("tags"), tags);
        if (settings.EipAllocation is { Count: > 0 })
            lack("Elastic IP addresses: a Network Load Balancer in front has them (enable-frontend-nlb, frontend-nlb-eip-allocations)");
        if (settings.PrivateIpv4Address is { Count: > 0 })
            lack("private addresses of one's own");
        if (settings.ProxyProtocol == true)
            lack("the proxy protocol: it writes the header X-Forwarded-For");
    }

    /// <summary>HTTPS on the ports that are named, beside what HTTP there is.</summary>
    private void WritePorts(IReadOnlyList<string>? ports)
    {
        if (ports is not { Count: > 0 })
            return;
        if (ports.FirstOrDefault(static port => GoValues.Integer(port, 32) is not (>= 1 and <= 65535)) is { } odd)
        {
            lack($"the port '{odd}': an Ingress has numbers of ports alone");
            return;
        }
        string[] plain = [.. Plain().Where(port => !ports.Contains(port, StringComparer.Ordinal))];
        draft.Set(AlbKey("listen-ports"), $"[{string.Join(", ", plain.Select(static port => $"{{\"HTTP\": {port}}}").Concat(ports.Select(static port => $"{{\"HTTPS\": {port}}}")))}]");
    }

    private IEnumerable<string> Plain()
    {
        if (draft.Value(AlbKey("listen-ports")) is not { } there)
            return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(there);
            return [.. IngressJson.ReadListenPorts(new GoJson(document.RootElement)).Where(static port => port.Protocol == "HTTP").Select(static port => port.Port.ToString(CultureInfo.InvariantCulture))];
        }
        catch (Exception exception) when (exception is JsonException or GoJsonException)
        {
            return []; // What does not parse is replaced.
        }
    }

    private void WriteAttributes(LoadBalancerSettings settings)
    {
        List<KeyValuePair<string, string>> attributes = [];
        Add("idle_timeout.timeout_seconds", Text(settings.IdleTimeout));
        Add("access_logs.s3.enabled", settings.AccessLog?.ToString().ToLowerInvariant());
        Add("access_logs.s3.bucket", settings.AccessLogBucket);
        Add("access_logs.s3.prefix", settings.AccessLogPrefix);
        Add("deletion_protection.enabled", settings.DeletionProtection?.ToString().ToLowerInvariant());
        attributes.AddRange(settings.Attribute ?? new Dictionary<string, string>());
        draft.Merge(AlbKey("load-balancer-attributes"), attributes);
        List<KeyValuePair<string, string>> group = [.. settings.TargetGroupAttribute ?? new Dictionary<string, string>()];

        // The load balancer itself is always cross-zone; its target groups need not be.
        if (settings.CrossZone is { } cross)
            group.Add(KeyValuePair.Create("load_balancing.cross_zone.enabled", cross ? "true" : "false"));
        draft.Merge(AlbKey("target-group-attributes"), group);

        void Add(string key, string? value)
        {
            if (value is not null)
                attributes.Add(KeyValuePair.Create(key, value));
        }
    }

    private void Set(string suffix, string? value)
    {
        if (value is not null)
            draft.Set(AlbKey(suffix), value);
    }

    private static string? Joined(IReadOnlyList<string>? values) => values is { Count: > 0 } ? string.Join(',', values) : null;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
