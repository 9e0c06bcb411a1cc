using EksTools.Sandbox.Faults;
using EksTools.Tests.Clusters.Faults;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>Remove-EksCluster whose process is killed at a call: run again, it leaves nothing.</summary>
public sealed class RemovalKillTests
{
    public static TheoryData<int> Slices() => [.. Enumerable.Range(0, KillPoints.Slices)];

    [Theory]
    [MemberData(nameof(Slices))]
    public async Task Killed_and_run_again_nothing_is_left(int slice)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        foreach (FaultRule point in KillPoints.Slice(KillPoints.Of(calm.RemovingCalls), slice, KillPoints.Slices))
        {
            await using Rehearsal rehearsal = await Rehearsal.StartAsync();
            rehearsal.Session.Run("New-EksCluster demo").Good();
            bool killed = await JobHost.KillAsync(rehearsal, "remove", "demo", point);
            Answer again = rehearsal.Session.Run("Remove-EksCluster demo -Confirm:$false");
            KillPoints.Tell("remove", point, killed);

            // Killed after the last call, it had removed all.
            Assert.All(again.Errors, static error => Assert.StartsWith("ClusterNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal));
            Assert.Equal([], again.Warnings);
            Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
            Assert.DoesNotContain("demo", await CalmRun.ReadKubeconfigAsync(rehearsal), StringComparison.Ordinal);
        }
    }
}
