using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>What the cloud provider makes of a Service as a whole: cloud-provider-aws pkg/providers/v1/aws.go (EnsureLoadBalancer) and what it calls.</summary>
internal static class CloudProviderReview
{
    public static void Find(ReviewContext context)
    {
        if (context.Subject.Service is { } spec)
            FindSpec(context, spec);
        FindType(context);
        FindTls(context);
        FindAddresses(context);
        FindLogs(context);
        FindThresholds(context);
        if (context.Reader == AnnotationReader.Network && context.Has("security-groups"))
            context.Tell("SecurityGroupsConditional", ReviewContext.Key("security-groups"), $"{context.Who} looks at {ReviewContext.Key("security-groups")} where it runs with NLBSecurityGroupMode=Managed alone.");
        if (context.Value("target-group-attributes") is { } attributes && GoValues.LooseMap(attributes).Any(static pair => pair is { Key: "preserve_client_ip.enabled", Value: "false" }) && context.Ports.Any(static port => port.Protocol == "UDP"))
            context.Error("ClientIpOfUdp", ReviewContext.Key("target-group-attributes"), $"{context.Who} fails: preserve_client_ip.enabled=false cannot be for UDP ports.");
    }

    private static void FindSpec(ReviewContext context, ServiceSpec spec)
    {
        if (spec.SessionAffinity is not (null or "None"))
            context.Error("SessionAffinity", null, $"{context.Who} fails on spec.sessionAffinity {spec.SessionAffinity}; None is the only one it takes.");
        if (spec.LoadBalancerIp is { Length: > 0 })
            context.Error("LoadBalancerIp", null, $"{context.Who} fails on spec.loadBalancerIP.");
        string[] protocols = [.. spec.Ports.Select(static port => port.Protocol).Distinct(StringComparer.Ordinal)];
        if (protocols.Length > 1)
            context.Error("MixedProtocols", null, $"{context.Who} fails on ports of mixed protocols ({string.Join(", ", protocols)}); make a Service for each, or let the AWS Load Balancer Controller take it.");
        else if (protocols is [var one] && !(one == "TCP" || (one == "UDP" && context.Reader == AnnotationReader.Network)))
            context.Error("ProtocolNotSupported", null, $"{context.Who} takes no {one} ports{(one == "UDP" ? "; with aws-load-balancer-type nlb it does" : string.Empty)}.");
    }

    /// <summary>The kind of load balancer is told by its DNS name: aws_validations.go. A Classic one's has the region before elb.</summary>
    private static void FindType(ReviewContext context)
    {
        if (context.Subject.Hostname is not { } hostname || context.Reader is not (AnnotationReader.Classic or AnnotationReader.Network))
            return;
        bool classic = hostname.EndsWith(".elb.amazonaws.com", StringComparison.Ordinal), wanted = context.Reader == AnnotationReader.Classic;
        if (classic != wanted)
            context.Error("TypeChanged", ReviewContext.Key("type"), $"The load balancer {hostname} is a {(classic ? "Classic" : "Network")} Load Balancer, and {context.Who} fails to turn it into the other kind: the type cannot be changed later.", classic ? ReviewFix.ToRemove(ReviewContext.Key("type")) : ReviewFix.ToSet(ReviewContext.Key("type"), "nlb"));
    }

    private static void FindTls(ReviewContext context)
    {
        bool certificate = context.Value("ssl-cert") is { Length: > 0 };
        string? backend = context.Value("backend-protocol");
        if (!certificate && (context.Has("ssl-ports") || context.Has("ssl-negotiation-policy")))
            context.Warn("NeedNotMet", context.Has("ssl-ports") ? ReviewContext.Key("ssl-ports") : ReviewContext.Key("ssl-negotiation-policy"), $"Without {ReviewContext.Key("ssl-cert")} there is no TLS, whatever else is said of it.");
        if (!certificate && context.Reader == AnnotationReader.Classic && backend is "https" or "ssl")
            context.Warn("BackendWithoutCertificate", ReviewContext.Key("backend-protocol"), $"{ReviewContext.Key("backend-protocol")} {backend} without {ReviewContext.Key("ssl-cert")} makes a plain TCP listener.");
        if (context.Value("ssl-ports") is not { } ports || ports == "*" || context.Ports.Count == 0)
            return;
        foreach (string word in ports.Split(',').Where(word => word.Trim() == word && word.Length > 0))
        {
            if (!context.Ports.Any(port => port.Is(word)))
                context.Warn("PortUnknown", ReviewContext.Key("ssl-ports"), $"{ReviewContext.Key("ssl-ports")} names {word}, which is no port of the Service.");
        }
    }

    private static void FindAddresses(ReviewContext context)
    {
        if (context.Reader != AnnotationReader.Network)
            return;
        bool isInternal = context.Value("internal") is not (null or "" or "false");
        if (isInternal && context.Has("eip-allocations"))
            context.Error("AddressesOfOtherScheme", ReviewContext.Key("eip-allocations"), "Elastic IP addresses are for load balancers that face the internet, and this one is internal.", ReviewFix.ToSet(ReviewContext.Key("internal"), "false"));
        if (!isInternal && context.Has("private-ipv4-addresses"))
            context.Error("AddressesOfOtherScheme", ReviewContext.Key("private-ipv4-addresses"), "Private addresses are for internal load balancers, and this one faces the internet.", ReviewFix.ToSet(ReviewContext.Key("internal"), "true"));
        AddressReview.FindCounts(context, "eip-allocations", "private-ipv4-addresses");
    }

    private static void FindLogs(ReviewContext context)
    {
        if (context.IsTrue("access-log-enabled") && context.Value("access-log-s3-bucket-name") is not { Length: > 0 })
            context.Error("LogsWithoutBucket", ReviewContext.Key("access-log-enabled"), $"Access logs need {ReviewContext.Key("access-log-s3-bucket-name")}.", ReviewFix.ToRead(ReviewContext.Key("access-log-s3-bucket-name")));
    }

    private static void FindThresholds(ReviewContext context)
    {
        if (context.Reader != AnnotationReader.Network)
            return;
        string healthy = context.Value("healthcheck-healthy-threshold") ?? "3", unhealthy = context.Value("healthcheck-unhealthy-threshold") ?? "3";
        if (healthy != unhealthy && context.Subject.Service is not { IsLocal: true })
            context.Warn("ThresholdsDiffer", ReviewContext.Key(context.Has("healthcheck-healthy-threshold") ? "healthcheck-healthy-threshold" : "healthcheck-unhealthy-threshold"), $"The cloud provider's documentation wants the healthy and the unhealthy threshold of a Network Load Balancer to be equal, and they are {healthy} and {unhealthy} (3 where nothing is said).");
    }
}
