using EksTools.Sandbox.Faults;
using EksTools.Tests.Clusters.Faults;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>New-EksCluster whose process is killed at a call: run again, it ends as an undisturbed run does.</summary>
public sealed class CreationKillTests
{
    public static TheoryData<int> Slices() => [.. Enumerable.Range(0, KillPoints.Slices)];

    [Theory]
    [MemberData(nameof(Slices))]
    public async Task Killed_and_run_again_it_is_the_same_cluster(int slice)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        foreach (FaultRule point in KillPoints.Slice(KillPoints.Of(calm.CreatingCalls), slice, KillPoints.Slices))
        {
            await using Rehearsal rehearsal = await Rehearsal.StartAsync();
            bool killed = await JobHost.KillAsync(rehearsal, "create", "demo", point);
            rehearsal.Session.Run("New-EksCluster demo").Good();
            KillPoints.Tell("create", point, killed);
            Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
            Assert.Equal(calm.Kubeconfig, await CalmRun.ReadKubeconfigAsync(rehearsal));
        }
    }
}
