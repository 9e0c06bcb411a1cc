using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Keeps the status of PodDisruptionBudgets.</summary>
internal sealed class DisruptionController(ObjectApi api)
{
    public void Run()
    {
        foreach (var budget in api.Store.List(ResourceCatalog.PodDisruptionBudgets).Items)
        {
            var (allowed, desired, healthy) = Eviction.Disruptions(api, budget);
            api.SetStatus(ResourceCatalog.PodDisruptionBudgets, budget, new()
            {
                ["currentHealthy"] = healthy, ["desiredHealthy"] = desired, ["disruptionsAllowed"] = allowed, ["observedGeneration"] = budget.Number("metadata", "generation") ?? 1,
            });
        }
    }
}
