using EksTools.Core.Kubernetes;
using k8s;
using k8s.Models;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>A PodDisruptionBudget that lets none of its pods go.</summary>
/// <param name="Pods">The pods that it covers and that are on nodes.</param>
internal sealed record DisruptionBudget(string Namespace, string Name, IReadOnlyList<string> Pods)
{
    /// <summary>Where the cluster's own machinery runs, which goes with the cluster.</summary>
    public bool IsOfSystem => Namespace == "kube-system";

    /// <summary>Those of a cluster that hold pods on nodes. Where nobody runs, nobody is evicted, and a budget of nobody allows no disruption either.</summary>
    public static async Task<IReadOnlyList<DisruptionBudget>> ListAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        V1PodDisruptionBudgetList all = await api.CallAsync((client, token) => client.PolicyV1.ListPodDisruptionBudgetForAllNamespacesAsync(cancellationToken: token), cancellationToken);
        List<DisruptionBudget> holding = [];
        foreach (V1PodDisruptionBudget budget in all.Items.Where(static one => one.Status is { DisruptionsAllowed: 0 } && one.Spec?.Selector is not null))
        {
            string selector = Write(budget.Spec.Selector);
            V1PodList pods = await api.CallAsync((client, token) => client.CoreV1.ListNamespacedPodAsync(budget.Metadata.NamespaceProperty, labelSelector: selector, cancellationToken: token), cancellationToken);
            string[] names = [.. pods.Items.Where(pod => Holds(budget, pod)).Select(static pod => pod.Metadata.Name).Order(StringComparer.Ordinal)];
            if (names.Length > 0)
            {
                holding.Add(new DisruptionBudget(budget.Metadata.NamespaceProperty, budget.Metadata.Name, names));
            }
        }

        return [.. holding.OrderBy(static one => one.Namespace, StringComparer.Ordinal).ThenBy(static one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Whether a pod on a node is not evicted for a budget that allows no disruption. Those that never ran, or are ending, always are; those that run and are not ready are
    /// where the others suffice, or the budget says AlwaysAllow: else pods that only crash hold their nodes as well
    /// (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy).
    /// </summary>
    internal static bool Holds(V1PodDisruptionBudget budget, V1Pod pod)
    {
        if (pod.Spec?.NodeName is not { Length: > 0 } || pod.Metadata?.DeletionTimestamp is not null || pod.Status?.Phase is "Succeeded" or "Failed" or "Pending")
        {
            return false;
        }

        bool ready = (pod.Status?.Conditions ?? []).Any(static condition => condition is { Type: "Ready", Status: "True" });
        return ready || (budget.Spec.UnhealthyPodEvictionPolicy != "AlwaysAllow" && budget.Status.CurrentHealthy < budget.Status.DesiredHealthy);
    }

    /// <summary>A selector as a query carries it; an empty one means every pod.</summary>
    internal static string Write(V1LabelSelector selector) => string.Join(
        ',',
        (selector.MatchLabels ?? new Dictionary<string, string>()).Select(static pair => $"{pair.Key}={pair.Value}").Concat((selector.MatchExpressions ?? []).Select(static one => one.OperatorProperty switch
        {
            "In" => $"{one.Key} in ({string.Join(',', one.Values ?? [])})",
            "NotIn" => $"{one.Key} notin ({string.Join(',', one.Values ?? [])})",
            "Exists" => one.Key,
            _ => $"!{one.Key}",
        })));
}
