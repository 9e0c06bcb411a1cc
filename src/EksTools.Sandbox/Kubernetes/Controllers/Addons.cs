using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>The workloads of EKS add-ons, by the names that EKS gives them.</summary>
internal static class Addons
{
    private const string Namespace = "kube-system";

    // The field manager by which EKS lays add-ons: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html
    private static readonly WriteOptions AsEks = new("eks");
    private const string Registry = "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/";

    /// <summary>The objects of an add-on; none for one whose workloads the sandbox does not know.</summary>
    public static IReadOnlyList<(ResourceType Type, JsonObject Object)> Of(string addon, string version) => addon switch
    {
        "vpc-cni" => Daemon("aws-node", "aws-node", "aws-node", "vpc-cni", hostNetwork: true, ("aws-node", "amazon-k8s-cni:" + version), ("aws-eks-nodeagent", "aws-network-policy-agent:v1.2.7")),
        "kube-proxy" => Daemon("kube-proxy", "kube-proxy", "kube-proxy", "kube-proxy", hostNetwork: true, ("kube-proxy", "kube-proxy:" + version)),
        "eks-pod-identity-agent" => Daemon("eks-pod-identity-agent", "", "eks-pod-identity-agent", "eks-pod-identity-agent", hostNetwork: true, ("eks-pod-identity-agent", "eks-pod-identity-agent:" + version)),
        "coredns" => [.. Deployment("coredns", "coredns", "kube-dns", 2, ("coredns", "coredns:" + version)), (ResourceCatalog.Services, Dns())],
        "metrics-server" => Deployment("metrics-server", "metrics-server", "metrics-server", 2, ("metrics-server", "metrics-server:" + version)),
        "aws-ebs-csi-driver" =>
        [
            .. Deployment("ebs-csi-controller", "ebs-csi-controller-sa", "ebs-csi-controller", 2, ("ebs-plugin", "aws-ebs-csi-driver:" + version), ("csi-provisioner", "csi-provisioner:v5.3.0"), ("csi-attacher", "csi-attacher:v4.9.0")),
            .. Daemon("ebs-csi-node", "ebs-csi-node-sa", "ebs-csi-node", "aws-ebs-csi-driver", hostNetwork: false, ("ebs-plugin", "aws-ebs-csi-driver:" + version), ("node-driver-registrar", "csi-node-driver-registrar:v2.14.0")),
        ],
        _ => [],
    };

    /// <summary>Lays the objects in, or brings them to the version; what people changed beside it stays.</summary>
    public static void Ensure(ObjectApi api, string addon, string version, AddonRole? role = null)
    {
        foreach (var (type, obj) in Of(addon, version))
        {
            // The service account comes first: pods get its role when they are created.
            if (type == ResourceCatalog.ServiceAccounts && role is not null && obj.Name() == role.ServiceAccount)
            {
                if (api.Store.Find(type, Namespace, obj.Name()) is { } there)
                {
                    if (role.Write(there))
                    {
                        api.Modify(type, Namespace, obj.Name(), o => role.Write(o), AsEks);
                    }

                    continue;
                }

                role.Write(obj);
                api.Create(type, Namespace, obj, AsEks);
                continue;
            }

            if (api.Store.Find(type, Namespace, obj.Name()) is not { } current)
            {
                if (type == ResourceCatalog.Services)
                {
                    obj.Ensure("spec")["clusterIP"] = api.Services.Dns;
                }

                api.Create(type, Namespace, obj, WriteOptions.Internal);
            }
            else if (obj.At("spec", "template") is { } template && !JsonNode.DeepEquals(Images(current), Images(obj)))
            {
                api.Modify(type, Namespace, obj.Name(), o => o.Ensure("spec")["template"] = template.DeepClone(), WriteOptions.Internal);
            }
        }
    }

    public static void Remove(ObjectApi api, string addon)
    {
        foreach (var (type, obj) in Of(addon, "").Where(o => api.Store.Find(o.Type, Namespace, o.Object.Name()) is not null))
        {
            api.Delete(type, Namespace, obj.Name(), DeleteOptions.Default);
        }
    }

    /// <summary>Whether all pods of the add-on's workloads are ready. A daemon set without nodes is; a deployment is not.</summary>
    public static bool Runs(ObjectApi api, string addon) => Of(addon, "").All(o => api.Store.Find(o.Type, Namespace, o.Object.Name()) switch
    {
        null => false,
        var set when o.Type == ResourceCatalog.DaemonSets => set.Number("status", "numberReady") is { } ready && ready == set.Number("status", "desiredNumberScheduled"),
        var deployment when o.Type == ResourceCatalog.Deployments => deployment.Number("status", "readyReplicas") is { } ready && ready >= (deployment.Number("spec", "replicas") ?? 1),
        _ => true,
    });

    private static JsonArray Images(JsonObject workload) => workload.Objects("spec", "template", "spec", "containers").Select(c => c.Text("image") ?? "").ToJson();

    private static List<(ResourceType Type, JsonObject Object)> Daemon(string name, string account, string app, string instance, bool hostNetwork, params ReadOnlySpan<(string Name, string Image)> containers)
    {
        var spec = PodSpec(account, containers);
        spec["hostNetwork"] = hostNetwork;

        // Nodes of Fargate and of Auto Mode have network and proxy of their own.
        spec["affinity"] = new JsonObject
        {
            ["nodeAffinity"] = new JsonObject
            {
                ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
                {
                    ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                    {
                        ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = "eks.amazonaws.com/compute-type", ["operator"] = "NotIn", ["values"] = new JsonArray("fargate", "hybrid", "auto") }),
                    }),
                },
            },
        };
        spec["priorityClassName"] = "system-node-critical";
        spec["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" });
        return WithAccount(account, (ResourceCatalog.DaemonSets, Workload(name, app, instance, spec, null)));
    }

    private static List<(ResourceType Type, JsonObject Object)> Deployment(string name, string account, string app, int replicas, params ReadOnlySpan<(string Name, string Image)> containers)
    {
        var spec = PodSpec(account, containers);
        spec["priorityClassName"] = "system-cluster-critical";
        spec["tolerations"] = new JsonArray(
            new JsonObject { ["key"] = "node-role.kubernetes.io/control-plane", ["effect"] = "NoSchedule" },
            new JsonObject { ["key"] = "CriticalAddonsOnly", ["operator"] = "Exists" });
        return WithAccount(account, (ResourceCatalog.Deployments, Workload(name, app, name, spec, replicas)));
    }

    private static List<(ResourceType Type, JsonObject Object)> WithAccount(string account, (ResourceType Type, JsonObject Object) workload) => account.Length == 0
        ? [workload]
        : [(ResourceCatalog.ServiceAccounts, new JsonObject { ["metadata"] = new JsonObject { ["name"] = account } }), workload];

    private static JsonObject PodSpec(string account, ReadOnlySpan<(string Name, string Image)> containers)
    {
        var list = new JsonArray();
        foreach (var (name, image) in containers)
        {
            list.Add(new JsonObject { ["name"] = name, ["image"] = Registry + image });
        }

        var spec = new JsonObject { ["containers"] = list, ["nodeSelector"] = new JsonObject { ["kubernetes.io/os"] = "linux" } };
        if (account.Length > 0)
        {
            spec["serviceAccountName"] = account;
        }

        return spec;
    }

    private static JsonObject Workload(string name, string app, string instance, JsonObject podSpec, int? replicas)
    {
        JsonObject Labels() => new() { ["k8s-app"] = app, ["app.kubernetes.io/name"] = app, ["app.kubernetes.io/instance"] = instance };
        var spec = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["k8s-app"] = app } },
            ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = Labels() }, ["spec"] = podSpec },
        };
        if (replicas is { } count)
        {
            spec["replicas"] = count;
        }

        return new() { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels() }, ["spec"] = spec };
    }

    private static JsonObject Dns() => JsonReading.Parse("""
        {"metadata":{"name":"kube-dns","labels":{"k8s-app":"kube-dns","kubernetes.io/cluster-service":"true","kubernetes.io/name":"CoreDNS"}},
         "spec":{"clusterIP":"10.100.0.10","selector":{"k8s-app":"kube-dns"},
                 "ports":[{"name":"dns","port":53,"protocol":"UDP","targetPort":53},{"name":"dns-tcp","port":53,"protocol":"TCP","targetPort":53},{"name":"metrics","port":9153,"protocol":"TCP","targetPort":9153}]}}
        """);
}
