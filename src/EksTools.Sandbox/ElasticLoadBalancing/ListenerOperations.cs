using System.Xml.Linq;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.ElasticLoadBalancing;

/// <summary>Listeners and their rules.</summary>
internal static class ListenerOperations
{
    private static readonly string[] ApplicationProtocols = ["HTTP", "HTTPS"];
    private static readonly string[] NetworkProtocols = ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"];

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateListener"] = Create,
        ["DescribeListeners"] = Describe,
        ["DeleteListener"] = Delete,
        ["DescribeRules"] = call => ElbServices.Page(call, "Rules", Named(call).WriteRules(), rule => rule),
    };

    /// <summary>A new listener of a load balancer.</summary>
    /// <exception cref="AwsException">The port is taken, or the protocol is none of the load balancer's.</exception>
    public static Listener Add(LoadBalancer balancer, int port, string protocol, IReadOnlyList<string> certificates, TargetGroup? target)
    {
        if (!(balancer.IsApplication ? ApplicationProtocols : NetworkProtocols).Contains(protocol))
        {
            throw new AwsException("UnsupportedProtocol", $"The protocol {protocol} is not supported for listeners of {balancer.Type} load balancers");
        }

        if (balancer.Listeners.Exists(other => other.Port == port))
        {
            throw ElbErrors.DuplicateListener();
        }

        var secure = protocol is "HTTPS" or "TLS";
        if (secure && certificates.Count == 0)
        {
            throw ElbErrors.Invalid($"A certificate must be specified for {protocol} listeners");
        }

        var made = new Listener(balancer, $"{balancer.Arn.Replace(":loadbalancer/", ":listener/", StringComparison.Ordinal)}/{ElbRegion.NewId()}", port, protocol)
        {
            Certificates = [.. certificates], Default = target, SslPolicy = secure ? "ELBSecurityPolicy-2016-08" : null,
        };
        balancer.Listeners.Add(made);
        return made;
    }

    private static Listener Named(AwsCall call)
    {
        var arn = call.Parameters.Require("ListenerArn");
        return call.Elb().LoadBalancers.SelectMany(balancer => balancer.Listeners).FirstOrDefault(listener => listener.Arn == arn) ?? throw ElbErrors.ListenersMissing();
    }

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var balancer = LoadBalancerOperations.Named(call);
        var action = call.Parameters.List("DefaultActions") is [var first, ..] ? first : throw ElbErrors.Invalid("A default action must be specified");
        var target = action.Get("Type") == "forward"
            ? call.Elb().TargetGroups.Find(group => group.Arn == (action.Get("TargetGroupArn") ?? action.Structure("ForwardConfig").List("TargetGroups").Select(item => item.Get("TargetGroupArn")).FirstOrDefault())) ?? throw ElbErrors.TargetGroupsMissing()
            : null;
        if (target is not null && target.UsedBy(call.Elb()).FirstOrDefault(other => other != balancer) is { } other)
        {
            throw new AwsException("TargetGroupAssociationLimit", $"The following target groups cannot be associated with more than one load balancer: {target.Arn} ({other.Name})");
        }

        var made = Add(balancer, call.Parameters.Number("Port") ?? throw ElbErrors.Invalid("A port must be specified"), call.Parameters.Require("Protocol"),
            [.. call.Parameters.List("Certificates").Select(certificate => certificate.Require("CertificateArn"))], target);
        made.SslPolicy = call.Parameters.Get("SslPolicy") ?? made.SslPolicy;
        made.AlpnPolicy = call.Parameters.Strings("AlpnPolicy") is [var alpn, ..] ? alpn : null;
        foreach (var (key, value) in ElbServices.ReadTags(call))
        {
            made.Tags[key] = value;
        }

        return [Members("Listeners", [made.Write()])];
    }

    private static IEnumerable<XElement?> Describe(AwsCall call)
    {
        var arns = call.Parameters.Strings("ListenerArns");
        var all = call.Parameters.Has("LoadBalancerArn") ? LoadBalancerOperations.Named(call).Listeners : [.. call.Elb().LoadBalancers.SelectMany(balancer => balancer.Listeners)];
        if (!call.Parameters.Has("LoadBalancerArn") && arns.Count == 0)
        {
            throw ElbErrors.Invalid("You must specify either listener ARNs or a load balancer ARN");
        }

        return arns.All(arn => all.Exists(listener => listener.Arn == arn))
            ? ElbServices.Page(call, "Listeners", all.Where(listener => arns.Count == 0 || arns.Contains(listener.Arn)), listener => listener.Write()) : throw ElbErrors.ListenersMissing();
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var listener = Named(call);
        listener.Balancer.Listeners.Remove(listener);
        return [];
    }
}
