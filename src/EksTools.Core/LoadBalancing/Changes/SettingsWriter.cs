using System.Globalization;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.LoadBalancing;
using static EksTools.Core.LoadBalancing.Changes.ObjectDraft;

namespace EksTools.Core.LoadBalancing.Changes;

/// <summary>Writes what people want of a Service's load balancer as the annotations that a reader understands.</summary>
/// <param name="draft">The Service.</param>
/// <param name="reader">Who reads.</param>
/// <param name="lack">Told of each setting for which there is nothing at that reader.</param>
internal sealed class SettingsWriter(ObjectDraft draft, AnnotationReader reader, Action<string> lack)
{
    private const string ProxyAttribute = "proxy_protocol_v2.enabled";

    private bool IsCloudProvider => reader is AnnotationReader.Classic or AnnotationReader.Network;

    /// <summary>Writes all that is said.</summary>
    public void Write(LoadBalancerSettings settings)
    {
        WriteKind(settings);
        WriteTls(settings);
        WriteAddresses(settings);
        WriteChecks(settings);
        WriteAttributes(settings);
        WriteProxy(settings.ProxyProtocol);
        if (settings.Tag is { Count: > 0 } tags)
            draft.Merge(Key("additional-resource-tags"), tags, IsCloudProvider);
    }

    private void WriteKind(LoadBalancerSettings settings)
    {
        if (settings.TargetType is { } target)
        {
            if (!IsCloudProvider)
                draft.Set(Key("nlb-target-type"), target);
            else if (target != "instance")
                lack($"targets of type {target}: the cloud provider has targets of type instance alone");
        }
        if (settings.Scheme is { } scheme)
        {
            if (IsCloudProvider)
            {
                draft.Set(Key("internal"), scheme == "internal" ? "true" : "false");
            }
            else
            {
                draft.Set(Key("scheme"), scheme);
                draft.Remove(Key("internal"), "scheme has taken its place");
            }
        }
        Plain("name", settings.LoadBalancerName, "a name of one's own");
        Plain("ip-address-type", settings.IpAddressType, "address types");
    }

    private void WriteTls(LoadBalancerSettings settings)
    {
        if (settings.SslCertificateArn is { Count: > 0 } certificates)
        {
            if (IsCloudProvider && certificates.Count > 1)
                lack("more than one certificate");
            draft.Set(Key("ssl-cert"), IsCloudProvider ? certificates[0] : string.Join(',', certificates));
        }
        if (settings.SslPort is { Count: > 0 } ports)
        {
            if (ports.Contains("*", StringComparer.Ordinal) && !IsCloudProvider)
                draft.Remove(Key("ssl-ports"), "without it every port has TLS");
            else
                draft.Set(Key("ssl-ports"), string.Join(',', ports));
        }
        if (settings.SslPolicy is { } policy)
            draft.Set(Key("ssl-negotiation-policy"), policy);
        if (settings.BackendProtocol?.ToLowerInvariant() is { } protocol)
        {
            if (reader != AnnotationReader.Classic && protocol is "http" or "https")
                lack($"the backend protocol {protocol}, and with it the headers X-Forwarded-For and X-Forwarded-Proto: a Network Load Balancer speaks TCP and TLS. An Ingress has them");
            else
                draft.Set(Key("backend-protocol"), protocol);
        }
    }

    private void WriteAddresses(LoadBalancerSettings settings)
    {
        if (settings.SourceRange is { Count: > 0 } ranges)
        {
            const string key = AnnotationDefinition.ServicePrefix + "/load-balancer-source-ranges";
            if (reader == AnnotationReader.AutoMode || draft.Now.Service is { SourceRanges.Count: > 0 })
            {
                draft.SetField("loadBalancerSourceRanges", new Yaml.YamlList([.. ranges.Select(static range => new Yaml.YamlText(range))]), "it goes before the annotation");
                draft.Remove(key, "spec.loadBalancerSourceRanges goes before it");
            }
            else
            {
                draft.Set(key, string.Join(',', ranges));
            }
        }
        if (settings.Subnet is { Count: > 0 } subnets)
            draft.Set(Key("subnets"), string.Join(',', subnets));
        if (settings.EipAllocation is { Count: > 0 } addresses)
            SetFor(reader != AnnotationReader.Classic, "eip-allocations", addresses, "Elastic IP addresses");
        if (settings.PrivateIpv4Address is { Count: > 0 } inside)
            SetFor(reader != AnnotationReader.Classic, "private-ipv4-addresses", inside, "private addresses of one's own");
        if (settings.SecurityGroup is { Count: > 0 } groups)
            draft.Set(Key("security-groups"), string.Join(',', groups));
    }

    private void WriteChecks(LoadBalancerSettings settings)
    {
        Set("healthcheck-protocol", settings.HealthCheckProtocol?.ToLowerInvariant());
        Set("healthcheck-port", settings.HealthCheckPort);
        Set("healthcheck-path", settings.HealthCheckPath);
        Set("healthcheck-interval", settings.HealthCheckInterval?.ToString(CultureInfo.InvariantCulture));
        Set("healthcheck-timeout", settings.HealthCheckTimeout?.ToString(CultureInfo.InvariantCulture));
        Set("healthcheck-healthy-threshold", settings.HealthCheckHealthyThreshold?.ToString(CultureInfo.InvariantCulture));
        Set("healthcheck-unhealthy-threshold", settings.HealthCheckUnhealthyThreshold?.ToString(CultureInfo.InvariantCulture));
        Plain("healthcheck-success-codes", settings.HealthCheckSuccessCode, "status codes of health checks");
    }

    private void WriteAttributes(LoadBalancerSettings settings)
    {
        List<KeyValuePair<string, string>> attributes = [];
        One(settings.CrossZone?.ToString().ToLowerInvariant(), "cross-zone-load-balancing-enabled", "load_balancing.cross_zone.enabled");
        One(settings.AccessLog?.ToString().ToLowerInvariant(), "access-log-enabled", "access_logs.s3.enabled");
        One(settings.AccessLogBucket, "access-log-s3-bucket-name", "access_logs.s3.bucket");
        One(settings.AccessLogPrefix, "access-log-s3-bucket-prefix", "access_logs.s3.prefix");
        if (settings.DeletionProtection is { } protection)
            attributes.Add(KeyValuePair.Create("deletion_protection.enabled", protection ? "true" : "false"));
        attributes.AddRange(settings.Attribute ?? new Dictionary<string, string>());
        if (attributes.Count > 0)
        {
            if (IsCloudProvider)
                lack($"the attribute{(attributes.Count > 1 ? "s" : string.Empty)} {string.Join(", ", attributes.Select(static pair => pair.Key))}");
            else
                draft.Merge(Key("attributes"), attributes);
        }
        if (settings.TargetGroupAttribute is { Count: > 0 } group)
        {
            if (reader == AnnotationReader.Classic)
                lack("target group attributes: a Classic Load Balancer has no target groups");
            else
                draft.Merge(Key("target-group-attributes"), group, isLoose: reader == AnnotationReader.Network);
        }
        WriteIdleTimeout(settings.IdleTimeout);

        void One(string? value, string suffix, string attribute)
        {
            if (value is null)
                return;
            if (IsCloudProvider)
            {
                draft.Set(Key(suffix), value);
                return;
            }
            attributes.Add(KeyValuePair.Create(attribute, value));
            draft.Remove(Key(suffix), "attributes has taken its place");
        }
    }

    private void WriteIdleTimeout(int? seconds)
    {
        if (seconds is not { } time)
            return;
        string text = time.ToString(CultureInfo.InvariantCulture);
        switch (reader)
        {
            case AnnotationReader.Classic:
                draft.Set(Key("connection-idle-timeout"), text);
                break;
            case AnnotationReader.Network:
                lack("an idle timeout: its Network Load Balancers keep ELB's 350 seconds");
                break;
            default:
                // Listeners with TLS have none to set.
                Review.ReviewContext context = new(draft.Now, reader, ControllerFacts.Unknown);
                ServicePort[] ports = [.. context.Ports.Where(port => port.Protocol == "TCP" && !context.IsTls(port))];
                if (ports.Length == 0)
                    lack("an idle timeout: no listener of the Service is TCP without TLS");
                foreach (ServicePort port in ports)
                    draft.Merge(Key(string.Create(CultureInfo.InvariantCulture, $"listener-attributes.TCP-{port.Number}")), [KeyValuePair.Create("tcp.idle_timeout.seconds", text)]);
                break;
        }
    }

    private void WriteProxy(bool? on)
    {
        if (on is not { } wanted)
            return;
        KeyValuePair<string, string>[] attribute = [KeyValuePair.Create(ProxyAttribute, wanted ? "true" : "false")];
        switch (reader)
        {
            case AnnotationReader.Network:
                draft.Merge(Key("target-group-attributes"), attribute, isLoose: true);
                break;
            case AnnotationReader.AutoMode:
                draft.Merge(Key("target-group-attributes"), attribute);
                draft.Remove(Key("proxy-protocol"), "target-group-attributes has taken its place");
                draft.Warnings.Add($"For Auto Mode {ProxyAttribute} is written as the target group attribute that ELB knows; the EKS user guide shows proxy_protocol.v2.enabled in {Key("attributes")}.");
                break;
            case var _ when wanted:
                draft.Set(Key("proxy-protocol"), "*");
                break;
            default:
                draft.Remove(Key("proxy-protocol"));
                if (draft.Value(Key("target-group-attributes"))?.Contains(ProxyAttribute, StringComparison.Ordinal) == true)
                    draft.Merge(Key("target-group-attributes"), attribute);
                break;
        }
    }

    private void Set(string suffix, string? value)
    {
        if (value is not null)
            draft.Set(Key(suffix), value);
    }

    /// <summary>What the cloud provider does not know.</summary>
    private void Plain(string suffix, string? value, string what)
    {
        if (value is null)
            return;
        if (IsCloudProvider)
            lack(what);
        else
            draft.Set(Key(suffix), value);
    }

    private void SetFor(bool can, string suffix, IReadOnlyList<string> values, string what)
    {
        if (can)
            draft.Set(Key(suffix), string.Join(',', values));
        else
            lack(what);
    }
}
