using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>As many pods as a replica set or a stateful set asks for.</summary>
internal sealed class ReplicaController(ObjectApi api)
{
    public void Run()
    {
        foreach (var type in (ReadOnlySpan<ResourceType>)[ResourceCatalog.ReplicaSets, ResourceCatalog.StatefulSets])
        {
            foreach (var owner in api.Store.List(type).Items.Where(o => o.At("metadata", "deletionTimestamp") is null))
            {
                Reconcile(type, owner);
            }
        }
    }

    private void Reconcile(ResourceType type, JsonObject owner)
    {
        var wanted = (int)(owner.Number("spec", "replicas") ?? 1);
        var pods = api.Owned(ResourceCatalog.Pods, owner).Where(p => !ControllerActions.IsFinished(p)).ToList();
        var stateful = type == ResourceCatalog.StatefulSets;
        for (var index = 0; index < wanted && pods.Count < wanted; index++)
        {
            var name = stateful ? $"{owner.Name()}-{index}" : null;
            if (name is null || pods.TrueForAll(p => p.Name() != name))
            {
                if (api.CreatePod(type, owner, name, labels: name is null ? null : new Dictionary<string, string> { ["statefulset.kubernetes.io/pod-name"] = name, ["apps.kubernetes.io/pod-index"] = $"{index}" }) is not { } pod)
                {
                    break;
                }

                pods.Add(pod);
            }
        }

        // Pods that wait go before pods that run; of a stateful set, the highest ordinal first.
        var surplus = stateful
            ? pods.OrderByDescending(p => int.TryParse(p.Name()[(p.Name().LastIndexOf('-') + 1)..], out var ordinal) ? ordinal : 0)
            : pods.OrderBy(ControllerActions.IsReady);
        foreach (var pod in surplus.Take(Math.Max(0, pods.Count - wanted)).ToList())
        {
            api.Delete(ResourceCatalog.Pods, pod.Namespace(), pod.Name(), DeleteOptions.Default);
            pods.Remove(pod);
        }

        var ready = pods.Count(ControllerActions.IsReady);
        var status = new JsonObject { ["observedGeneration"] = owner.Number("metadata", "generation") ?? 1, ["replicas"] = pods.Count, ["readyReplicas"] = ready, ["availableReplicas"] = ready };
        if (stateful)
        {
            status["currentReplicas"] = pods.Count;
            status["updatedReplicas"] = pods.Count;
        }
        else
        {
            status["fullyLabeledReplicas"] = pods.Count;
        }

        api.SetStatus(type, owner, status);
    }
}
