using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Whether a pod may be on a node: selector, required node affinity, taints and tolerations.</summary>
internal static class Placement
{
    /// <summary>Whether the scheduler would put the pod there.</summary>
    public static bool Fits(JsonObject podSpec, JsonObject node) =>
        NodeObjects.IsReady(node) && !node.Flag("spec", "unschedulable") && Selected(podSpec, node) && Untolerated(podSpec, node, daemon: false) is null;

    /// <summary>Whether a daemon set puts a pod there: it tolerates what nodes are tainted with by their condition.</summary>
    public static bool FitsDaemon(JsonObject podSpec, JsonObject node) => Selected(podSpec, node) && Untolerated(podSpec, node, daemon: true) is null;

    /// <summary>Why no node takes the pod, as the scheduler words it.</summary>
    public static string Explain(JsonObject podSpec, IReadOnlyList<JsonObject> nodes)
    {
        if (nodes.Count == 0)
        {
            return "no nodes available to schedule pods";
        }

        var reasons = nodes.Select(n => Reason(podSpec, n)).GroupBy(r => r).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        return $"0/{nodes.Count} nodes are available: {string.Join(", ", reasons)}.";
    }

    private static string Reason(JsonObject podSpec, JsonObject node)
    {
        if (node.Flag("spec", "unschedulable"))
        {
            return "node(s) were unschedulable";
        }

        if (Untolerated(podSpec, node, daemon: false) is { } taint)
        {
            return $"node(s) had untolerated taint {{{taint.Text("key")}: {taint.Text("value")}}}";
        }

        return Selected(podSpec, node) ? "node(s) were not ready" : "node(s) didn't match Pod's node affinity/selector";
    }

    private static bool Selected(JsonObject podSpec, JsonObject node)
    {
        var labels = node.Object("metadata", "labels");
        if ((podSpec.Object("nodeSelector") ?? []).Any(s => labels.Text(s.Key) != s.Value.Text()))
        {
            return false;
        }

        var terms = podSpec.Objects("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").ToList();
        return terms.Count == 0 || terms.Exists(t => new LabelSelector(t).Matches(labels));
    }

    private static JsonObject? Untolerated(JsonObject podSpec, JsonObject node, bool daemon) => node.Objects("spec", "taints")
        .Where(t => t.Text("effect") is "NoSchedule" or "NoExecute")
        .Where(t => !daemon || t.Text("key") is not ("node.kubernetes.io/not-ready" or "node.kubernetes.io/unreachable" or "node.kubernetes.io/unschedulable" or "node.kubernetes.io/disk-pressure" or "node.kubernetes.io/memory-pressure" or "node.kubernetes.io/pid-pressure" or "node.kubernetes.io/network-unavailable"))
        .FirstOrDefault(t => !podSpec.Objects("tolerations").Any(toleration => Tolerates(toleration, t)));

    private static bool Tolerates(JsonObject toleration, JsonObject taint)
    {
        if (toleration.Text("effect") is { Length: > 0 } effect && effect != taint.Text("effect"))
        {
            return false;
        }

        var exists = toleration.Text("operator") == "Exists";
        return string.IsNullOrEmpty(toleration.Text("key"))
            ? exists
            : toleration.Text("key") == taint.Text("key") && (exists || (toleration.Text("value") ?? "") == (taint.Text("value") ?? ""));
    }
}
