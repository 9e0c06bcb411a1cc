using System.Text.Json.Nodes;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>The target groups of an Application Load Balancer that the AWS Load Balancer Controller makes. Facts: its pkg/ingress/model_build_target_group.go.</summary>
internal sealed class IngressTargets(ClusterView view)
{
    private const string FromAnnotation = "use-annotation";

    /// <summary>The target group of a backend; null where the load balancer answers itself, as it does for a Service that is not there.</summary>
    public TargetModel? Build(IngressGroup group, ClassifiedIngress member, JsonObject backend)
    {
        var (ns, name) = (member.Ingress.Namespace(), backend.Text("service", "name") ?? throw new ReconcileFailure($"ingress: {member.Key}: missing required \"service\" field"));
        var wanted = backend.Text("service", "port", "name") ?? $"{backend.Number("service", "port", "number")}";
        if (wanted == FromAnnotation)
        {
            return member.Annotations.Text("actions." + name) is null ? throw new ReconcileFailure($"ingress: {member.Key}: missing actions.{name} configuration") : null;
        }

        if (view.Objects.Find(ResourceCatalog.Services, ns, name) is not { } service)
        {
            return null;
        }

        var port = service.Objects("spec", "ports").FirstOrDefault(port => port.Text("name") == wanted || $"{port.Number("port")}" == wanted)
            ?? throw new ReconcileFailure($"ingress: {member.Key}: unable to find port {wanted} on service {ns}/{name}");
        var annotations = new AnnotationReader(ClassifiedIngress.Prefix, member.Ingress, service);
        var type = member.Parameters.Text("spec", "targetType") ?? annotations.Text("target-type") ?? "instance";
        if (type is not ("instance" or "ip"))
        {
            throw new ReconcileFailure($"ingress: {member.Key}: unknown targetType: {type}");
        }

        if (type == "instance" && port.Number("nodePort") is null or 0)
        {
            throw new ReconcileFailure($"ingress: {member.Key}: TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'");
        }

        var protocol = annotations.Text("backend-protocol") ?? "HTTP";
        if (protocol is not ("HTTP" or "HTTPS"))
        {
            throw new ReconcileFailure($"ingress: {member.Key}: backend protocol must be within [HTTP, HTTPS]: {protocol}");
        }

        var number = ServiceTargets.PortOf(port, type);
        return new TargetModel
        {
            ResourceId = $"{member.Key}-{name}:{wanted}", Protocol = protocol, Port = number, TargetType = type, Service = service, ServicePort = port, Check = Check(annotations, protocol),
            Attributes = annotations.Map("target-group-attributes"),
            Name = BalancerModel.MakeName(ns ?? "", name, view.Cluster.Name, group.Id, member.Key, service.Uid(), wanted, $"{number}", type, protocol),
        };
    }

    private static HealthCheck Check(AnnotationReader annotations, string protocol) => new(
        annotations.Text("healthcheck-protocol") ?? protocol, annotations.Text("healthcheck-port") ?? "traffic-port", annotations.Text("healthcheck-path") ?? "/", annotations.Number("healthcheck-interval-seconds") ?? 15,
        annotations.Number("healthcheck-timeout-seconds") ?? 5, annotations.Number("healthy-threshold-count") ?? 2, annotations.Number("unhealthy-threshold-count") ?? 2, annotations.Text("success-codes") ?? "200");
}
