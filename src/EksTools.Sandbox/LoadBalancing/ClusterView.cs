using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.ElasticLoadBalancing;
using EksTools.Sandbox.Kubernetes.ControlPlanes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using Cluster = EksTools.Sandbox.Eks.Cluster;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>A cluster as the controllers of load balancers see it: its objects on one side, its account on the other.</summary>
internal sealed class ClusterView(Cluster cluster, IClusterObjects objects)
{
    public static readonly ResourceType Ingresses = ResourceCatalog.Find("networking.k8s.io", "v1", "ingresses")!;
    public static readonly ResourceType IngressClasses = ResourceCatalog.Find("networking.k8s.io", "v1", "ingressclasses")!;

    private const string ExcludedNode = "node.kubernetes.io/exclude-from-external-load-balancers";
    private const int MaxPrefix = 236;

    public Cluster Cluster { get; } = cluster;

    public IClusterObjects Objects { get; } = objects;

    public AwsAccount Account => Cluster.Eks.Account;

    public Ec2Region Ec2 => Cluster.Eks.Ec2;

    public ElbRegion Elb => Account.Elb(Cluster.Eks.Region.Name);

    /// <summary>The tag that says whose a resource is.</summary>
    public string OwnerTag => $"kubernetes.io/cluster/{Cluster.Name}";

    /// <summary>The nodes that take traffic, with their instances.</summary>
    public IReadOnlyList<(JsonObject Node, Instance Instance)> Nodes() =>
    [
        .. from node in Objects.List(ResourceCatalog.Nodes)
           where node.Objects("status", "conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True") && node.At("metadata", "labels", ExcludedNode) is null
           let instance = Ec2.Find<Instance>(node.Text("spec", "providerID")?.Split('/')[^1])
           where instance is { State: "running" }
           select (node, instance),
    ];

    /// <summary>The addresses of a Service's ready pods, with their nodes and ports.</summary>
    public IReadOnlyList<(string Address, string? Node, JsonObject Ports)> Endpoints(string? ns, string service) =>
    [
        .. Objects.Find(ResourceCatalog.Endpoints, ns, service).Objects("subsets").SelectMany(subset => subset.Objects("addresses").Select(address => (address.Text("ip") ?? "", address.Text("nodeName"), subset))),
    ];

    /// <summary>Tells of something; the same again is counted. An event that cannot be written is lost, as in Kubernetes.</summary>
    public void Tell(JsonObject about, string component, string type, string reason, string message)
    {
        var (ns, now) = (about.Namespace() ?? "default", Objects.Timestamp);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about.Uid() + reason + message)))[..16];
        var name = $"{about.Name()[..Math.Min(about.Name().Length, MaxPrefix)]}.{hash}";
        try
        {
            var again = Objects.Change(ResourceCatalog.Events, ns, name, told => (told["count"], told["lastTimestamp"]) = ((told.Number("count") ?? 1) + 1, now));
            if (again is null)
            {
                Objects.Create(ResourceCatalog.Events, ns, new()
                {
                    ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
                    ["involvedObject"] = new JsonObject { ["kind"] = about.Text("kind"), ["apiVersion"] = about.Text("apiVersion"), ["name"] = about.Name(), ["namespace"] = about.Namespace(), ["uid"] = about.Uid() },
                    ["reason"] = reason, ["message"] = message, ["type"] = type, ["count"] = 1, ["firstTimestamp"] = now, ["lastTimestamp"] = now,
                    ["source"] = new JsonObject { ["component"] = component }, ["reportingComponent"] = component, ["reportingInstance"] = "",
                });
            }
        }
        catch (StatusException)
        {
            // Its namespace is going.
        }
    }

    public static bool Holds(JsonObject obj, string finalizer) => obj.Texts("metadata", "finalizers").Contains(finalizer);

    /// <summary>Keeps an object from vanishing before what was made for it is gone.</summary>
    /// <exception cref="ReconcileFailure">The API server refuses.</exception>
    public void Hold(ResourceType type, JsonObject obj, string finalizer)
    {
        if (!Holds(obj, finalizer))
        {
            Write(type, obj, current => current.Ensure("metadata")["finalizers"] = current.Texts("metadata", "finalizers").Append(finalizer).Distinct().ToJson());
        }
    }

    /// <summary>Lets an object go.</summary>
    /// <exception cref="ReconcileFailure">The API server refuses.</exception>
    public void Release(ResourceType type, JsonObject obj, string finalizer)
    {
        if (Holds(obj, finalizer))
        {
            Write(type, obj, current => current.Ensure("metadata")["finalizers"] = current.Texts("metadata", "finalizers").Where(other => other != finalizer).ToJson());
        }
    }

    /// <summary>Writes where an object's load balancer is; null for nowhere.</summary>
    /// <exception cref="ReconcileFailure">The API server refuses.</exception>
    public void Publish(ResourceType type, JsonObject obj, string? hostname, JsonArray? ports = null)
    {
        var ingress = new JsonObject { ["hostname"] = hostname };
        if (ports is not null)
        {
            ingress["ports"] = ports;
        }

        JsonObject status = hostname is null ? [] : new() { ["ingress"] = new JsonArray(ingress) };
        if (!JsonNode.DeepEquals(obj.Object("status", "loadBalancer") ?? [], status))
        {
            Write(type, obj, current => current.Ensure("status")["loadBalancer"] = status, "status");
        }
    }

    /// <summary>A security group of the cluster's VPC by its name.</summary>
    public SecurityGroup? FindGroup(string name) => Ec2.All<SecurityGroup>().FirstOrDefault(group => group.VpcId == Cluster.VpcId && group.Name == name);

    /// <summary>Deletes a security group that nothing uses any more.</summary>
    /// <exception cref="NotYet">Something does.</exception>
    public void DeleteGroup(SecurityGroup group)
    {
        if (Ec2.All<NetworkInterface>().Any(item => item.GroupIds.Contains(group.Id)) || Ec2.All<SecurityGroup>().Any(other => other != group && other.Rules.Any(rule => rule.GroupId == group.Id)))
        {
            throw new NotYet($"resource {group.Id} has a dependent object");
        }

        Ec2.Remove(group);
    }

    /// <summary>Writes to the cluster.</summary>
    /// <exception cref="ReconcileFailure">The API server refuses.</exception>
    public static T Write<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (StatusException refused)
        {
            throw new ReconcileFailure(refused.Message);
        }
    }

    private void Write(ResourceType type, JsonObject obj, Action<JsonObject> change, string subresource = "") => Write(() => Objects.Change(type, obj.Namespace(), obj.Name(), change, subresource));
}
