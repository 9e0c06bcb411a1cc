using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>One pod of a daemon set on each node that it fits, of the present template.</summary>
internal sealed class DaemonSetController(ObjectApi api)
{
    private const string HashLabel = "controller-revision-hash";

    public void Run()
    {
        var nodes = api.Store.List(ResourceCatalog.Nodes).Items;
        foreach (var set in api.Store.List(ResourceCatalog.DaemonSets).Items.Where(o => o.At("metadata", "deletionTimestamp") is null))
        {
            Reconcile(set, nodes);
        }
    }

    private void Reconcile(JsonObject set, IReadOnlyList<JsonObject> nodes)
    {
        var hash = ControllerActions.TemplateHash(set);
        var spec = set.Object("spec", "template", "spec")!;
        var fitting = nodes.Where(n => Placement.FitsDaemon(spec, n)).Select(n => n.Name()).ToHashSet();
        var pods = api.Owned(ResourceCatalog.Pods, set).ToList();
        foreach (var pod in pods.Where(p => !fitting.Contains(p.Text("spec", "nodeName") ?? "") || p.Text("metadata", "labels", HashLabel) != hash || ControllerActions.IsFinished(p)).ToList())
        {
            api.Delete(ResourceCatalog.Pods, pod.Namespace(), pod.Name(), DeleteOptions.Default);
            pods.Remove(pod);
        }

        foreach (var node in fitting.Where(n => pods.TrueForAll(p => p.Text("spec", "nodeName") != n)).ToList())
        {
            if (api.CreatePod(ResourceCatalog.DaemonSets, set, pinnedNode: node, labels: new Dictionary<string, string> { [HashLabel] = hash }) is not { } pod)
            {
                break;
            }

            pods.Add(pod);
        }

        var ready = pods.Count(ControllerActions.IsReady);
        api.SetStatus(ResourceCatalog.DaemonSets, set, new()
        {
            ["currentNumberScheduled"] = pods.Count, ["numberMisscheduled"] = 0, ["desiredNumberScheduled"] = fitting.Count, ["numberReady"] = ready,
            ["observedGeneration"] = set.Number("metadata", "generation") ?? 1, ["updatedNumberScheduled"] = pods.Count, ["numberAvailable"] = ready, ["numberUnavailable"] = fitting.Count - ready,
        });
    }
}
