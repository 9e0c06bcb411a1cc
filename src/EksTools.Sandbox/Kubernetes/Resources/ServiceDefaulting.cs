using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Resources;

/// <summary>What the API server fills in, allocates, keeps and clears in a Service, by its type.</summary>
internal static class ServiceDefaulting
{
    private const int FirstNodePort = 30000, NodePorts = 2768;

    public static void Apply(JsonObject service, ObjectApi api)
    {
        var spec = service.Ensure("spec");
        var current = api.Store.Find(ResourceCatalog.Services, service.Namespace(), service.Name());
        Default(spec, "type", () => "ClusterIP");
        Default(spec, "sessionAffinity", () => "None");
        var (balanced, reachable) = (spec.Text("type") == "LoadBalancer", spec.Text("type") is "LoadBalancer" or "NodePort");
        ClearWhatTheTypeLacks(spec, current.Object("spec"), balanced, reachable);
        if (spec.Text("type") != "ExternalName")
        {
            if (string.IsNullOrEmpty(spec.Text("clusterIP")))
            {
                spec["clusterIP"] = current.Text("spec", "clusterIP") ?? ClusterIp(service, api);
            }

            Default(spec, "clusterIPs", () => new JsonArray(spec.Text("clusterIP")));
            Default(spec, "ipFamilies", () => new JsonArray("IPv4"));
            Default(spec, "ipFamilyPolicy", () => "SingleStack");
            Default(spec, "internalTrafficPolicy", () => "Cluster");
        }

        if (reachable)
        {
            Default(spec, "externalTrafficPolicy", () => "Cluster");
        }

        if (balanced)
        {
            Default(spec, "allocateLoadBalancerNodePorts", () => true);
        }
        else
        {
            service.Ensure("status").Remove("loadBalancer");
        }

        Ports(spec, current.Object("spec"), reachable && (!balanced || spec.Flag("allocateLoadBalancerNodePorts")), api);
        if (balanced && spec.Text("externalTrafficPolicy") == "Local" && spec.Number("healthCheckNodePort") is null or 0)
        {
            spec["healthCheckNodePort"] = current.Number("spec", "healthCheckNodePort") is > 0 and var kept ? kept : NodePort(api);
        }

        Default(service.Ensure("status"), "loadBalancer", () => new JsonObject());
    }

    private static void Default(JsonObject obj, string field, Func<JsonNode> value)
    {
        if (obj[field] is null)
        {
            obj[field] = value();
        }
    }

    // Who changes only the type need not clear what belonged to the old one (dropTypeDependentFields of the API server).
    private static void ClearWhatTheTypeLacks(JsonObject spec, JsonObject? current, bool balanced, bool reachable)
    {
        if (current is null)
        {
            return;
        }

        foreach (var field in (ReadOnlySpan<string>)["loadBalancerClass", "allocateLoadBalancerNodePorts", "healthCheckNodePort"])
        {
            if (!balanced && JsonNode.DeepEquals(spec[field], current[field]))
            {
                spec.Remove(field);
            }
        }

        if (!reachable && JsonNode.DeepEquals(spec["externalTrafficPolicy"], current["externalTrafficPolicy"]))
        {
            spec.Remove("externalTrafficPolicy");
        }

        foreach (var port in spec.Objects("ports").Where(_ => !reachable))
        {
            if (Same(port, current) is { } old && old.Number("nodePort") == port.Number("nodePort"))
            {
                port.Remove("nodePort");
            }
        }
    }

    private static void Ports(JsonObject spec, JsonObject? current, bool allocate, ObjectApi api)
    {
        foreach (var port in spec.Objects("ports"))
        {
            Default(port, "protocol", () => "TCP");
            if (port["port"] is { } number)
            {
                Default(port, "targetPort", () => number.DeepClone());
            }

            if (allocate && port.Number("nodePort") is null or 0)
            {
                port["nodePort"] = Same(port, current)?.Number("nodePort") is > 0 and var kept ? kept : NodePort(api);
            }
        }
    }

    private static JsonObject? Same(JsonObject port, JsonObject? spec) =>
        spec.Objects("ports").FirstOrDefault(other => other.Number("port") == port.Number("port") && (other.Text("protocol") ?? "TCP") == (port.Text("protocol") ?? "TCP"));

    private static int NodePort(ObjectApi api)
    {
        var used = api.Store.Peek(ResourceCatalog.Services).SelectMany(service => service.Objects("spec", "ports").Select(port => port.Number("nodePort")).Append(service.Number("spec", "healthCheckNodePort"))).ToHashSet();
        while (true)
        {
            var port = FirstNodePort + RandomNumberGenerator.GetInt32(NodePorts);
            if (!used.Contains(port))
            {
                return port;
            }
        }
    }

    private static string ClusterIp(JsonObject obj, ObjectApi api)
    {
        var used = api.Store.Peek(ResourceCatalog.Services).Select(s => s.Text("spec", "clusterIP")).ToHashSet();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{obj.Namespace()}/{obj.Name()}"));
        return api.Services.Free((hash[0] << 8) | hash[1], used);
    }
}
