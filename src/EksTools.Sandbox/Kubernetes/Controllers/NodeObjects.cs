using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Nodes as a kubelet on an EC2 instance registers them.</summary>
internal static class NodeObjects
{
    private const string NotReadyTaint = "node.kubernetes.io/not-ready";

    private const string NotReadyMessage = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

    public static JsonObject Create(NodeRegistration node, string kubeletVersion, string timestamp)
    {
        var size = InstanceSize.Of(node.InstanceType);
        size = size with { MaxPods = node.MaxPods ?? size.MaxPods };
        var system = node.IsWindows ? "windows" : "linux";
        var labels = new JsonObject
        {
            ["beta.kubernetes.io/arch"] = size.Architecture, ["beta.kubernetes.io/instance-type"] = node.InstanceType, ["beta.kubernetes.io/os"] = system,
            ["failure-domain.beta.kubernetes.io/region"] = node.Region, ["failure-domain.beta.kubernetes.io/zone"] = node.Zone,
            ["kubernetes.io/arch"] = size.Architecture, ["kubernetes.io/hostname"] = node.Name, ["kubernetes.io/os"] = system,
            ["node.kubernetes.io/instance-type"] = node.InstanceType, ["topology.kubernetes.io/region"] = node.Region, ["topology.kubernetes.io/zone"] = node.Zone,
        };
        foreach (var (key, value) in node.Labels)
        {
            labels[key] = value;
        }

        return new()
        {
            ["metadata"] = new JsonObject { ["name"] = node.Name, ["labels"] = labels, ["annotations"] = new JsonObject { ["alpha.kubernetes.io/provided-node-ip"] = node.InternalIp, ["node.alpha.kubernetes.io/ttl"] = "0" } },
            ["spec"] = new JsonObject { ["providerID"] = $"aws:///{node.Zone}/{node.InstanceId}", ["taints"] = new JsonArray([.. node.Taints.Select(WriteTaint), new JsonObject { ["key"] = NotReadyTaint, ["effect"] = "NoSchedule" }]) },
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(Address("InternalIP", node.InternalIp), Address("InternalDNS", node.Name), Address("Hostname", node.Name)),
                ["capacity"] = Resources(size, 0, 0),
                ["allocatable"] = Resources(size, 80, 700),
                ["conditions"] = new JsonArray(
                    Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", timestamp),
                    Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", timestamp),
                    Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", timestamp),
                    Condition("Ready", "False", "KubeletNotReady", NotReadyMessage, timestamp)),
                ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } },
                ["nodeInfo"] = new JsonObject
                {
                    ["architecture"] = size.Architecture, ["containerRuntimeVersion"] = "containerd://2.1.4", ["kernelVersion"] = node.IsWindows ? "10.0.20348.4171" : "6.12.46-66.121.amzn2023." + (size.Architecture == "arm64" ? "aarch64" : "x86_64"),
                    ["kubeProxyVersion"] = "", ["kubeletVersion"] = kubeletVersion, ["machineID"] = "ec2" + node.InstanceId.Replace("i-", "", StringComparison.Ordinal),
                    ["operatingSystem"] = system, ["osImage"] = node.OsImage, ["bootID"] = "", ["systemUUID"] = "",
                },
            },
        };
    }

    /// <summary>The lease by which a kubelet shows that it lives; it goes with the node.</summary>
    public static JsonObject Lease(JsonObject node, string timestamp) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = node.Name(), ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node.Name(), ["uid"] = node.Uid() }) },
        ["spec"] = new JsonObject { ["holderIdentity"] = node.Name(), ["leaseDurationSeconds"] = 40, ["renewTime"] = timestamp.Replace("Z", ".000000Z", StringComparison.Ordinal) },
    };

    /// <summary>Sets the Ready condition and the taints that go with it. Returns whether anything changed.</summary>
    public static bool SetReady(JsonObject node, bool ready, string reason, string timestamp)
    {
        var conditions = (JsonArray)node.Ensure("status")["conditions"]!;
        var old = conditions.OfType<JsonObject>().First(c => c.Text("type") == "Ready");
        var status = ready ? "True" : "False";
        if (old.Text("status") == status && old.Text("reason") == reason)
        {
            return false;
        }

        var fresh = Condition("Ready", status, reason, ready ? "kubelet is posting ready status" : NotReadyMessage, timestamp);
        if (old.Text("status") == status)
        {
            fresh["lastTransitionTime"] = old["lastTransitionTime"]?.DeepClone();
        }

        conditions[conditions.IndexOf(old)] = fresh;
        Taint(node, ready);
        return true;
    }

    public static bool IsReady(JsonObject node) => node.Objects("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    // The node controller taints what is not ready; the API keeps the taints of people apart from it.
    public static void Taint(JsonObject node, bool ready)
    {
        var taints = node.Objects("spec", "taints").Where(t => t.Text("key") != NotReadyTaint).Select(t => (JsonNode)t.Clone()).ToList();
        if (!ready)
        {
            taints.Add(new JsonObject { ["key"] = NotReadyTaint, ["effect"] = "NoSchedule" });
        }

        node.Ensure("spec").Remove("taints");
        if (taints.Count > 0)
        {
            node.Ensure("spec")["taints"] = new JsonArray([.. taints]);
        }
    }

    private static JsonNode WriteTaint((string Key, string? Value, string Effect) taint) => taint.Value is null
        ? new JsonObject { ["key"] = taint.Key, ["effect"] = taint.Effect }
        : new JsonObject { ["key"] = taint.Key, ["value"] = taint.Value, ["effect"] = taint.Effect };

    private static JsonObject Address(string type, string address) => new() { ["type"] = type, ["address"] = address };

    private static JsonObject Condition(string type, string status, string reason, string message, string timestamp) => new()
    {
        ["type"] = type, ["status"] = status, ["lastHeartbeatTime"] = timestamp, ["lastTransitionTime"] = timestamp, ["reason"] = reason, ["message"] = message,
    };

    private static JsonObject Resources(InstanceSize size, int reservedMillicores, int reservedMebibytes) => new()
    {
        ["cpu"] = reservedMillicores == 0 ? $"{size.Cpus}" : $"{(size.Cpus * 1000) - reservedMillicores}m",
        ["ephemeral-storage"] = "20893676Ki",
        ["hugepages-1Gi"] = "0",
        ["hugepages-2Mi"] = "0",
        ["memory"] = $"{((size.MemoryMebibytes * 97L / 100) - reservedMebibytes) * 1024}Ki",
        ["pods"] = $"{size.MaxPods}",
    };
}
