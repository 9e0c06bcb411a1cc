using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Lets pods run on their nodes. Pods on the host's network need no network plugin, so they run on nodes that wait for one.</summary>
internal sealed class Kubelet(ObjectApi api)
{
    public void Run()
    {
        var nodes = api.Store.List(ResourceCatalog.Nodes).Items.ToDictionary(n => n.Name());
        foreach (var pod in api.Store.List(ResourceCatalog.Pods).Items)
        {
            if (!ControllerActions.IsFinished(pod) && nodes.GetValueOrDefault(pod.Text("spec", "nodeName") ?? "") is { } node)
            {
                api.SetStatus(ResourceCatalog.Pods, pod, Status(pod, node));
            }
        }
    }

    private static bool CanRun(JsonObject pod, JsonObject node)
    {
        var ready = node.Objects("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready");
        return ready.Text("status") == "True" || (pod.Flag("spec", "hostNetwork") && ready.Text("reason") == "KubeletNotReady");
    }

    private JsonObject Status(JsonObject pod, JsonObject node)
    {
        var now = api.Store.Timestamp;
        var running = CanRun(pod, node);
        var started = running || pod.Text("status", "phase") == "Running";
        var done = running && pod.Objects("metadata", "ownerReferences").Any(r => r.Text("kind") == "Job");
        var hostIp = node.Objects("status", "addresses").FirstOrDefault(a => a.Text("type") == "InternalIP").Text("address") ?? "";
        var status = new JsonObject
        {
            ["phase"] = done ? "Succeeded" : started ? "Running" : "Pending",
            ["hostIP"] = hostIp,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = hostIp }),
            ["startTime"] = pod.Text("status", "startTime") ?? now,
            ["conditions"] = Conditions(pod, now, ("PodReadyToStartContainers", started), ("Initialized", true), ("Ready", running && !done), ("ContainersReady", running && !done), ("PodScheduled", true)),
            ["containerStatuses"] = new JsonArray([.. pod.Objects("spec", "containers").Select(c => Container(pod, c, started, running && !done, done))]),
        };
        if (started)
        {
            var ip = pod.Text("status", "podIP") ?? (pod.Flag("spec", "hostNetwork") ? hostIp : PodIp(pod, hostIp));
            status["podIP"] = ip;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = ip });
        }

        return status;
    }

    private static JsonArray Conditions(JsonObject pod, string now, params IEnumerable<(string Type, bool Status)> conditions) =>
        new([.. conditions.Select(c => ControllerActions.Condition(c.Type, c.Status, c.Status ? "" : "ContainersNotReady", now, before: pod))]);

    private JsonObject Container(JsonObject pod, JsonObject container, bool started, bool ready, bool done)
    {
        var name = container.Text("name") ?? "";
        var old = pod.Objects("status", "containerStatuses").FirstOrDefault(c => c.Text("name") == name);
        var since = old.Text("state", "running", "startedAt") ?? old.Text("state", "terminated", "startedAt") ?? api.Store.Timestamp;
        var state = done
            ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 0, ["reason"] = "Completed", ["startedAt"] = since, ["finishedAt"] = since } }
            : started
                ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = since } }
                : new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ContainerCreating" } };
        var status = new JsonObject { ["name"] = name, ["state"] = state, ["lastState"] = new JsonObject(), ["ready"] = ready, ["restartCount"] = 0, ["image"] = container.Text("image"), ["imageID"] = "", ["started"] = started && !done };
        if (started)
        {
            status["containerID"] = "containerd://" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pod.Uid() + name)));
        }

        return status;
    }

    // An address of the node's own subnet, as the VPC CNI gives.
    private static string PodIp(JsonObject pod, string hostIp)
    {
        var octets = hostIp.Split('.');
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(pod.Uid()));
        return octets.Length == 4 ? $"{octets[0]}.{octets[1]}.{(int.TryParse(octets[2], out var third) ? third ^ (hash[0] & 15) : 0)}.{4 + (hash[1] % 250)}" : "";
    }
}
