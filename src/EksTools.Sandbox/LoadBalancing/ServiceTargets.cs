using System.Text.Json.Nodes;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>The target groups of a Network Load Balancer that the AWS Load Balancer Controller makes. Facts: its pkg/service/model_build_target_group.go.</summary>
internal sealed class ServiceTargets(ClusterView view)
{
    private const string Lb = "aws-load-balancer-";

    public TargetModel Build(JsonObject service, JsonObject port, string protocol, AnnotationReader annotations)
    {
        var type = Type(service, port, annotations);
        var targetPort = PortOf(port, type);
        var check = Check(service, annotations, type);
        return new TargetModel
        {
            ResourceId = $"{service.Namespace()}/{service.Name()}:{port.Number("port")}", Protocol = protocol, Port = targetPort, TargetType = type, Check = check, Service = service, ServicePort = port,
            Name = BalancerModel.MakeName(service.Namespace() ?? "", service.Name(), view.Cluster.Name, service.Uid(), $"{targetPort}", $"{port.Number("port")}", type, protocol, check.Protocol, $"{check.Interval}"),
            Attributes = Attributes(port, annotations),
        };
    }

    /// <summary>The port of a target group: the node port of instances, the target port of pods; 1 where that has only a name.</summary>
    public static int PortOf(JsonObject port, string type)
    {
        var number = type == "instance" ? port.Number("nodePort") : port.Number("targetPort") ?? (port.Text("targetPort") is null ? port.Number("port") : 1);
        return number is > 0 ? (int)number : throw new ReconcileFailure(type == "instance"
            ? "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'" : "TargetGroup port is empty. Are you using the correct service type?");
    }

    private static string Type(JsonObject service, JsonObject port, AnnotationReader annotations)
    {
        var type = annotations.Text(Lb + "nlb-target-type") ?? (annotations.Text(Lb + "type") == "nlb-ip" ? "ip" : "instance");
        type = type == "nlb-ip" ? "ip" : type;
        if (type is not ("ip" or "instance"))
        {
            throw new ReconcileFailure($"unsupported targetType: {type} when EnableIPTargetType is true");
        }

        if (type == "instance" && service.Text("spec", "type") is not ("NodePort" or "LoadBalancer"))
        {
            throw new ReconcileFailure($"unsupported service type \"{service.Text("spec", "type")}\" for load balancer target type \"{type}\"");
        }

        return type == "instance" && port.Number("nodePort") is null or 0 && service.At("spec", "allocateLoadBalancerNodePorts") is not null && !service.Flag("spec", "allocateLoadBalancerNodePorts")
            ? throw new ReconcileFailure("unable to support instance target type with an unallocated NodePort") : type;
    }

    private static Dictionary<string, string> Attributes(JsonObject port, AnnotationReader annotations)
    {
        var attributes = annotations.Map($"{Lb}target-group-attributes.{port.Number("port")}") is { Count: > 0 } own ? own : annotations.Map(Lb + "target-group-attributes");
        if (annotations.Text(Lb + "proxy-protocol") is { } proxy)
        {
            attributes["proxy_protocol_v2.enabled"] = proxy == "*" ? "true" : throw new ReconcileFailure($"invalid value {proxy} for Load Balancer proxy protocol v2 annotation, only value currently supported is *");
        }

        if (annotations.List(Lb + "proxy-protocol-per-target-group") is { } ports && ports.Contains($"{port.Number("port")}"))
        {
            attributes["proxy_protocol_v2.enabled"] = "true";
        }

        foreach (var (key, value) in attributes.Where(attribute => attribute.Key is "proxy_protocol_v2.enabled" or "preserve_client_ip.enabled"))
        {
            _ = AnnotationReader.GoBool(value) ?? throw new ReconcileFailure($"failed to parse attribute {key}={value}: strconv.ParseBool: parsing \"{value}\": invalid syntax");
        }

        return attributes;
    }

    private static HealthCheck Check(JsonObject service, AnnotationReader annotations, string type)
    {
        var local = type == "instance" && service.Text("spec", "externalTrafficPolicy") == "Local" && service.Number("spec", "healthCheckNodePort") is > 0;
        var raw = annotations.Text(Lb + "healthcheck-protocol") ?? (local ? "HTTP" : "TCP");
        var protocol = raw.ToUpperInvariant() is "TCP" or "HTTP" or "HTTPS" ? raw.ToUpperInvariant() : throw new ReconcileFailure($"unsupported health check protocol {raw}");
        var port = annotations.Text(Lb + "healthcheck-port") ?? (local ? $"{service.Number("spec", "healthCheckNodePort")}" : "traffic-port");
        if (port != "traffic-port" && !int.TryParse(port, out _))
        {
            var named = service.Objects("spec", "ports").FirstOrDefault(other => other.Text("name") == port)
                ?? throw new ReconcileFailure($"failed to resolve healthCheckPort: unable to find port {port} on service {service.Namespace()}/{service.Name()}");
            port = $"{PortOf(named, type)}";
        }

        int Number(string suffix, int otherwise, int forLocal) => annotations.Number($"{Lb}healthcheck-{suffix}") ?? (local ? forLocal : otherwise);
        var plain = protocol == "TCP";
        return new(protocol, port, plain ? null : annotations.Text(Lb + "healthcheck-path") ?? (local ? "/healthz" : "/"), Number("interval", 10, 10), Number("timeout", 10, 6), Number("healthy-threshold", 3, 2),
            Number("unhealthy-threshold", 3, 2), plain ? null : annotations.Text(Lb + "healthcheck-success-codes") ?? "200-399");
    }
}
