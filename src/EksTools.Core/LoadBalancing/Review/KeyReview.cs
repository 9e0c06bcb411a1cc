using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Findings;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>Holds each annotation against the model: is it known, does this controller take it, is its value one, what does it need.</summary>
internal static class KeyReview
{
    public static void Find(ReviewContext context)
    {
        foreach ((string key, AnnotationEntry entry) in context.Subject.Annotations)
        {
            if (!AnnotationModel.IsOurs(key))
                continue;
            if (entry.Fault is { } fault)
                context.Error(fault.StartsWith("stands", StringComparison.Ordinal) ? "AnnotationRepeated" : "ValueNotText", key, $"{key} {fault}.", fault.StartsWith("is ", StringComparison.Ordinal) && !fault.Contains("refuses; write", StringComparison.Ordinal) ? ReviewFix.ToSet(key, entry.Value) : ReviewFix.ByHand);
            if (AnnotationModel.Find(key) is { } definition)
                FindKnown(context, key, entry.Value, definition);
            else
                FindUnknown(context, key, entry.Value);
        }
    }

    private static void FindUnknown(ReviewContext context, string key, string value)
    {
        string? meant = AnnotationModel.Nearest(key);
        bool taken = meant is not null && context.Subject.Annotations.ContainsKey(meant);
        context.Warn(
            "AnnotationUnknown",
            key,
            $"{key} is no annotation of any load balancer controller, and all pass it over without a word{(meant is null ? string.Empty : $"; did you mean {meant}?")}",
            meant is null || taken || AnnotationModel.Find(meant) is { Parameter: not null } ? ReviewFix.ToRemove(key) : ReviewFix.ToReplace(key, meant, value));
    }

    private static void FindKnown(ReviewContext context, string key, string value, AnnotationDefinition definition)
    {
        if (!definition.AppliesTo.Contains(context.Subject.Kind))
        {
            context.Warn("AnnotationOnWrongKind", key, $"{key} belongs on {(definition.AppliesTo is [var only] ? $"a {only}".Replace("a I", "an I", StringComparison.Ordinal) : "other objects")}, and does nothing on {(context.Subject.IsService ? "a Service" : "an Ingress")}.", ReviewFix.ToRemove(key));
            return;
        }

        // On a Service these speak of the target group behind an Ingress, whoever takes the Service itself.
        bool behindIngress = context.Subject.IsService && definition.Prefix == AnnotationDefinition.IngressPrefix;
        AnnotationReader reader = behindIngress ? AnnotationReader.Lbc : context.Reader;
        switch (definition.SupportBy(reader))
        {
            case EksAnnotationSupport.Ignored:
                FindIgnored(context, key, definition);
                return;
            case EksAnnotationSupport.Refused:
                FindRefused(context, key, definition);
                return;
            case EksAnnotationSupport.Undocumented:
                context.Tell("AnnotationUndocumented", key, $"The documentation of {context.Who} says nothing of {key}.");
                break;
        }
        foreach (ValueProblem problem in definition.SyntaxFor(reader).Check(value))
        {
            string suggestion = problem.Suggestion is { } better ? $"; did you mean {better}?" : ".";
            context.Add(problem.Severity, problem.Severity == EksFindingSeverity.Error ? "ValueNotValid" : "ValueDoubtful", key, $"The value {Shown(value)} of {key} {problem.Message}{suggestion}", problem.Suggestion is { } fix ? ReviewFix.ToSet(key, fix) : null);
        }
        if (reader is not (AnnotationReader.Lbc or AnnotationReader.AutoMode))
            return;
        if (definition.DeprecatedSince is { } since)
            context.Tell("AnnotationDeprecated", key, $"{key} is deprecated since {since}{(definition.Successor is { } successor ? $": {definition.Prefix}/{successor} has taken its place" : string.Empty)}.");
        FindNeeds(context, key, value, definition);
    }

    private static void FindIgnored(ReviewContext context, string key, AnnotationDefinition definition)
    {
        string hint = (definition.Suffix, context.IsCloudProvider) switch
        {
            ("aws-load-balancer-scheme", true) => "; it takes aws-load-balancer-internal, and without that the load balancer is open to the internet",
            ("aws-load-balancer-proxy-protocol", true) => "; its Network Load Balancers take the target group attribute proxy_protocol_v2.enabled",
            ("aws-load-balancer-attributes", true) => "; it takes single annotations, such as aws-load-balancer-cross-zone-load-balancing-enabled",
            ("aws-load-balancer-connection-idle-timeout", false) => "; a Network Load Balancer has tcp.idle_timeout.seconds in aws-load-balancer-listener-attributes.TCP-PORT",
            ("aws-load-balancer-connection-draining-timeout", false) => "; a Network Load Balancer has deregistration_delay.timeout_seconds in aws-load-balancer-target-group-attributes",
            ("aws-load-balancer-extra-security-groups", false) => "; it takes aws-load-balancer-security-groups, in place of its own",
            _ => string.Empty,
        };
        EksLoadBalancerControllerKind other = definition.SupportBy(AnnotationReader.Lbc) == EksAnnotationSupport.Honoured ? EksLoadBalancerControllerKind.Lbc : EksLoadBalancerControllerKind.Ccm;
        bool network = other == EksLoadBalancerControllerKind.Ccm && context.Reader == AnnotationReader.Network;
        context.Warn("AnnotationIgnored", key, $"{key} is passed over by {context.Who}{hint}. {(network ? "It is for its Classic Load Balancers." : $"It is for {ControllerChoice.NameOf(other)}.")}", ReviewFix.ToRemove(key));
    }

    private static void FindRefused(ReviewContext context, string key, AnnotationDefinition definition)
    {
        if (context.IsCloudProvider)
        {
            context.Error("AnnotationRefused", key, $"{context.Who} fails on {key}: it is {(context.Reader == AnnotationReader.Classic ? "for Network Load Balancers" : "for Classic Load Balancers")} alone.", ReviewFix.ToRemove(key));
            return;
        }
        string instead = definition.Suffix switch
        {
            "aws-load-balancer-type" => "spec.loadBalancerClass: eks.amazonaws.com/nlb takes its place",
            "load-balancer-source-ranges" => "spec.loadBalancerSourceRanges takes its place",
            "aws-load-balancer-internal" => "aws-load-balancer-scheme takes its place",
            "ingress.class" => "spec.ingressClassName takes its place",
            "group.name" => "spec.group of the IngressClassParams takes its place",
            "waf-acl-id" or "web-acl-id" => "WAF Classic is not supported; wafv2-acl-arn is",
            "shield-advanced-protection" => "Shield is not integrated",
            "listener-attributes." => "there is nothing in its place yet",
            _ => "aws-load-balancer-attributes takes its place",
        };
        context.Warn("AnnotationRefused", key, $"The EKS user guide calls {key} not supported by EKS Auto Mode: {instead}.", ReviewFix.ToRemove(key));
    }

    private static void FindNeeds(ReviewContext context, string key, string value, AnnotationDefinition definition)
    {
        foreach (AnnotationNeed need in definition.Needs)
        {
            string other = $"{definition.Prefix}/{need.Suffix}";
            string? found = other == ReviewContext.Key("scheme") ? context.Scheme ?? need.Value : context.Subject.Value(other);
            bool met = found is not null && (need.Value is null || found == need.Value || (need.Value == "true" && GoValues.Boolean(found) == true));
            if (met)
                continue;
            ReviewFix fix = need.Value is { } wanted ? ReviewFix.ToSet(other, wanted) : ReviewFix.ToRead(other);
            context.Add(need.IsError ? EksFindingSeverity.Error : EksFindingSeverity.Warning, "NeedNotMet", key, $"{key} needs {other}{(need.Value is null ? string.Empty : $": {need.Value}")}: {need.Otherwise}.", fix);
        }
        foreach (AnnotationConflict conflict in definition.Conflicts)
        {
            string other = $"{definition.Prefix}/{conflict.Suffix}";
            if (context.Subject.Value(other) is { } found && (conflict.Value is null || found == conflict.Value || (conflict.Value == "true" && GoValues.Boolean(found) == true)))
                context.Add(conflict.IsError ? EksFindingSeverity.Error : EksFindingSeverity.Warning, "AnnotationsConflict", key, $"{key} stands beside {other}: {conflict.Consequence}.", ReviewFix.ToRemove(key));
        }
        if (definition.Suffix == "aws-load-balancer-enable-prefix-for-ipv6-source-nat" && value == "on" && !context.IsDualStack)
            context.Error("NeedNotMet", key, $"{key} needs {ReviewContext.Key("ip-address-type")}: dualstack: the controller fails without.", ReviewFix.ToSet(ReviewContext.Key("ip-address-type"), "dualstack"));
    }

    /// <summary>A value as it may stand in a message.</summary>
    private static string Shown(string value)
    {
        const int most = 80;
        string line = value.ReplaceLineEndings(" ").Trim();
        return $"'{(line.Length > most ? line[..most] + "…" : line)}'";
    }
}
