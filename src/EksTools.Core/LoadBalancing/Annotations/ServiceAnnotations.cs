using EksTools.Core.LoadBalancing.Values;
using EksTools.LoadBalancing;
using static EksTools.Core.LoadBalancing.Annotations.AnnotationReader;

namespace EksTools.Core.LoadBalancing.Annotations;

/// <summary>
/// The annotations of Services, from the code of both controllers, which goes before their documentation: cloud-provider-aws
/// pkg/providers/v1/aws.go, aws_loadbalancer.go and aws_validations.go; aws-load-balancer-controller pkg/annotations/constants.go and
/// pkg/service. EKS Auto Mode by its user guide: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-nlb.html
/// </summary>
internal static class ServiceAnnotations
{
    private const string Aws = "aws-load-balancer-";

    private static readonly string[] Services = ["Service"];

    private static readonly AnnotationNeed Certificate = new(Aws + "ssl-cert", null, "without a certificate it does nothing", IsError: false);

    private static readonly AnnotationNeed DualStack = new(Aws + "ip-address-type", "dualstack", "the controller fails where the load balancer is not dualstack");

    private static readonly AnnotationConflict OwnGroups = new(Aws + "security-groups", "with security groups of one's own it does nothing");

    private static readonly AnnotationConflict NoGroup = new(Aws + "disable-nlb-sg", "without a security group it does nothing", Value: "true");

    public static IReadOnlyList<AnnotationDefinition> All { get; } =
    [
        new(AnnotationDefinition.ServicePrefix, Aws + "type", new ChoiceSyntax(["nlb", "external", "nlb-ip"], Otherwise: "the cloud provider makes a Classic Load Balancer of it"), "HHHX")
        {
            AppliesTo = Services,
            ChangeEffect = EksAnnotationChangeEffect.Refused,
            Notes =
            [
                "Chooses the controller: nlb is for the cloud provider, external (with nlb-target-type) and nlb-ip are for the AWS Load Balancer Controller. spec.loadBalancerClass goes before it.",
                "Sources disagree: the EKS user guide lists it among the annotations of Auto Mode, and calls it not supported in its table of differences.",
            ],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "nlb-target-type", new ChoiceSyntax(["instance", "ip"], Otherwise: "the controller takes it for instance, or does not take the Service at all"), "--HH")
        {
            AppliesTo = Services,
            Defaults = new Dictionary<AnnotationReader, string> { [Lbc] = "instance", [AutoMode] = "instance" },
            Notes = ["ip needs pods with addresses of the VPC, and is the only choice for pods on Fargate."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "name", new TextSyntax("at most 32 letters, digits and hyphens", TextJudges.LoadBalancerName), "--H?")
        {
            AppliesTo = Services,
            ChangeEffect = EksAnnotationChangeEffect.NoEffect,
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "scheme", new ChoiceSyntax(["internal", "internet-facing"]), "--HH")
        {
            AppliesTo = Services,
            ChangeEffect = EksAnnotationChangeEffect.Replaces,
            Defaults = new Dictionary<AnnotationReader, string> { [Lbc] = "internal", [AutoMode] = "internal" },
            Notes = ["Where it is missing, a load balancer that is there keeps its scheme."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "internal", BooleanSyntax.Instance, "HHHX")
        {
            AppliesTo = Services,
            ChangeEffect = EksAnnotationChangeEffect.Replaces,
            Successor = Aws + "scheme",
            DeprecatedSince = "version 2.2 of the AWS Load Balancer Controller",
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = TextJudges.Internal, [Network] = TextJudges.Internal },
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = "false", [Network] = "false" },
            Conflicts = [new(Aws + "scheme", "scheme goes before it")],
            Notes = ["To the cloud provider every value but false and an empty one means internal; it does not change a load balancer that is there."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "ip-address-type", new ChoiceSyntax(["ipv4", "dualstack"]), "--HH")
        {
            AppliesTo = Services,
            Defaults = new Dictionary<AnnotationReader, string> { [Lbc] = "ipv4", [AutoMode] = "ipv4" },
        },
        new(AnnotationDefinition.ServicePrefix, "load-balancer-source-ranges", new ListSyntax(ItemShape.Cidr), "HHHX")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new ListSyntax(ItemShape.Cidr, IsRaw: true), [Network] = new ListSyntax(ItemShape.Cidr, IsRaw: true) },
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = "0.0.0.0/0", [Network] = "0.0.0.0/0", [Lbc] = "0.0.0.0/0" },
            Conflicts = [OwnGroups, NoGroup],
            Notes =
            [
                "spec.loadBalancerSourceRanges goes before it at every controller.",
                "Sources disagree: the EKS user guide lists it among the annotations of Auto Mode, and calls it not supported in its table of differences.",
            ],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "security-group-prefix-lists", new ListSyntax(ItemShape.PrefixList), "--H?")
        {
            AppliesTo = Services,
            Conflicts = [OwnGroups, NoGroup],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "proxy-protocol", new ChoiceSyntax(["*"]), "H-HX")
        {
            AppliesTo = Services,
            Notes = ["Version 1 of the protocol on a Classic Load Balancer, version 2 at the AWS Load Balancer Controller. The cloud provider's Network Load Balancers take the target group attribute proxy_protocol_v2.enabled."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "proxy-protocol-per-target-group", new ListSyntax(ItemShape.PortNumber), "--H?")
        {
            AppliesTo = Services,
            Conflicts = [new(Aws + "proxy-protocol", "proxy-protocol turns it on for every port")],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "ssl-cert", new ListSyntax(ItemShape.Certificate), "HHHH")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new ListSyntax(ItemShape.Certificate, IsRaw: true, Most: 1), [Network] = new ListSyntax(ItemShape.Certificate, IsRaw: true, Most: 1) },
            Notes = ["A certificate of ACM must be of the load balancer's region."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "ssl-ports", new ListSyntax(ItemShape.Port), "HHHH")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new ListSyntax(ItemShape.Port, IsRaw: true), [Network] = new ListSyntax(ItemShape.Port, IsRaw: true) },
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = "*", [Network] = "*", [Lbc] = "every port", [AutoMode] = "every port" },
            Needs = [Certificate],
            Notes = ["* means every port to the cloud provider; the AWS Load Balancer Controller fails on it."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "ssl-negotiation-policy", new TextSyntax("the name of a security policy", TextJudges.SslPolicy), "HHH?")
        {
            AppliesTo = Services,
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = "ELBSecurityPolicy-2016-08", [Network] = "ELBSecurityPolicy-2016-08", [Lbc] = "ELBSecurityPolicy-2016-08" },
            Needs = [Certificate],
            Notes = ["Policies of Classic Load Balancers and of Network Load Balancers are two lists with some names in common."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "backend-protocol", new ChoiceSyntax(["ssl", "tcp"], Otherwise: "the controller takes it for tcp"), "HPH?")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new ChoiceSyntax(["http", "https", "ssl", "tcp"]) },
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = "tcp", [Network] = "tcp", [Lbc] = "tcp" },
            Needs = [Certificate],
            Notes = ["On a Classic Load Balancer http and https add the X-Forwarded headers; on a Network Load Balancer ssl is TLS to the targets."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "alpn-policy", new ChoiceSyntax(["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"]), "--H?")
        {
            AppliesTo = Services,
            Defaults = new Dictionary<AnnotationReader, string> { [Lbc] = "None" },
            Needs = [Certificate],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "additional-resource-tags", new MapSyntax("AWS tags", TextJudges.Tags), "HHHH")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new LooseMapSyntax("AWS tags", TextJudges.Tags), [Network] = new LooseMapSyntax("AWS tags", TextJudges.Tags) },
            Notes = ["The cluster role of an Auto Mode cluster needs further rights for tags. The AWS Load Balancer Controller refuses keys that its --external-managed-tags names."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "subnets", new ListSyntax(ItemShape.Subnet), "HHHH")
        {
            AppliesTo = Services,
            Notes = ["One in each Availability Zone. Their number is the number of Elastic IP allocations and of addresses."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "eip-allocations", new ListSyntax(ItemShape.EipAllocation), "-HH?")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Network] = new ListSyntax(ItemShape.EipAllocation, IsRaw: true) },
            Needs = [new(Aws + "scheme", "internet-facing", "the controller fails for an internal load balancer")],
            Notes = ["The cloud provider looks at it when it creates a load balancer, and never after."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "private-ipv4-addresses", new ListSyntax(ItemShape.Ipv4), "-HH?")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Network] = new ListSyntax(ItemShape.Ipv4, IsRaw: true) },
            Conflicts = [new(Aws + "scheme", "private addresses are for internal load balancers", IsError: true, Value: "internet-facing")],
            Notes = ["Sources disagree: the cloud provider's table of annotations does not list it; its code honours it for a new Network Load Balancer."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "ipv6-addresses", new ListSyntax(ItemShape.Ipv6), "--H?") { AppliesTo = Services, Needs = [DualStack] },
        new(AnnotationDefinition.ServicePrefix, Aws + "target-node-labels", new MapSyntax("labels"), "HHH?")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new LooseMapSyntax("labels"), [Network] = new LooseMapSyntax("labels") },
            Conflicts = [new(Aws + "nlb-target-type", "with targets of type ip it does nothing", Value: "ip")],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "target-group-attributes", new MapSyntax("attributes", Known: AttributeCatalogue.NetworkTargetGroup), "XPH?")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Network] = new LooseMapSyntax("preserve_client_ip.enabled and proxy_protocol_v2.enabled", TextJudges.CloudProviderTargetGroup) },
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "target-group-attributes.", new MapSyntax("attributes", Known: AttributeCatalogue.NetworkTargetGroup), "--H?")
        {
            AppliesTo = Services,
            Parameter = "PORT",
            Notes = ["Goes before target-group-attributes for one port; an empty value leaves what that says."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "attributes", new MapSyntax("attributes", Known: AttributeCatalogue.Network), "--HH")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax>
            {
                [AutoMode] = new MapSyntax("attributes", Known: AttributeCatalogue.Network with { Rules = new Dictionary<string, string>(AttributeCatalogue.Network.Rules, StringComparer.Ordinal) { ["proxy_protocol.v2.enabled"] = "b" } }),
            },
            Notes =
            [
                "deletion_protection.enabled=true keeps the controller from deleting the load balancer.",
                "An attribute that is taken out keeps its value: set it back first.",
                "Sources disagree: the EKS user guide shows proxy_protocol.v2.enabled here for Auto Mode, and lines in place of commas; ELB knows proxy_protocol_v2.enabled, of target groups.",
            ],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "listener-attributes.", new MapSyntax("attributes", Known: AttributeCatalogue.NetworkListener), "--H?") { AppliesTo = Services, Parameter = "PROTOCOL-PORT" },
        .. ServiceGroups.AccessLogs(),
        new(AnnotationDefinition.ServicePrefix, Aws + "cross-zone-load-balancing-enabled", BooleanSyntax.Instance, "HHHX")
        {
            AppliesTo = Services,
            Successor = Aws + "attributes",
            DeprecatedSince = "version 2.3 of the AWS Load Balancer Controller",
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = "false", [Network] = "false", [Lbc] = "false" },
            Notes = ["Where attributes says otherwise, this one counts at the AWS Load Balancer Controller."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "connection-draining-enabled", BooleanSyntax.Instance, "H---") { AppliesTo = Services, Defaults = Default(Classic, "false") },
        new(AnnotationDefinition.ServicePrefix, Aws + "connection-draining-timeout", new IntegerSyntax(1, 3600), "H---") { AppliesTo = Services, Defaults = Default(Classic, "300") },
        new(AnnotationDefinition.ServicePrefix, Aws + "connection-idle-timeout", new IntegerSyntax(1, 4000), "H---") { AppliesTo = Services, Defaults = Default(Classic, "60") },
        new(AnnotationDefinition.ServicePrefix, Aws + "extra-security-groups", new ListSyntax(ItemShape.SecurityGroupId), "HX--") { AppliesTo = Services },
        new(AnnotationDefinition.ServicePrefix, Aws + "security-groups", new ListSyntax(ItemShape.SecurityGroup), "HPH?")
        {
            AppliesTo = Services,
            Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new ListSyntax(ItemShape.SecurityGroupId), [Network] = new ListSyntax(ItemShape.SecurityGroupId) },
            Conflicts = [NoGroup],
            Notes =
            [
                "The cloud provider looks at it for a Network Load Balancer where it runs with NLBSecurityGroupMode=Managed alone.",
                "At the AWS Load Balancer Controller no security group is made then, and rules for nodes and pods are opened with manage-backend-security-group-rules alone.",
            ],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "manage-backend-security-group-rules", BooleanSyntax.Instance, "--H?")
        {
            AppliesTo = Services,
            Defaults = new Dictionary<AnnotationReader, string> { [Lbc] = "false with security groups of one's own" },
            Needs = [new(Aws + "security-groups", null, "the controller manages the rules of its own security group anyway", IsError: false)],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "inbound-sg-rules-on-private-link-traffic", new ChoiceSyntax(["on", "off"]), "--H?") { AppliesTo = Services, Conflicts = [NoGroup] },
        new(AnnotationDefinition.ServicePrefix, Aws + "disable-nlb-sg", BooleanSyntax.Instance, "--H?")
        {
            AppliesTo = Services,
            ChangeEffect = EksAnnotationChangeEffect.Refused,
            Defaults = Default(Lbc, "false"),
            Notes = ["A Network Load Balancer that was made without a security group can never be given one, nor the other way round."],
        },
        .. ServiceGroups.HealthChecks(),
        new(AnnotationDefinition.ServicePrefix, Aws + "multi-cluster-target-group", BooleanSyntax.Instance, "--H?") { AppliesTo = Services, Defaults = Default(Lbc, "false") },
        new(AnnotationDefinition.ServicePrefix, Aws + "enable-prefix-for-ipv6-source-nat", new ChoiceSyntax(["on", "off"]), "--H?")
        {
            AppliesTo = Services,
            Defaults = Default(Lbc, "off"),
            Notes = ["on wants ip-address-type dualstack, and cannot be taken back while there is a UDP listener."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "source-nat-ipv6-prefixes", new ListSyntax(ItemShape.SourceNatPrefix), "--H?")
        {
            AppliesTo = Services,
            Needs = [new(Aws + "enable-prefix-for-ipv6-source-nat", "on", "the controller fails without"), DualStack],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "minimum-load-balancer-capacity", new MapSyntax("CapacityUnits", TextJudges.Capacity), "--H?")
        {
            AppliesTo = Services,
            Notes = ["Taking it away leaves the reservation: set CapacityUnits=0."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "enable-icmp-for-path-mtu-discovery", new ChoiceSyntax(["on"], Otherwise: "the controller opens nothing"), "--H?") { AppliesTo = Services, Conflicts = [OwnGroups, NoGroup] },
        new(AnnotationDefinition.ServicePrefix, Aws + "enable-tcp-udp-listener", BooleanSyntax.Instance, "--H?")
        {
            AppliesTo = Services,
            Defaults = Default(Lbc, "false"),
            Notes = ["One listener for TCP and UDP on the same port number."],
        },
        new(AnnotationDefinition.ServicePrefix, Aws + "quic-enabled-ports", new ListSyntax(ItemShape.Port), "--H?") { AppliesTo = Services },
        new(AnnotationDefinition.ServicePrefix, Aws + "quic-enabled-containers", new ListSyntax(ItemShape.Any), "--H?") { AppliesTo = ["Pod"] },
        new(AnnotationDefinition.ServicePrefix, "actions.", new JsonSyntax("an action with weighted target groups", IngressJson.NetworkAction), "--H?") { AppliesTo = Services, Parameter = "PROTOCOL-PORT" },
    ];

    private static Dictionary<AnnotationReader, string> Default(AnnotationReader reader, string value) => new() { [reader] = value };
}
