using System.Globalization;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.Review;

/// <summary>Listeners of a Network Load Balancer, one for each port of the Service: aws-load-balancer-controller pkg/service/model_build_listener.go.</summary>
internal static class ListenerReview
{
    public static void Find(ReviewContext context)
    {
        if (context.Ports.Count == 0)
            return;
        FindTlsPorts(context);
        FindSharedNumbers(context);
        FindQuic(context);
        foreach ((string key, AnnotationEntry _) in context.Subject.Annotations)
        {
            if (AnnotationModel.Find(key) is { Prefix: AnnotationDefinition.ServicePrefix, Parameter: { } parameter } family && family.AppliesTo.Contains(LoadBalancedObject.ServiceKind))
                FindFamily(context, key, AnnotationModel.ParameterOf(family, key), parameter);
        }
        foreach (string word in context.List("proxy-protocol-per-target-group").Where(static word => GoValues.Integer(word, 64) is not null))
        {
            if (!context.Ports.Any(port => port.Number.ToString(CultureInfo.InvariantCulture) == word))
                context.Warn("PortUnknown", ReviewContext.Key("proxy-protocol-per-target-group"), $"{ReviewContext.Key("proxy-protocol-per-target-group")} names {word}, which is no port of the Service.");
        }
    }

    private static void FindTlsPorts(ReviewContext context)
    {
        string key = ReviewContext.Key("ssl-ports");
        foreach (string word in context.List("ssl-ports"))
        {
            if (word == "*")
                context.Error("PortUnknown", key, $"{key} is *, which the cloud provider takes for every port; {context.Who} fails with \"Unused port in ssl-ports annotation\". Without the annotation every port has TLS.", ReviewFix.ToRemove(key));
            else if (!context.Ports.Any(port => port.Is(word)))
                context.Error("PortUnknown", key, $"{key} names {word}, which is no port of the Service; {context.Who} fails.");
        }
    }

    private static void FindSharedNumbers(ReviewContext context)
    {
        bool merges = context.Value("enable-tcp-udp-listener") is { } said && GoValues.Boolean(said) == true;
        foreach (IGrouping<int, ServicePort> shared in context.Ports.GroupBy(static port => port.Number).Where(static group => group.Count() > 1))
        {
            string[] protocols = [.. shared.Select(static port => port.Protocol).Order(StringComparer.Ordinal)];
            if (!protocols.SequenceEqual(["TCP", "UDP"]))
                context.Error("PortsShareNumber", null, $"Port {shared.Key} is there for {string.Join(" and ", protocols)}; one listener can serve TCP and UDP, and no others.");
            else if (!merges && context.Reader == AnnotationReader.Lbc)
                context.Error("PortsShareNumber", ReviewContext.Key("enable-tcp-udp-listener"), $"Port {shared.Key} is there for TCP and UDP, and one of them gets no listener where {ReviewContext.Key("enable-tcp-udp-listener")} is not true.", ReviewFix.ToSet(ReviewContext.Key("enable-tcp-udp-listener"), "true"));
        }
        if (context.Ports.FirstOrDefault(static port => port.Protocol is not ("TCP" or "UDP")) is { } other)
            context.Error("ProtocolNotSupported", null, $"{context.Who} makes no listener for {other.Protocol} (port {other.Number}).");
    }

    private static void FindQuic(ReviewContext context)
    {
        string key = ReviewContext.Key("quic-enabled-ports");
        foreach (string word in context.List("quic-enabled-ports"))
        {
            ServicePort[] ports = [.. context.Ports.Where(port => port.Is(word))];
            if (ports.Length == 0)
                context.Warn("PortUnknown", key, $"{key} names {word}, which is no port of the Service.");
            else if (!Array.Exists(ports, static port => port.Protocol == "UDP"))
                context.Error("QuicWithoutUdp", key, $"{key} names {word}, which is no UDP port; {context.Who} fails.");
        }
    }

    /// <summary>Keys that name a port, or a protocol and a port: one that is no listener's is never read.</summary>
    private static void FindFamily(ReviewContext context, string key, string named, string parameter)
    {
        string[] listeners = [.. context.Ports.Select(port => ListenerOf(context, port)).Distinct(StringComparer.Ordinal)];
        if (parameter == "PORT")
        {
            if (!context.Ports.Any(port => port.Number.ToString(CultureInfo.InvariantCulture) == named))
                context.Warn("PortUnknown", key, $"{key} does nothing: {named} is no port number of the Service.");
        }
        else if (!listeners.Contains(named, StringComparer.Ordinal))
        {
            string? same = Array.Find(listeners, listener => listener.Split('-')[^1] == named.Split('-')[^1]);
            context.Warn("PortUnknown", key, $"{key} does nothing: there is no listener {named}{(same is null ? string.Empty : $", but {same}")}.", same is null ? ReviewFix.ToRemove(key) : ReviewFix.ToReplace(key, key[..^named.Length] + same, context.Subject.Value(key)!));
        }
    }

    private static string ListenerOf(ReviewContext context, ServicePort port)
    {
        bool both = context.IsTrue("enable-tcp-udp-listener") && context.Ports.Count(other => other.Number == port.Number) > 1;
        bool quic = context.List("quic-enabled-ports").Any(port.Is);
        string protocol = both ? quic ? "TCP_QUIC" : "TCP_UDP" : context.IsTls(port) ? "TLS" : quic && port.Protocol == "UDP" ? "QUIC" : port.Protocol;
        return string.Create(CultureInfo.InvariantCulture, $"{protocol}-{port.Number}");
    }
}
