using System.Text.Json;
using Amazon.EKS.Model;
using EksTools.Core.Findings;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>What EKS changes of a node group that is there, as arguments of <c>aws eks update-nodegroup-config</c>.</summary>
internal static class NodeGroupUpdate
{
    /// <summary>Whether EKS changes a field.</summary>
    public static bool IsChangeable(string field) => field is "minSize" or "maxSize" or "desiredCapacity" or "taints" || field.StartsWith("labels.", StringComparison.Ordinal) || field.StartsWith("updateConfig.", StringComparison.Ordinal) || field == "nodeRepairConfig.enabled";

    /// <summary>The arguments that bring a group to what is wanted, in all that differs.</summary>
    /// <param name="wanted">The file's group.</param>
    /// <param name="there">The cluster's.</param>
    /// <param name="differing">The fields that differ.</param>
    /// <param name="countsDesired">The number of nodes within the limits is not left to autoscalers.</param>
    public static string Arguments(NodeGroupOptions wanted, NodeGroupOptions there, IReadOnlyList<string> differing, bool countsDesired) => string.Concat(
        differing.Any(static field => field is "minSize" or "maxSize" or "desiredCapacity") ? $" --scaling-config {PowerShellText.Literal(Scaling(wanted, there, countsDesired))}" : string.Empty,
        differing.Any(static field => field.StartsWith("labels.", StringComparison.Ordinal)) ? $" --labels {PowerShellText.Literal(Labels(wanted.Label, there.Label))}" : string.Empty,
        differing.Contains("taints") ? $" --taints {PowerShellText.Literal(Taints(wanted.Taint, there.Taint))}" : string.Empty,
        differing.Any(static field => field.StartsWith("updateConfig.", StringComparison.Ordinal)) ? $" --update-config {Unavailable(wanted)}" : string.Empty,
        differing.Contains("nodeRepairConfig.enabled") ? $" --node-repair-config enabled={(wanted.NodeRepair ? "true" : "false")}" : string.Empty);

    private static string Scaling(NodeGroupOptions wanted, NodeGroupOptions there, bool countsDesired)
    {
        (int desired, int min, int max) = NodeGroupSpecification.Sizes(wanted);
        int now = there.DesiredSize ?? desired;
        return $"minSize={min},maxSize={max},desiredSize={(countsDesired || now < min || now > max ? desired : now)}";
    }

    private static string Labels(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> there)
    {
        Dictionary<string, string> set = wanted.Where(label => there.GetValueOrDefault(label.Key) != label.Value).ToDictionary(StringComparer.Ordinal);
        string[] removed = [.. there.Keys.Where(key => !wanted.ContainsKey(key))];
        Dictionary<string, object> change = [];
        if (set.Count > 0)
        {
            change["addOrUpdateLabels"] = set;
        }

        if (removed.Length > 0)
        {
            change["removeLabels"] = removed;
        }

        return JsonSerializer.Serialize(change);
    }

    private static string Taints(IReadOnlyList<string> wanted, IReadOnlyList<string> there)
    {
        Taint[] all = [.. wanted.Select(NodeTaint.TryParse).OfType<Taint>()], old = [.. there.Select(NodeTaint.TryParse).OfType<Taint>()];
        Taint[] set = [.. all.Where(taint => !old.Any(other => IsSame(taint, other) && taint.Value == other.Value))], removed = [.. old.Where(taint => !all.Any(other => IsSame(taint, other)))];
        Dictionary<string, object> change = [];
        if (set.Length > 0)
        {
            change["addOrUpdateTaints"] = set.Select(Write);
        }

        if (removed.Length > 0)
        {
            change["removeTaints"] = removed.Select(Write);
        }

        return JsonSerializer.Serialize(change);

        static bool IsSame(Taint one, Taint other) => one.Key == other.Key && one.Effect == other.Effect;

        static Dictionary<string, string> Write(Taint taint) => new[] { ("key", taint.Key), ("value", taint.Value), ("effect", taint.Effect.Value) }.Where(static pair => pair.Item2 is not null).ToDictionary(static pair => pair.Item1, static pair => pair.Item2!);
    }

    private static string Unavailable(NodeGroupOptions wanted) =>
        wanted.MaxUnavailablePercentage is { } percentage ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"maxUnavailablePercentage={percentage}") : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"maxUnavailable={wanted.MaxUnavailable ?? 1}");
}
