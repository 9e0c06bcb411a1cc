using EksTools.Core.LoadBalancing.Values;
using static EksTools.Core.LoadBalancing.Annotations.AnnotationReader;

namespace EksTools.Core.LoadBalancing.Annotations;

/// <summary>Annotations of Services that come in groups.</summary>
internal static class ServiceGroups
{
    private const string Aws = "aws-load-balancer-";

    private static readonly string[] Services = ["Service"];

    /// <summary>Where access logs go.</summary>
    public static AnnotationDefinition[] AccessLogs()
    {
        AnnotationDefinition LogsOf(string suffix, ValueSyntax syntax) => new(AnnotationDefinition.ServicePrefix, Aws + suffix, syntax, "HHHX")
        {
            AppliesTo = Services,
            Successor = Aws + "attributes",
            DeprecatedSince = "version 2.3 of the AWS Load Balancer Controller",
            Notes =
            [
                "Sources disagree: the cloud provider's table calls it valid for Classic Load Balancers; its code honours it for Network Load Balancers too.",
                "Where attributes says otherwise, this one counts at the AWS Load Balancer Controller.",
            ],
        };
        return
        [
            LogsOf("access-log-enabled", BooleanSyntax.Instance) with { Needs = [new(Aws + "access-log-s3-bucket-name", null, "ELB refuses access logs without a bucket", IsError: false)] },
            LogsOf("access-log-s3-bucket-name", new TextSyntax("the name of a bucket")) with { Needs = [new(Aws + "access-log-enabled", null, "it does nothing without", IsError: false)] },
            LogsOf("access-log-s3-bucket-prefix", new TextSyntax("a prefix within the bucket")) with { Needs = [new(Aws + "access-log-enabled", null, "it does nothing without", IsError: false)] },
            new(AnnotationDefinition.ServicePrefix, Aws + "access-log-emit-interval", new ChoiceSyntax(["5", "60"]), "H---") { AppliesTo = Services, Notes = ["Minutes."] },
        ];
    }

    /// <summary>How targets are found healthy.</summary>
    public static AnnotationDefinition[] HealthChecks()
    {
        AnnotationDefinition Check(string suffix, ValueSyntax syntax, string support, string classic, string network, string lbc) => new(AnnotationDefinition.ServicePrefix, Aws + "healthcheck-" + suffix, syntax, support)
        {
            AppliesTo = Services,
            Defaults = new Dictionary<AnnotationReader, string> { [Classic] = classic, [Network] = network, [Lbc] = lbc, [AutoMode] = lbc }.Where(static pair => pair.Value.Length > 0).ToDictionary(),
        };
        const string local = "With externalTrafficPolicy Local, instance targets are asked by HTTP for /healthz on spec.healthCheckNodePort: every 10 s, healthy and unhealthy after 2; the time allowed is 6 s at the AWS Load Balancer Controller and 10 s at the cloud provider.";
        return
        [
            Check("protocol", new ChoiceSyntax(["tcp", "http", "https"], IgnoreCase: true), "PHHH", "tcp", "tcp", "tcp") with
            {
                Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new ChoiceSyntax(["tcp", "http", "https", "ssl"], IgnoreCase: true) },
                Notes = ["Sources disagree: the cloud provider's table calls it, with port and path, valid for Network Load Balancers; its code honours them for Classic Load Balancers too.", local],
            },
            Check("port", new PortSyntax(TakesNames: true), "PHHH", PortSyntax.Traffic, PortSyntax.Traffic, PortSyntax.Traffic) with
            {
                Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new PortSyntax(TakesNames: false), [Network] = new PortSyntax(TakesNames: false), [AutoMode] = new PortSyntax(TakesNames: false) },
                Notes = ["The name of a port of the Service is for the AWS Load Balancer Controller alone; with targets of type ip that port's targetPort must be a number."],
            },
            Check("path", new TextSyntax("a path", TextJudges.Path), "PHHH", "/", "/", "/") with { Notes = ["For checks by HTTP and HTTPS."] },
            Check("interval", new IntegerSyntax(5, 300), "HHHH", "10", "30", "10"),
            Check("timeout", new IntegerSyntax(2, 120), "HHHH", "5", "10", "10") with
            {
                Differently = new Dictionary<AnnotationReader, ValueSyntax> { [Classic] = new IntegerSyntax(2, 60) },
                Notes = ["Sources disagree: 5 seconds are the cloud provider's default for a Network Load Balancer by its documentation, 10 by its code."],
            },
            Check("healthy-threshold", new IntegerSyntax(2, 10), "HHHH", "2", "3", "3") with
            {
                Notes = ["The cloud provider's documentation wants both thresholds of a Network Load Balancer to be equal."],
            },
            Check("unhealthy-threshold", new IntegerSyntax(2, 10), "HHHH", "6", "3", "3") with
            {
                Notes = ["Sources disagree: 2 is the cloud provider's default for a Network Load Balancer by its documentation, 3 by its code."],
            },
            Check("success-codes", new TextSyntax("status codes, such as 200 or 200-399", TextJudges.SuccessCodes), "--HH", "", "", "200-399") with { Notes = ["For checks by HTTP and HTTPS."] },
        ];
    }
}
