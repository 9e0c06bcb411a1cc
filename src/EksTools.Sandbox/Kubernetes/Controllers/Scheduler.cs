using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Binds pods to nodes that take them, the emptiest first.</summary>
internal sealed class Scheduler(ObjectApi api)
{
    public void Run()
    {
        var pods = api.Store.List(ResourceCatalog.Pods).Items;
        var nodes = api.Store.List(ResourceCatalog.Nodes).Items;
        var load = pods.Where(p => p.Text("spec", "nodeName") is not null && !ControllerActions.IsFinished(p)).GroupBy(p => p.Text("spec", "nodeName")!).ToDictionary(g => g.Key, g => g.Count());
        foreach (var pod in pods.Where(p => string.IsNullOrEmpty(p.Text("spec", "nodeName")) && p.At("metadata", "deletionTimestamp") is null && p.Text("spec", "schedulerName") == "default-scheduler"))
        {
            var spec = pod.Object("spec")!;
            var node = nodes.Where(n => Placement.Fits(spec, n) && load.GetValueOrDefault(n.Name()) < Capacity(n))
                .OrderBy(n => load.GetValueOrDefault(n.Name())).ThenBy(n => n.Name(), StringComparer.Ordinal).FirstOrDefault();
            if (node is null)
            {
                Refuse(pod, Placement.Explain(spec, nodes));
                continue;
            }

            load[node.Name()] = load.GetValueOrDefault(node.Name()) + 1;
            Bind(pod, node.Name());
        }
    }

    private static long Capacity(JsonObject node) => long.TryParse(node.Text("status", "allocatable", "pods"), out var pods) ? pods : 110;

    private void Bind(JsonObject pod, string node) => api.Store.Atomically(() =>
    {
        if (api.Store.Find(ResourceCatalog.Pods, pod.Namespace(), pod.Name()) is { } current && current.Uid() == pod.Uid())
        {
            current.Ensure("spec")["nodeName"] = node;
            current.Ensure("status")["conditions"] = new JsonArray(ControllerActions.Condition("PodScheduled", true, "", api.Store.Timestamp));
            api.Store.Put(ResourceCatalog.Pods, current);
            api.Tell(current, "default-scheduler", "Normal", "Scheduled", $"Successfully assigned {pod.Namespace()}/{pod.Name()} to {node}");
        }

        return true;
    });

    private void Refuse(JsonObject pod, string message)
    {
        api.SetStatus(ResourceCatalog.Pods, pod, new()
        {
            ["phase"] = "Pending",
            ["conditions"] = new JsonArray(ControllerActions.Condition("PodScheduled", false, "Unschedulable", api.Store.Timestamp, message, pod)),
        });
        api.Tell(pod, "default-scheduler", "Warning", "FailedScheduling", message);
    }
}
