using EksTools.Core.LoadBalancing.Values;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Annotations;

/// <summary>
/// The annotations of Ingresses, and of the Services behind them: aws-load-balancer-controller pkg/annotations/constants.go and pkg/ingress.
/// What EKS Auto Mode leaves out is told by https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html; the rest it is taken to do
/// as the AWS Load Balancer Controller does.
/// </summary>
internal static class IngressAnnotations
{
    private static readonly string[] OnIngress = ["Ingress"];
    private static readonly string[] OnBoth = ["Ingress", "Service"];

    private static readonly AnnotationConflict OwnGroups = new("security-groups", "with security groups of one's own it does nothing");
    private static readonly AnnotationNeed Frontend = new("enable-frontend-nlb", "true", "it does nothing without", IsError: false);

    public static IReadOnlyList<AnnotationDefinition> All { get; } =
    [
        new("kubernetes.io", "ingress.class", new TextSyntax("the name of a class"), "--HX")
        {
            AppliesTo = OnIngress,
            DeprecatedSince = "Kubernetes 1.18, in favour of spec.ingressClassName",
            ChangeEffect = EksAnnotationChangeEffect.Replaces,
        },
        One("load-balancer-name", new TextSyntax("at most 32 letters, digits and hyphens", TextJudges.LoadBalancerName)) with { ChangeEffect = EksAnnotationChangeEffect.NoEffect },
        One("group.name", new TextSyntax("the name of a group", TextJudges.GroupName), support: "--HX") with
        {
            ChangeEffect = EksAnnotationChangeEffect.Replaces,
            Notes = ["Ingresses of one group share a load balancer: whoever may write one of them can add rules to all. In Auto Mode the IngressClassParams name the group."],
        },
        One("group.order", new IntegerSyntax(-1000, 1000)) with { Defaults = Default("0") },
        One("tags", new MapSyntax("AWS tags", TextJudges.Tags), OnBoth),
        One("ip-address-type", new ChoiceSyntax(["ipv4", "dualstack", "dualstack-without-public-ipv4"])) with { Defaults = Default("ipv4") },
        One("scheme", new ChoiceSyntax(["internal", "internet-facing"])) with { ChangeEffect = EksAnnotationChangeEffect.Replaces, Defaults = Default("internal") },
        One("subnets", new ListSyntax(ItemShape.Subnet)) with { Notes = ["At least two, in two Availability Zones."] },
        One("customer-owned-ipv4-pool", new TextSyntax("the id of a pool", TextJudges.NotEmpty)) with { ChangeEffect = EksAnnotationChangeEffect.Refused },
        One("load-balancer-attributes", new MapSyntax("attributes", Known: AttributeCatalogue.Application)) with
        {
            Notes = ["deletion_protection.enabled=true keeps the controller from deleting the load balancer.", "An attribute that is taken out keeps its value: set it back first."],
        },
        One("wafv2-acl-arn", new TextSyntax("the ARN of a web ACL, or none", TextJudges.Arn)) with { Conflicts = [new("wafv2-acl-name", "one of them is enough, and wafv2-acl-name goes first")] },
        One("wafv2-acl-name", new TextSyntax("the name of a web ACL, or none")),
        One("waf-acl-id", new TextSyntax("the id of a web ACL of WAF Classic, or none"), support: "--HX"),
        One("web-acl-id", new TextSyntax("the id of a web ACL of WAF Classic"), support: "--HX") with { Successor = "waf-acl-id", DeprecatedSince = "version 1 of the controller" },
        One("shield-advanced-protection", BooleanSyntax.Instance, support: "--HX"),
        One("security-groups", new ListSyntax(ItemShape.SecurityGroup)) with { Notes = ["No security group is made then, and rules for nodes and pods are opened with manage-backend-security-group-rules alone."] },
        One("manage-backend-security-group-rules", BooleanSyntax.Instance) with { Needs = [new("security-groups", null, "the controller manages the rules of its own security group anyway", IsError: false)] },
        One("listen-ports", new JsonSyntax("[{\"HTTP\": 80}, {\"HTTPS\": 443}]", IngressJson.ListenPorts)) with { Defaults = Default("[{\"HTTP\": 80}], or with a certificate [{\"HTTPS\": 443}]") },
        One("ssl-redirect", new IntegerSyntax(1, 65535)),
        One("inbound-cidrs", new ListSyntax(ItemShape.Cidr)) with { Defaults = Default("0.0.0.0/0, and ::/0 with dualstack"), Conflicts = [OwnGroups] },
        One("security-group-prefix-lists", new ListSyntax(ItemShape.PrefixList)) with { Conflicts = [OwnGroups] },
        One("certificate-arn", new ListSyntax(ItemShape.Certificate)) with { Notes = ["A certificate of ACM must be of the load balancer's region."] },
        One("ssl-policy", new TextSyntax("the name of a security policy", TextJudges.SslPolicy)) with { Defaults = Default("ELBSecurityPolicy-2016-08") },
        One("create-acm-cert", BooleanSyntax.Instance) with { Notes = ["A value that is neither true nor false is passed over."] },
        One("acm-pca-arn", new TextSyntax("the ARN of a private certificate authority", TextJudges.Arn)) with { Needs = [new("create-acm-cert", "true", "it does nothing without", IsError: false)] },
        One("target-type", new ChoiceSyntax(["instance", "ip"]), OnBoth) with { Defaults = Default("instance"), Notes = ["instance wants Services of type NodePort or LoadBalancer."] },
        One("backend-protocol", new ChoiceSyntax(["HTTP", "HTTPS"]), OnBoth) with { Defaults = Default("HTTP") },
        One("backend-protocol-version", new ChoiceSyntax(["HTTP1", "HTTP2", "GRPC"]), OnBoth) with { Defaults = Default("HTTP1") },
        One("target-group-attributes", new MapSyntax("attributes", Known: AttributeCatalogue.ApplicationTargetGroup), OnBoth),
        One("target-node-labels", new MapSyntax("labels"), OnBoth) with { Conflicts = [new("target-type", "with targets of type ip it does nothing", Value: "ip")] },
        One("multi-cluster-target-group", BooleanSyntax.Instance, OnBoth) with { Defaults = Default("false") },
        One("target-control-port.", new IntegerSyntax(1, 65535), OnBoth) with { Parameter = "SERVICE.PORT", Notes = ["For targets of type ip alone."] },
        .. HealthChecks(string.Empty, OnBoth),
        One("auth-type", new ChoiceSyntax(["none", "oidc", "cognito"]), OnBoth) with { Defaults = Default("none"), Notes = ["For HTTPS listeners alone."] },
        One("auth-idp-cognito", new JsonSyntax("userPoolARN, userPoolClientID and userPoolDomain", IngressJson.Cognito), OnBoth) with { Needs = [new("auth-type", "cognito", "it does nothing without", IsError: false)] },
        One("auth-idp-oidc", new JsonSyntax("issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint and secretName", IngressJson.Oidc), OnBoth) with { Needs = [new("auth-type", "oidc", "it does nothing without", IsError: false)] },
        One("auth-on-unauthenticated-request", new ChoiceSyntax(["authenticate", "allow", "deny"]), OnBoth) with { Defaults = Default("authenticate") },
        One("auth-scope", new TextSyntax("scopes with spaces between", TextJudges.Scope), OnBoth) with { Defaults = Default("openid") },
        One("auth-session-cookie", new TextSyntax("the name of a cookie"), OnBoth) with { Defaults = Default("AWSELBAuthSessionCookie") },
        One("auth-session-timeout", new IntegerSyntax(1, 604800, Bits: 64), OnBoth) with { Defaults = Default("604800") },
        One("jwt-validation", new JsonSyntax("jwksEndpoint, issuer and additionalClaims", IngressJson.JwtValidation)) with { Notes = ["For HTTPS listeners alone, and not together with auth-type."] },
        One("mutual-authentication", new JsonSyntax("[{\"port\": 443, \"mode\": \"verify\", \"trustStore\": \"ARN or name\"}]", IngressJson.MutualAuthentication)),
        One("actions.", new JsonSyntax("an action: forward, redirect or fixed-response", IngressJson.Action)) with { Parameter = "NAME", Notes = ["NAME is the service's name in a rule whose port is named use-annotation."] },
        One("conditions.", new JsonSyntax("a list of conditions", IngressJson.ConditionList)) with { Parameter = "NAME", Notes = ["The controller's webhook refuses an Ingress whose conditions are wrong."] },
        One("transforms.", new JsonSyntax("a list of transforms", IngressJson.TransformList)) with { Parameter = "NAME" },
        One("use-regex-path-match", BooleanSyntax.Instance) with { Defaults = Default("false") },
        One("listener-attributes.", new MapSyntax("attributes", Known: AttributeCatalogue.ApplicationListener), support: "--HX") with { Parameter = "PROTOCOL-PORT" },
        One("minimum-load-balancer-capacity", new MapSyntax("CapacityUnits", TextJudges.Capacity)) with { Notes = ["Taking it away leaves the reservation: set CapacityUnits=0."] },
        One("ipam-ipv4-pool-id", new TextSyntax("the id of an IPAM pool")),
        One("dry-run-plan", new TextSyntax("written by the controller")) with { Notes = ["Written by the controller, and for nobody else to write."] },
        One("enable-frontend-nlb", BooleanSyntax.Instance) with { Defaults = Default("false") },
        Front("scheme", new ChoiceSyntax(["internal", "internet-facing"])) with { ChangeEffect = EksAnnotationChangeEffect.Replaces, Defaults = Default("internal") },
        Front("subnets", new ListSyntax(ItemShape.Subnet)),
        Front("security-groups", new ListSyntax(ItemShape.SecurityGroup)),
        Front("listener-port-mapping", new MapSyntax("ports", TextJudges.PortMapping)),
        Front("eip-allocations", new ListSyntax(ItemShape.EipAllocation)) with { Needs = [Frontend, new("frontend-nlb-scheme", "internet-facing", "the controller fails for an internal load balancer")] },
        .. HealthChecks("frontend-nlb-", OnIngress),
        Front("attributes", new MapSyntax("attributes", Known: AttributeCatalogue.Network)),
        Front("tags", new MapSyntax("AWS tags", TextJudges.Tags)),
    ];

    private static AnnotationDefinition[] HealthChecks(string prefix, string[] kinds)
    {
        bool front = prefix.Length > 0;
        string check = front ? prefix + "healthcheck-" : string.Empty;
        AnnotationDefinition[] checks =
        [
            One(prefix + "healthcheck-port", new PortSyntax(TakesNames: !front), kinds) with { Defaults = Default(PortSyntax.Traffic) },
            One(prefix + "healthcheck-protocol", new ChoiceSyntax(["HTTP", "HTTPS"]), kinds) with { Defaults = Default("HTTP") },
            One(prefix + "healthcheck-path", new TextSyntax("a path", TextJudges.Path), kinds) with { Defaults = Default(front ? "/" : "/, or with GRPC /AWS.ALB/healthcheck") },
            One(prefix + "healthcheck-interval-seconds", new IntegerSyntax(5, 300), kinds) with { Defaults = Default("15") },
            One(prefix + "healthcheck-timeout-seconds", new IntegerSyntax(2, 120), kinds) with { Defaults = Default("5") },
            One(check + "healthy-threshold-count", new IntegerSyntax(2, 10), kinds) with { Defaults = Default(front ? "3" : "2") },
            One(check + "unhealthy-threshold-count", new IntegerSyntax(2, 10), kinds) with { Defaults = Default(front ? "3" : "2") },
            One(check + "success-codes", new TextSyntax("status codes, such as 200 or 200-299", TextJudges.SuccessCodes), kinds) with { Defaults = Default(front ? "200" : "200, or with GRPC 12") },
        ];
        return front ? [.. checks.Select(static one => one with { Needs = [Frontend] })] : checks;
    }

    private static AnnotationDefinition Front(string suffix, ValueSyntax syntax) => One("frontend-nlb-" + suffix, syntax) with { Needs = [Frontend] };

    private static AnnotationDefinition One(string suffix, ValueSyntax syntax, string[]? kinds = null, string support = "--HH") =>
        new(AnnotationDefinition.IngressPrefix, suffix, syntax, support) { AppliesTo = kinds ?? OnIngress };

    private static Dictionary<AnnotationReader, string> Default(string value) => new() { [AnnotationReader.Lbc] = value, [AnnotationReader.AutoMode] = value };
}
