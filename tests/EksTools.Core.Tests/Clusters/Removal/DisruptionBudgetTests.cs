using EksTools.Core.Clusters.Removal.Preflight;
using k8s.Models;

namespace EksTools.Core.Tests.Clusters.Removal;

/// <summary>Which budgets hold which pods on their nodes.</summary>
public sealed class DisruptionBudgetTests
{
    [Fact]
    public void A_selector_is_written_as_a_query_carries_it() => Assert.Equal("a=b,c in (d,e),f notin (g),h,!i", DisruptionBudget.Write(new V1LabelSelector
    {
        MatchLabels = new Dictionary<string, string> { ["a"] = "b" },
        MatchExpressions =
        [
            new V1LabelSelectorRequirement { Key = "c", OperatorProperty = "In", Values = ["d", "e"] },
            new V1LabelSelectorRequirement { Key = "f", OperatorProperty = "NotIn", Values = ["g"] },
            new V1LabelSelectorRequirement { Key = "h", OperatorProperty = "Exists" },
            new V1LabelSelectorRequirement { Key = "i", OperatorProperty = "DoesNotExist" },
        ],
    }));

    [Theory]
    [InlineData("Running", true, 1, 1, null, true)]
    [InlineData("Running", true, 1, 1, "AlwaysAllow", true)]
    [InlineData("Running", false, 0, 1, null, true)]
    [InlineData("Running", false, 0, 1, "IfHealthyBudget", true)]
    [InlineData("Running", false, 0, 1, "AlwaysAllow", false)]
    [InlineData("Running", false, 1, 1, null, false)]
    [InlineData("Pending", false, 0, 1, null, false)]
    [InlineData("Succeeded", false, 0, 1, null, false)]
    public void Pods_that_only_crash_hold_their_nodes_too(string phase, bool ready, int healthy, int desired, string? policy, bool holds)
    {
        V1PodDisruptionBudget budget = new() { Spec = new V1PodDisruptionBudgetSpec { UnhealthyPodEvictionPolicy = policy }, Status = new V1PodDisruptionBudgetStatus { CurrentHealthy = healthy, DesiredHealthy = desired } };
        V1Pod pod = new() { Metadata = new V1ObjectMeta(), Spec = new V1PodSpec { NodeName = "node" }, Status = new V1PodStatus { Phase = phase, Conditions = [new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False" }] } };
        Assert.Equal(holds, DisruptionBudget.Holds(budget, pod));
        pod.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.False(DisruptionBudget.Holds(budget, pod));
    }
}
