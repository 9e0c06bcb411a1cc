using System.Globalization;
using System.Text.Json;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Findings;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>What the controller makes of an Ingress as a whole: aws-load-balancer-controller pkg/ingress.</summary>
internal static class IngressReview
{
    private static readonly string[] ForHttps = ["certificate-arn", "ssl-policy", "mutual-authentication", "jwt-validation"];

    public static void Find(ReviewContext context)
    {
        AddressReview.FindCertificates(context, ReviewContext.AlbKey("certificate-arn"));
        ParametersReview.Find(context);
        IReadOnlyList<(string Protocol, int Port)>? listeners = Listeners(context);
        if (listeners is not null)
            FindListeners(context, listeners);
        FindActions(context);
        FindAuthentication(context, listeners);
        if (Value(context, "frontend-nlb-eip-allocations") is { } addresses && Value(context, "frontend-nlb-subnets") is { } subnets && GoValues.List(addresses).Count != GoValues.List(subnets).Count)
            context.Error("CountsDiffer", ReviewContext.AlbKey("frontend-nlb-eip-allocations"), $"There are {GoValues.List(addresses).Count} allocations and {GoValues.List(subnets).Count} subnets: there must be one for each subnet.");
        if (Value(context, "subnets") is { } zones && GoValues.List(zones).Count == 1)
            context.Warn("OneSubnet", ReviewContext.AlbKey("subnets"), "An Application Load Balancer needs subnets in two Availability Zones at least.");
        if (Value(context, "inbound-cidrs") is { } ranges && Value(context, "ip-address-type") is null or "ipv4" && GoValues.List(Value(context, "inbound-cidrs") ?? string.Empty).FirstOrDefault(static range => GoValues.IsCidr(range, out bool six) && six) is { } wide)
            context.Warn("RangeOfOtherFamily", ReviewContext.AlbKey("inbound-cidrs"), $"The range {wide} of {ranges} is of IPv6, and the load balancer has no such addresses.", ReviewFix.ToSet(ReviewContext.AlbKey("ip-address-type"), "dualstack"));
        if (Value(context, "scheme") is null && context.Subject.Hostname is null && context.Reader == AnnotationReader.Lbc)
            context.Tell("InternalByDefault", null, $"{context.Who} makes an internal load balancer of a new Ingress that names no scheme, where its IngressClassParams do not either.", ReviewFix.ToSet(ReviewContext.AlbKey("scheme"), "internet-facing"));
        if (context.Subject.Ingress is { ClassName: not null } && context.Subject.Annotations.ContainsKey(Controllers.ControllerChoice.IngressClassAnnotation))
            context.Add(context.Subject.IsLive ? EksFindingSeverity.Warning : EksFindingSeverity.Error, "ClassTwice", Controllers.ControllerChoice.IngressClassAnnotation, $"{Controllers.ControllerChoice.IngressClassAnnotation} stands beside spec.ingressClassName, and the API server takes no new Ingress with both.", ReviewFix.ToRemove(Controllers.ControllerChoice.IngressClassAnnotation));
    }

    /// <summary>What counts: what the class's parameters say goes before the annotation.</summary>
    private static string? Value(ReviewContext context, string suffix) => context.Parameters?.Settings.GetValueOrDefault(suffix) ?? context.Subject.Value(ReviewContext.AlbKey(suffix));

    /// <summary>What listen-ports says, or what holds without it; null where it does not parse.</summary>
    private static IReadOnlyList<(string Protocol, int Port)>? Listeners(ReviewContext context)
    {
        bool tls = Value(context, "certificate-arn") is { Length: > 0 } || (Value(context, "create-acm-cert") is { } made && GoValues.Boolean(made) == true);
        if (Value(context, "listen-ports") is not { } ports)
            return tls || context.Subject.Ingress is { HasTls: true } ? [("HTTPS", 443)] : [("HTTP", 80)];
        try
        {
            using JsonDocument document = JsonDocument.Parse(ports);
            return IngressJson.ReadListenPorts(new GoJson(document.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or GoJsonException)
        {
            return null; // Told as the value's own fault.
        }
    }

    private static void FindListeners(ReviewContext context, IReadOnlyList<(string Protocol, int Port)> listeners)
    {
        bool grouped = context.Subject.Annotations.ContainsKey(ReviewContext.AlbKey("group.name"));
        bool secure = listeners.Any(static listener => listener.Protocol == "HTTPS");
        if (Value(context, "ssl-redirect") is { } redirect && GoValues.Integer(redirect, 32) is { } port && !grouped && !listeners.Contains(("HTTPS", (int)port)))
            context.Error("RedirectNowhere", ReviewContext.AlbKey("ssl-redirect"), $"{ReviewContext.AlbKey("ssl-redirect")} leads to {redirect}, and there is no HTTPS listener on it; the controller fails.", ReviewFix.ToSet(ReviewContext.AlbKey("listen-ports"), $"[{{\"HTTP\": 80}}, {{\"HTTPS\": {port}}}]"));
        if (!secure && !grouped)
        {
            foreach (string suffix in ForHttps.Where(suffix => Value(context, suffix) is { Length: > 0 }))
                context.Warn("NoHttpsListener", ReviewContext.AlbKey(suffix), $"{ReviewContext.AlbKey(suffix)} is for HTTPS, and {ReviewContext.AlbKey("listen-ports")} has no HTTPS port.", ReviewFix.ToSet(ReviewContext.AlbKey("listen-ports"), "[{\"HTTP\": 80}, {\"HTTPS\": 443}]"));
        }
        foreach ((string key, AnnotationEntry _) in context.Subject.Annotations)
        {
            if (AnnotationModel.Find(key) is not { Prefix: AnnotationDefinition.IngressPrefix, Suffix: "listener-attributes." } family || grouped)
                continue;
            string named = AnnotationModel.ParameterOf(family, key);
            if (!listeners.Any(listener => named == string.Create(CultureInfo.InvariantCulture, $"{listener.Protocol}-{listener.Port}")))
                context.Warn("PortUnknown", key, $"{key} does nothing: there is no listener {named}.");
        }
    }

    private static void FindActions(ReviewContext context)
    {
        if (context.Subject.Ingress is not { } spec)
            return;
        foreach (string action in spec.Backends.Where(static backend => backend.IsAction).Select(static backend => backend.Service).Distinct(StringComparer.Ordinal))
        {
            if (Value(context, "actions." + action) is null)
                context.Error("ActionMissing", ReviewContext.AlbKey("actions." + action), $"A rule leads to the action {action}, and {ReviewContext.AlbKey("actions." + action)} is not there: it is answered 503.", ReviewFix.ToRead(ReviewContext.AlbKey("actions." + action)));
        }
        foreach ((string key, AnnotationEntry _) in context.Subject.Annotations)
        {
            if (AnnotationModel.Find(key) is not { Prefix: AnnotationDefinition.IngressPrefix, Parameter: "NAME" } family)
                continue;
            string name = AnnotationModel.ParameterOf(family, key);
            bool used = spec.Backends.Any(backend => backend.Service == name && (backend.IsAction || family.Suffix != "actions."));
            if (!used && family.Suffix == "actions." && spec.Backends.FirstOrDefault(backend => backend.Service == name) is not null)
                context.Warn("ActionNotUsed", key, $"{key} does nothing: the rule that leads to {name} names another port than use-annotation.");
            else if (!used && !(family.Suffix == "actions." && name == "ssl-redirect"))
                context.Warn("ActionNotUsed", key, $"{key} does nothing: no rule leads to {name}.", ReviewFix.ToRemove(key));
        }
    }

    private static void FindAuthentication(ReviewContext context, IReadOnlyList<(string Protocol, int Port)>? listeners)
    {
        if (Value(context, "auth-type") is not ("oidc" or "cognito") || context.Subject.Annotations.ContainsKey(ReviewContext.AlbKey("group.name")))
            return;
        string type = Value(context, "auth-type")!, idp = ReviewContext.AlbKey("auth-idp-" + type);
        if (!context.Subject.Annotations.ContainsKey(idp))
            context.Error("NeedNotMet", ReviewContext.AlbKey("auth-type"), $"{ReviewContext.AlbKey("auth-type")} {type} needs {idp}; the controller fails without.", ReviewFix.ToRead(idp));
        if (Value(context, "jwt-validation") is not null)
            context.Error("AnnotationsConflict", ReviewContext.AlbKey("jwt-validation"), $"{ReviewContext.AlbKey("jwt-validation")} and {ReviewContext.AlbKey("auth-type")} cannot both be; the controller fails.");
        if (listeners is not null && !listeners.Any(static listener => listener.Protocol == "HTTPS"))
            context.Warn("NoHttpsListener", ReviewContext.AlbKey("auth-type"), "Authentication is for HTTPS listeners, and there is none: nobody is asked who they are.");
    }
}
