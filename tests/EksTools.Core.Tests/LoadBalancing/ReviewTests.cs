using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Findings;
using EksTools.LoadBalancing;
using static EksTools.Core.Tests.LoadBalancing.Manifests;
using static EksTools.LoadBalancing.EksLoadBalancerControllerKind;

namespace EksTools.Core.Tests.LoadBalancing;

public sealed class ReviewTests
{
    private const string Certificate = "arn:aws:acm:us-west-2:111122223333:certificate/12345678-1234-1234-1234-123456789012";

    public static TheoryData<string, EksLoadBalancerControllerKind, string[]> Broken { get; } = new()
    {
        // Keys.
        { Service("schema: internal", "scheme: internal"), Lbc, ["AnnotationUnknown"] },
        { Service("scheme: internal"), Ccm, ["AnnotationIgnored"] },
        { Service("connection-idle-timeout: '60'", "scheme: internal"), Lbc, ["AnnotationIgnored"] },
        { Service("internal: 'true'"), AutoMode, ["AnnotationRefused"] },
        { Service("scheme: internal", "alb.ingress.kubernetes.io/scheme: internal"), Lbc, ["AnnotationOnWrongKind"] },
        { Service("type: nlb", "extra-security-groups: sg-1"), Ccm, ["AnnotationRefused"] },
        { Service("target-group-attributes: preserve_client_ip.enabled=true"), Ccm, ["AnnotationRefused"] },

        // Values.
        { Service("scheme: public"), Lbc, ["ValueNotValid"] },
        { Service("scheme: internal", "manage-backend-security-group-rules: 'yes'", "security-groups: sg-1"), Lbc, ["ValueNotValid"] },
        { Service("scheme: internal", "healthcheck-interval: 10s"), Lbc, ["ValueNotValid"] },
        { Service("scheme: internal", "attributes: deletion_protection.enabled"), Lbc, ["ValueNotValid"] },
        { Service("scheme: internal", "attributes: proxy_protocol_v2.enabled=true"), Lbc, ["ValueNotValid"] },
        { Service("scheme: internal", "attributes: deletion_protection.enable=true"), Lbc, ["ValueDoubtful"] },
        { Service("scheme: internal", "attributes: access_logs.s3.enabled=true"), Lbc, ["ValueNotValid"] },
        { Service("scheme: internal", "name: a-name-that-is-much-longer-than-elb-takes"), Lbc, ["ValueNotValid"] },
        { Service("internal: 'no'"), Ccm, ["ValueNotValid"] },
        { Service("internal: 0.0.0.0/0"), Ccm, ["ValueDoubtful"] },
        { Service("proxy-protocol: 'true'"), Ccm, ["ValueNotValid"] },
        { Service("type: nlb", "target-group-attributes: stickiness.enabled=true"), Ccm, ["ValueNotValid"] },
        { Service($"ssl-cert: '{Certificate}, {Certificate}2'"), Ccm, ["ValueNotValid"] },
        { Service($"ssl-cert: {Certificate}", "ssl-ports: 443, 80"), Ccm, ["ValueNotValid"] },
        { Service("additional-resource-tags: aws:team=x", "scheme: internal"), Lbc, ["ValueNotValid"] },
        { Service("minimum-load-balancer-capacity: Units=5", "scheme: internal"), Lbc, ["ValueNotValid"] },
        { Service("service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.1", "scheme: internal"), Lbc, ["ValueNotValid"] },

        // Wrong types: what YAML makes of a value without quotes.
        { Service("internal: true"), Ccm, ["ValueNotText"] },
        { Service("healthcheck-port: 8080", "scheme: internal"), Lbc, ["ValueNotText"] },
        { Service("subnets: [subnet-1, subnet-2]", "scheme: internal"), Lbc, ["ValueNotText"] },
        { Service("scheme: internal", "scheme: internet-facing"), Lbc, ["AnnotationRepeated"] },

        // The Service as a whole.
        { Service(".ports: []"), Ccm, ["PortsMissing"] },
        { Service(".ports: [{port: 53, protocol: TCP}, {port: 53, protocol: UDP}]"), Ccm, ["MixedProtocols"] },
        { Service(".ports: [{port: 53, protocol: UDP}]"), Ccm, ["ProtocolNotSupported"] },
        { Service(".sessionAffinity: ClientIP"), Ccm, ["SessionAffinity"] },
        { Service(".ports: [{port: 53, protocol: TCP, name: a}, {port: 53, protocol: UDP, name: b}]", "scheme: internal"), Lbc, ["PortsShareNumber"] },
        { Service(".type: ClusterIP", "type: external", "nlb-target-type: instance", "scheme: internal"), Lbc, ["TargetsWithoutNodePort"] },
        { Service(".allocateLoadBalancerNodePorts: false", "scheme: internal"), Lbc, ["TargetsWithoutNodePort"] },
        { Service(".ipFamilies: [IPv6]", "scheme: internal"), Lbc, ["FamilyNotSupported"] },

        // What goes together, and what does not.
        { Service("eip-allocations: eipalloc-1"), Lbc, ["NeedNotMet"] },
        { Service("eip-allocations: eipalloc-1,eipalloc-2", "scheme: internet-facing", "subnets: subnet-1"), Lbc, ["CountsDiffer"] },
        { Service("private-ipv4-addresses: 10.0.0.5", "scheme: internet-facing"), Lbc, ["AnnotationsConflict"] },
        { Service("ipv6-addresses: 2600::1", "scheme: internal"), Lbc, ["NeedNotMet"] },
        { Service("enable-prefix-for-ipv6-source-nat: 'on'", "scheme: internal"), Lbc, ["NeedNotMet"] },
        { Service($"ssl-cert: {Certificate}", "ssl-ports: '*'", "scheme: internal"), Lbc, ["PortUnknown"] },
        { Service($"ssl-cert: {Certificate}", "ssl-ports: '8443'", "scheme: internal"), Lbc, ["PortUnknown"] },
        { Service("ssl-ports: '443'", "scheme: internal"), Lbc, ["NeedNotMet"] },
        { Service($"ssl-cert: {Certificate}", "listener-attributes.TCP-443: tcp.idle_timeout.seconds=400", "scheme: internal"), Lbc, ["PortUnknown"] },
        { Service("target-group-attributes.81: stickiness.enabled=true", "scheme: internal"), Lbc, ["PortUnknown"] },
        { Service("quic-enabled-ports: '443'", "scheme: internal"), Lbc, ["QuicWithoutUdp"] },
        { Service("healthcheck-path: /healthz", "scheme: internal"), Lbc, ["NeedNotMet"] },
        { Service("healthcheck-port: admin", "scheme: internal"), Lbc, ["PortUnknown"] },
        { Service("service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8", ".loadBalancerSourceRanges: [10.0.0.0/8]", "scheme: internal"), Lbc, ["SourceRangesOverridden"] },
        { Service("service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8", "security-groups: sg-1", "scheme: internal"), Lbc, ["AnnotationsConflict"] },
        { Service(".loadBalancerSourceRanges: ['2600::/16']", "scheme: internal"), Lbc, ["RangeOfOtherFamily"] },
        { Service("proxy-protocol: '*'", ".externalTrafficPolicy: Local", "scheme: internal"), Lbc, ["ProxyProtocolBreaksChecks"] },
        { Service("type: nlb"), Lbc, ["InternalByDefault", "TypeNotConsidered"] },
        { Service("scheme: internet-facing", "internal: 'true'"), Lbc, ["AnnotationsConflict", "SchemesDiffer"] },
        { Service("scheme: internal", "cross-zone-load-balancing-enabled: 'true'", "attributes: load_balancing.cross_zone.enabled=false"), Lbc, ["AttributesDiffer"] },
        { Service("access-log-enabled: 'true'"), Ccm, ["LogsWithoutBucket"] },
        { Service("type: nlb", "eip-allocations: eipalloc-1", "internal: 'true'"), Ccm, ["AddressesOfOtherScheme"] },
        { Service("type: nlb", "healthcheck-healthy-threshold: '2'"), Ccm, ["ThresholdsDiffer"] },
        { Service("backend-protocol: https"), Ccm, ["BackendWithoutCertificate"] },

        // Ingresses.
        { Ingress("scheme: public"), Lbc, ["ValueNotValid"] },
        { Ingress("ssl-redirect: '443'"), Lbc, ["RedirectNowhere"] },
        { Ingress("listen-ports: '[{\"HTTP\": \"80\"}]'"), Lbc, ["ValueNotValid"] },
        { Ingress("listen-ports: '[{\"HTTP\": 80}'"), Lbc, ["ValueNotValid"] },
        { Ingress("actions.gone: '{\"type\":\"fixed-response\",\"fixedResponseConfig\":{\"statusCode\":\"503\"}}'"), Lbc, ["ActionNotUsed"] },
        { Ingress("actions.web: '{\"type\":\"redirect\"}'"), Lbc, ["ActionNotUsed", "ValueNotValid"] },
        { Ingress("auth-type: oidc"), Lbc, ["NeedNotMet", "NoHttpsListener"] },
        { Ingress("group.name: Team"), Lbc, ["ValueNotValid"] },
        { Ingress("group.name: team"), AutoMode, ["AnnotationRefused"] },
        { Ingress("frontend-nlb-scheme: internal"), Lbc, ["NeedNotMet"] },
        { Ingress("kubernetes.io/ingress.class: alb"), Lbc, ["ClassTwice"] },
        { Ingress("service.beta.kubernetes.io/aws-load-balancer-scheme: internal"), Lbc, ["AnnotationOnWrongKind"] },
        { Ingress("conditions.web: '[{\"field\":\"path-pattern\",\"pathPatternConfig\":{\"values\":[\"/a\"],\"regexValues\":[\"b\"]}}]'"), Lbc, ["ValueNotValid"] },
        { Ingress("healthcheck-path: health"), Lbc, ["ValueNotValid"] },
    };

    public static TheoryData<string, EksLoadBalancerControllerKind> Sound { get; } = new()
    {
        { Service("scheme: internet-facing", "nlb-target-type: ip", $"ssl-cert: {Certificate}", "ssl-ports: https", "attributes: load_balancing.cross_zone.enabled=true,deletion_protection.enabled=true", "target-group-attributes: preserve_client_ip.enabled=true, deregistration_delay.timeout_seconds=120"), Lbc },
        { Service("scheme: internet-facing", "eip-allocations: eipalloc-1, eipalloc-2", "subnets: subnet-a, subnet-b", ".externalTrafficPolicy: Local"), Lbc },
        { Service("internal: 'true'", "type: nlb", $"ssl-cert: {Certificate}", "ssl-ports: '443'", "target-group-attributes: preserve_client_ip.enabled=false,proxy_protocol_v2.enabled=true"), Ccm },
        { Service("backend-protocol: http", $"ssl-cert: {Certificate}", "ssl-ports: https", "proxy-protocol: '*'", "connection-idle-timeout: '3600'", "access-log-enabled: 'true'", "access-log-s3-bucket-name: logs", "access-log-emit-interval: '5'"), Ccm },
        { Service("scheme: internet-facing", "attributes: access_logs.s3.enabled=true,access_logs.s3.bucket=logs"), AutoMode },
        { Service(".ports: [{port: 53, protocol: TCP, name: a}, {port: 53, protocol: UDP, name: b}]", "scheme: internal", "enable-tcp-udp-listener: 'true'", "listener-attributes.TCP_UDP-53: tcp.idle_timeout.seconds=60"), Lbc },
        { Ingress("scheme: internet-facing", "target-type: ip", "listen-ports: '[{\"HTTP\": 80}, {\"HTTPS\": 443}]'", "ssl-redirect: '443'", $"certificate-arn: {Certificate}", "load-balancer-attributes: idle_timeout.timeout_seconds=600", "healthcheck-path: /ping"), Lbc },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_wrong_is_found_and_nothing_else(string manifest, EksLoadBalancerControllerKind controller, string[] rules) => Assert.Equal(rules, Rules(manifest, controller));

    [Theory]
    [MemberData(nameof(Sound))]
    public void What_is_right_is_left_in_peace(string manifest, EksLoadBalancerControllerKind controller) => Assert.Equal([], Rules(manifest, controller));

    [Fact]
    public void A_certificate_of_another_region_is_an_error()
    {
        Assert.Equal([], Rules(Service($"ssl-cert: {Certificate}", "scheme: internal"), Lbc, "us-west-2"));
        Assert.Equal(["CertificateOfOtherRegion"], Rules(Service($"ssl-cert: {Certificate}", "scheme: internal"), Lbc, "eu-central-1"));
        Assert.Equal(["CertificateOfOtherRegion"], Rules(Ingress($"certificate-arn: {Certificate}"), Lbc, "eu-central-1"));
    }

    [Fact]
    public void Where_the_controller_is_not_known_only_what_all_find_wrong_is_told()
    {
        ObjectReview review = Review(Service("schema: internal", "healthcheck-interval: 10s", "scheme: internal"));
        Assert.Null(review.Decision.Controller);
        Assert.Equal(["AnnotationUnknown", "ControllerUndecided", "ValueNotValid"], review.Notes.Select(static note => note.Rule).Order(StringComparer.Ordinal));
        ReviewNote warning = Assert.Single(Review(Service("type: nlb")).Notes, static note => note.Rule == "SchemeDependsOnCluster");
        Assert.Equal(EksFindingSeverity.Warning, warning.Severity);
    }

    [Fact]
    public void Of_a_Service_that_nobody_takes_it_is_said_why()
    {
        ControllerFacts bare = new() { HasController = true, HasServiceWebhook = false, IsAutoMode = false };
        ReviewNote lost = Assert.Single(Review(Service("type: external"), facts: bare).Notes);
        Assert.Equal(("NobodyTakes", EksFindingSeverity.Error), (lost.Rule, lost.Severity));
        Assert.Contains("nlb-target-type", lost.Message, StringComparison.Ordinal);
        Assert.Equal("NobodyTakes", Assert.Single(Review(Service(".type: NodePort", "scheme: internal")).Notes).Rule);
        Assert.Empty(Review(Service(".type: NodePort", "alb.ingress.kubernetes.io/healthcheck-path: /ping")).Notes);
        Assert.Equal("ValueNotValid", Assert.Single(Review(Service(".type: NodePort", "alb.ingress.kubernetes.io/healthcheck-path: ping")).Notes).Rule);
    }

    [Fact]
    public void The_type_of_a_load_balancer_that_is_there_is_told_by_its_name()
    {
        string there = Service("type: nlb") + "status:\n  loadBalancer:\n    ingress:\n    - hostname: a1b2-1.us-west-2.elb.amazonaws.com\n";
        Assert.Equal(["TypeChanged"], Rules(there, Ccm));
        Assert.Equal([], Rules(there.Replace("us-west-2.elb", "elb.us-west-2", StringComparison.Ordinal), Ccm));
    }
}
