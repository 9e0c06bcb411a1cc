using EksTools.Sandbox.Faults;
using EksTools.Tests.Clusters.Faults;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>The same with Windows, Fargate, Auto Mode, several groups, and a network and roles that were there before: where those plans differ from the plain one.</summary>
public sealed class PlanKillTests
{
    private static readonly int Slices = KillPoints.All ? 24 : 2;

    public static TheoryData<string, int> PlansAndSlices() => [.. RehearsedPlan.WithOptions.SelectMany(static plan => Enumerable.Range(0, Slices).Select(slice => (plan.Name, slice)))];

    [Theory]
    [MemberData(nameof(PlansAndSlices))]
    public async Task A_creation_that_was_killed_and_run_again_makes_the_same_cluster(string name, int slice)
    {
        var rehearsed = RehearsedPlan.Named(name);
        CalmRun calm = await CalmRun.LearnedAsync(rehearsed), plain = await CalmRun.LearnedAsync();
        foreach (FaultRule point in KillPoints.Slice(KillPoints.Of(calm.CreatingCalls, plain.CreatingCalls), slice, Slices))
        {
            await using Rehearsal rehearsal = await Rehearsal.StartAsync();
            RehearsedPlan plan = await rehearsed.PrepareAsync(rehearsal);
            bool killed = await JobHost.KillAsync(rehearsal, "create", "demo", point, plan.Request);
            rehearsal.Session.Run(plan.Create).Good();
            KillPoints.Tell($"create with {name}", point, killed);
            Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
            Assert.Equal(calm.Kubeconfig, await CalmRun.ReadKubeconfigAsync(rehearsal));
        }
    }

    [Theory]
    [MemberData(nameof(PlansAndSlices))]
    public async Task A_removal_that_was_killed_and_run_again_leaves_what_was_there_before(string name, int slice)
    {
        var rehearsed = RehearsedPlan.Named(name);
        CalmRun calm = await CalmRun.LearnedAsync(rehearsed), plain = await CalmRun.LearnedAsync();
        foreach (FaultRule point in KillPoints.Slice(KillPoints.Of(calm.RemovingCalls, plain.RemovingCalls), slice, Slices))
        {
            await using Rehearsal rehearsal = await Rehearsal.StartAsync();
            RehearsedPlan plan = await rehearsed.PrepareAsync(rehearsal);
            rehearsal.Session.Run(plan.Create).Good();
            bool killed = await JobHost.KillAsync(rehearsal, "remove", "demo", point);
            Answer again = rehearsal.Session.Run(RehearsedPlan.Remove);
            KillPoints.Tell($"remove with {name}", point, killed);

            // Killed after the last call, it had removed all.
            Assert.All(again.Errors, static error => Assert.StartsWith("ClusterNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal));
            Assert.Equal(calm.Left, await Inventory.ReadAsync(rehearsal.Sandbox));
            Assert.DoesNotContain("demo", await CalmRun.ReadKubeconfigAsync(rehearsal), StringComparison.Ordinal);
        }
    }
}
