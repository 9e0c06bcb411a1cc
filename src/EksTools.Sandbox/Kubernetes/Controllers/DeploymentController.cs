using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>One replica set for each template of a deployment; the present template's has the replicas, the others none.</summary>
internal sealed class DeploymentController(ObjectApi api)
{
    private const string HashLabel = "pod-template-hash";
    private const string Revision = "deployment.kubernetes.io/revision";

    public void Run()
    {
        foreach (var deployment in api.Store.List(ResourceCatalog.Deployments).Items.Where(d => d.At("metadata", "deletionTimestamp") is null))
        {
            Reconcile(deployment);
        }
    }

    private void Reconcile(JsonObject deployment)
    {
        var hash = ControllerActions.TemplateHash(deployment);
        var replicas = deployment.Number("spec", "replicas") ?? 1;
        var sets = api.Owned(ResourceCatalog.ReplicaSets, deployment);
        var present = sets.FirstOrDefault(s => s.Text("metadata", "labels", HashLabel) == hash);
        if (present is null)
        {
            var revision = sets.Select(s => int.TryParse(s.Text("metadata", "annotations", Revision), out var r) ? r : 0).DefaultIfEmpty().Max() + 1;
            present = api.TryCreate(ResourceCatalog.ReplicaSets, ReplicaSet(deployment, hash, replicas, revision), ResourceCatalog.Deployments, deployment);
            if (present is null)
            {
                return;
            }

            api.Modify(ResourceCatalog.Deployments, deployment.Namespace(), deployment.Name(), d => d.Ensure("metadata", "annotations")[Revision] = $"{revision}", WriteOptions.Internal);
        }
        else if (present.Number("spec", "replicas") != replicas)
        {
            Scale(present, replicas);
        }

        // The old template's pods go when the new one's are ready, as a rolling update has it in the end.
        var ready = present.Number("status", "readyReplicas") ?? 0;
        foreach (var old in sets.Where(s => s.Name() != present.Name() && s.Number("spec", "replicas") > 0 && ready >= replicas))
        {
            Scale(old, 0);
        }

        SetStatus(deployment, present, sets, replicas);
    }

    private void SetStatus(JsonObject deployment, JsonObject present, IReadOnlyList<JsonObject> sets, long replicas)
    {
        var fresh = api.Store.Find(ResourceCatalog.ReplicaSets, present.Namespace(), present.Name()) ?? present;
        var all = sets.Where(s => s.Name() != present.Name()).Append(fresh).ToList();
        var total = all.Sum(s => s.Number("status", "replicas") ?? 0);
        var ready = all.Sum(s => s.Number("status", "readyReplicas") ?? 0);
        var updated = fresh.Number("status", "replicas") ?? 0;
        var available = ready >= replicas;
        var now = api.Store.Timestamp;
        api.SetStatus(ResourceCatalog.Deployments, deployment, new()
        {
            ["observedGeneration"] = deployment.Number("metadata", "generation") ?? 1,
            ["replicas"] = total, ["updatedReplicas"] = updated, ["readyReplicas"] = ready, ["availableReplicas"] = ready, ["unavailableReplicas"] = Math.Max(0, replicas - ready),
            ["conditions"] = new JsonArray(
                ControllerActions.Condition("Available", available, available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", now, available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", deployment),
                ControllerActions.Condition(
                    "Progressing", true, available && updated >= replicas ? "NewReplicaSetAvailable" : "ReplicaSetUpdated", now,
                    $"ReplicaSet \"{present.Name()}\" {(available && updated >= replicas ? "has successfully progressed" : "is progressing")}.", deployment)),
        });
    }

    private void Scale(JsonObject set, long replicas) =>
        api.Modify(ResourceCatalog.ReplicaSets, set.Namespace(), set.Name(), s => s.Ensure("spec")["replicas"] = replicas, WriteOptions.Internal);

    private static JsonObject ReplicaSet(JsonObject deployment, string hash, long replicas, int revision)
    {
        var template = deployment.Object("spec", "template")!.Clone();
        template.Ensure("metadata", "labels")[HashLabel] = hash;
        var selector = deployment.Object("spec", "selector")!.Clone();
        selector.Ensure("matchLabels")[HashLabel] = hash;
        return new()
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["labels"] = template.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = new JsonObject { [Revision] = $"{revision}", ["deployment.kubernetes.io/desired-replicas"] = $"{replicas}" },
                ["ownerReferences"] = ControllerActions.OwnerReference(ResourceCatalog.Deployments, deployment),
            },
            ["spec"] = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template },
        };
    }
}
