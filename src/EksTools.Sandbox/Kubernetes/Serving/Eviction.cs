using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>Evicts pods as far as the PodDisruptionBudgets of their namespace let it.</summary>
internal sealed class Eviction(ObjectApi api)
{
    public JsonObject Evict(string ns, string name, JsonObject eviction, bool dryRun) => api.Store.Atomically(() =>
    {
        var pod = api.Get(ResourceCatalog.Pods, ns, name);
        if (IsReady(pod))
        {
            foreach (var budget in api.Store.List(ResourceCatalog.PodDisruptionBudgets, ns).Items.Where(b => Covers(b, pod)))
            {
                var (allowed, desired, healthy) = Disruptions(api, budget);
                if (allowed <= 0)
                {
                    var cause = new JsonObject
                    {
                        ["reason"] = "DisruptionBudget", ["message"] = $"The disruption budget {budget.Name()} needs {desired} healthy pods and has {healthy} currently",
                    };
                    throw StatusException.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", new JsonObject { ["causes"] = new JsonArray(cause) });
                }
            }
        }

        api.Delete(ResourceCatalog.Pods, ns, name, new(eviction.Text("deleteOptions", "preconditions", "uid"), null, null, dryRun || eviction.Texts("deleteOptions", "dryRun").Contains("All")));
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };
    });

    /// <summary>How many more pods may go, how many must stay and how many are healthy.</summary>
    public static (long Allowed, long Desired, long Healthy) Disruptions(ObjectApi api, JsonObject budget)
    {
        var pods = api.Store.List(ResourceCatalog.Pods, budget.Namespace()).Items.Where(p => Covers(budget, p)).ToList();
        var healthy = pods.Count(IsReady);
        long desired = budget.At("spec", "maxUnavailable") is { } max
            ? pods.Count - Math.Min(pods.Count, Share(max, pods.Count))
            : Share(budget.At("spec", "minAvailable"), pods.Count);
        return (Math.Max(0, healthy - desired), desired, healthy);
    }

    private static bool Covers(JsonObject budget, JsonObject pod) => budget.Object("spec", "selector") is { } selector && new LabelSelector(selector).Matches(pod.Object("metadata", "labels"));

    private static bool IsReady(JsonObject pod) => pod.Objects("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    // A percentage is rounded up, both of what must stay and of what may go.
    private static long Share(JsonNode? value, int count) => value switch
    {
        JsonValue v when v.GetValueKind() == JsonValueKind.String && v.GetValue<string>() is var text && text.EndsWith('%') =>
            (long)Math.Ceiling(double.Parse(text[..^1], CultureInfo.InvariantCulture) * count / 100),
        _ => value.Number() ?? 0,
    };
}
