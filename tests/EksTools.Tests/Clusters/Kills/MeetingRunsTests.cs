using EksTools.Sandbox.Faults;
using EksTools.Tests.Clusters.Faults;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>Runs in processes of their own that meet on one cluster, and one that is killed again and again.</summary>
public sealed class MeetingRunsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Creations_at_once_make_one_cluster_and_all_end_with_it(int runs)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string[] said = await Task.WhenAll(Enumerable.Range(0, runs).Select(_ => JobHost.RunAsync(rehearsal, "create", "demo")));
        Assert.All(said, static end => Assert.Equal("done", end));
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.Single(rehearsal.Sandbox.Requests, static request => request is { Operation: "CreateCluster", Status: 200 });
        Assert.Single(rehearsal.Sandbox.Requests, static request => request is { Operation: "CreateVpc", Status: 200 });
    }

    [Fact]
    public async Task A_removal_waits_for_the_creation_that_is_at_work_and_leaves_nothing()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(speed: 300);
        Task<string> creation = JobHost.RunAsync(rehearsal, "create", "demo");
        await UntilAsync(rehearsal, "CreateVpc");
        string removal = await JobHost.RunAsync(rehearsal, "remove", "demo");
        Assert.Equal("done", await creation);
        Assert.Equal("done", removal);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_creation_waits_for_the_removal_that_is_at_work_and_makes_the_cluster_anew()
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(speed: 300);
        Assert.Equal("done", await JobHost.RunAsync(rehearsal, "create", "demo"));
        Task<string> removal = JobHost.RunAsync(rehearsal, "remove", "demo");
        await UntilAsync(rehearsal, "DeleteNodegroup");
        string creation = await JobHost.RunAsync(rehearsal, "create", "demo");
        Assert.Equal("done", await removal);
        Assert.Equal("done", creation);
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task Killed_again_and_again_each_run_goes_on_from_where_the_last_one_was()
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        foreach (int calls in (int[])[12, 24, 36, 48, 60, 72])
        {
            await JobHost.KillAsync(rehearsal, "create", "demo", new FaultRule { Kind = calls % 24 == 0 ? FaultKind.CutAfter : FaultKind.CutBefore, Skip = calls });
        }

        rehearsal.Session.Run("New-EksCluster demo").Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    private static async Task UntilAsync(Rehearsal rehearsal, string operation)
    {
        while (!rehearsal.Sandbox.Requests.Any(request => request.Operation == operation && request.Status == 200))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
