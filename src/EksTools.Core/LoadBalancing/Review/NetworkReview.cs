using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Findings;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>What the AWS Load Balancer Controller and Auto Mode make of a Service as a whole: aws-load-balancer-controller pkg/service.</summary>
internal static class NetworkReview
{
    private static readonly string[] ForHttp = ["healthcheck-path", "healthcheck-success-codes"];

    private static readonly (string Suffix, string Attribute)[] Twins =
    [
        ("access-log-enabled", "access_logs.s3.enabled"), ("access-log-s3-bucket-name", "access_logs.s3.bucket"),
        ("access-log-s3-bucket-prefix", "access_logs.s3.prefix"), ("cross-zone-load-balancing-enabled", "load_balancing.cross_zone.enabled"),
    ];

    public static void Find(ReviewContext context)
    {
        FindScheme(context);
        FindClass(context);
        FindTargets(context);
        FindHealthChecks(context);
        FindAttributes(context);
        ListenerReview.Find(context);
        AddressReview.FindCounts(context, "eip-allocations", "private-ipv4-addresses", "ipv6-addresses", "source-nat-ipv6-prefixes");
        if (context.List("private-ipv4-addresses").FirstOrDefault(static address => GoValues.Address(address) is not null && !AddressReview.IsUsable(address)) is { } odd)
            context.Error("AddressNotUsable", ReviewContext.Key("private-ipv4-addresses"), $"{odd} is no address that a load balancer can have.");
        if (context.Subject.Service is { HasIpv6: true } && !context.IsDualStack)
            context.Error("FamilyNotSupported", ReviewContext.Key("ip-address-type"), $"The Service has IPv6 in spec.ipFamilies, and the controller fails where {ReviewContext.Key("ip-address-type")} is not dualstack.", ReviewFix.ToSet(ReviewContext.Key("ip-address-type"), "dualstack"));
        if (context.Has("disable-nlb-sg") && context.IsTrue("disable-nlb-sg") && context.Has("security-groups") && context.Subject.Hostname is not null)
            context.Error("SecurityGroupsCannotBeAdded", ReviewContext.Key("disable-nlb-sg"), "A Network Load Balancer that has security groups cannot lose them: the controller fails with \"conflicting security groups configuration\".", ReviewFix.ToRemove(ReviewContext.Key("disable-nlb-sg")));
        if (context.Has("security-groups") && !context.Has("manage-backend-security-group-rules"))
            context.Tell("BackendRulesByHand", ReviewContext.Key("security-groups"), $"With security groups of one's own the controller opens no rules for nodes and pods: do it by hand, or set {ReviewContext.Key("manage-backend-security-group-rules")}.", ReviewFix.ToSet(ReviewContext.Key("manage-backend-security-group-rules"), "true"));
    }

    private static void FindScheme(ReviewContext context)
    {
        string? scheme = context.Value("scheme");
        if (scheme is not null && context.Value("internal") is { } inside && GoValues.Boolean(inside) is { } isInternal && isInternal != (scheme == "internal"))
            context.Warn("SchemesDiffer", ReviewContext.Key("internal"), $"{ReviewContext.Key("internal")} says {inside} and {ReviewContext.Key("scheme")} says {scheme}, which counts.", ReviewFix.ToRemove(ReviewContext.Key("internal")));
        if (scheme is null && !context.Has("internal") && context.Subject.Hostname is null)
        {
            // Who writes nlb is used to the cloud provider, whose load balancers face the internet.
            bool surprising = context.Value("type") == "nlb";
            context.Add(
                surprising ? EksFindingSeverity.Warning : EksFindingSeverity.Information,
                "InternalByDefault",
                surprising ? ReviewContext.Key("type") : null,
                $"{context.Who} makes an internal load balancer of a new Service that names no scheme{(surprising ? ", where the cloud provider would make one that faces the internet" : string.Empty)}.",
                ReviewFix.ToSet(ReviewContext.Key("scheme"), "internet-facing"));
        }
    }

    private static void FindClass(ReviewContext context)
    {
        string? type = context.Value("type");
        if (context.Reader != AnnotationReader.Lbc || type is null)
            return;
        if (type is not ("external" or "nlb-ip"))
            context.Warn("TypeNotConsidered", ReviewContext.Key("type"), $"{ReviewContext.Key("type")} {type} is for the cloud provider, and {context.Who} takes this Service all the same.", ReviewFix.ToRemove(ReviewContext.Key("type")));
        else if (type == "nlb-ip")
            context.Tell("AnnotationDeprecated", ReviewContext.Key("type"), $"{ReviewContext.Key("type")} nlb-ip is kept for what there was: external with {ReviewContext.Key("nlb-target-type")} ip has taken its place in new Services.");
    }

    private static void FindTargets(ReviewContext context)
    {
        if (context.Subject.Service is not { } spec || context.HasIpTargets)
            return;
        if (spec.Type == "ClusterIP")
            context.Error("TargetsWithoutNodePort", ReviewContext.Key("nlb-target-type"), "Targets of type instance need a Service of type NodePort or LoadBalancer, and this one is ClusterIP.", ReviewFix.ToSet(ReviewContext.Key("nlb-target-type"), "ip"));
        else if (!spec.AllocatesNodePorts && spec.Ports.Any(static port => port.NodePort == 0))
            context.Error("TargetsWithoutNodePort", ReviewContext.Key("nlb-target-type"), "Targets of type instance need node ports, and spec.allocateLoadBalancerNodePorts is false without any.", ReviewFix.ToSet(ReviewContext.Key("nlb-target-type"), "ip"));
        if (spec.IsLocal && (context.Has("proxy-protocol") || context.Has("proxy-protocol-per-target-group")) && !context.Has("healthcheck-port"))
            context.Warn("ProxyProtocolBreaksChecks", ReviewContext.Key(context.Has("proxy-protocol") ? "proxy-protocol" : "proxy-protocol-per-target-group"), "Version 2 of the proxy protocol with externalTrafficPolicy Local and targets of type instance breaks health checks: kube-proxy, which answers them, does not speak it.", ReviewFix.ToSet(ReviewContext.Key("nlb-target-type"), "ip"));
    }

    private static void FindHealthChecks(ReviewContext context)
    {
        bool local = context.Subject.Service is { IsLocal: true } && !context.HasIpTargets;
        string protocol = (context.Value("healthcheck-protocol") ?? (local ? "http" : "tcp")).ToUpperInvariant();
        if (protocol == "TCP")
        {
            foreach (string suffix in ForHttp.Where(context.Has))
                context.Warn("NeedNotMet", ReviewContext.Key(suffix), $"{ReviewContext.Key(suffix)} is for checks by HTTP, and these are by TCP.", ReviewFix.ToSet(ReviewContext.Key("healthcheck-protocol"), "http"));
            if (local && context.Has("healthcheck-protocol"))
                context.Warn("ChecksOfLocalTraffic", ReviewContext.Key("healthcheck-protocol"), "With externalTrafficPolicy Local a check by TCP does not tell nodes with pods from those without.", ReviewFix.ToSet(ReviewContext.Key("healthcheck-protocol"), "http"));
        }
        if (context.Value("healthcheck-port") is not { } port || port == PortSyntax.Traffic || GoValues.Integer(port, 32) is not null || context.Ports.Count == 0)
            return;
        if (context.Ports.FirstOrDefault(one => one.Name == port) is not { } named)
            context.Error("PortUnknown", ReviewContext.Key("healthcheck-port"), $"{ReviewContext.Key("healthcheck-port")} names {port}, which is no port of the Service.");
        else if (context.HasIpTargets && named.TargetPort is { } target && GoValues.Integer(target, 32) is null)
            context.Error("PortUnknown", ReviewContext.Key("healthcheck-port"), $"{ReviewContext.Key("healthcheck-port")} names {port}, whose targetPort {target} is a name; with targets of type ip it must be a number.");
    }

    private static void FindAttributes(ReviewContext context)
    {
        IReadOnlyList<KeyValuePair<string, string>> attributes = GoValues.Map(context.Value("attributes") ?? string.Empty) ?? [];
        foreach ((string suffix, string attribute) in Twins)
        {
            string? own = context.Value(suffix), general = attributes.LastOrDefault(pair => pair.Key == attribute).Value;
            if (own is not null && general is not null && own != general)
                context.Warn("AttributesDiffer", ReviewContext.Key(suffix), $"{ReviewContext.Key(suffix)} says {own} and {ReviewContext.Key("attributes")} says {attribute}={general}; the first counts.", ReviewFix.ToRemove(ReviewContext.Key(suffix)));
        }
        IReadOnlyList<KeyValuePair<string, string>> group = GoValues.Map(context.Value("target-group-attributes") ?? string.Empty) ?? [];
        if (group.LastOrDefault(static pair => pair.Key == "preserve_client_ip.enabled").Value is { } preserve)
        {
            if (GoValues.Boolean(preserve) is null)
                context.Error("ValueNotValid", ReviewContext.Key("target-group-attributes"), $"preserve_client_ip.enabled={preserve} is neither true nor false to the controller, which fails.");
            if (GoValues.Boolean(preserve) == false && context.Ports.Any(static port => port.Protocol == "UDP"))
                context.Error("ClientIpOfUdp", ReviewContext.Key("target-group-attributes"), "ELB refuses preserve_client_ip.enabled=false for UDP ports.");
        }
        if (group.LastOrDefault(static pair => pair.Key == "proxy_protocol_v2.enabled").Value is { } proxy && context.Has("proxy-protocol") && GoValues.Boolean(proxy) == false)
            context.Warn("AttributesDiffer", ReviewContext.Key("target-group-attributes"), $"proxy_protocol_v2.enabled={proxy} does nothing beside {ReviewContext.Key("proxy-protocol")}, which goes before it.");
    }
}
