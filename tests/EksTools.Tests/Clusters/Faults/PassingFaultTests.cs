using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>What passes by itself: every operation that creating and removing a cluster calls fails once, and the jobs end as if nothing had been.</summary>
public sealed class PassingFaultTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(300), Behind = TimeSpan.FromSeconds(1);

    public static TheoryData<FaultKind> Passing() => [FaultKind.Throttle, FaultKind.Error500, FaultKind.Error503, FaultKind.DropBefore, FaultKind.DropAfter, FaultKind.Delay, FaultKind.Stale];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Creating_ends_right_when_every_operation_fails_once(FaultKind kind)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rough = await Rehearsal.StartAsync();
        IReadOnlyList<FaultRule> rules = Inject(rough, [.. calm.Creating, .. calm.CreatingKubernetes], kind);
        rough.Session.Run(CalmRun.Create).Good();
        IReadOnlyList<FaultRule> missed = rough.Sandbox.Faults.Waiting;
        rough.Sandbox.Faults.Clear();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rough.Sandbox));
        Note("create", rules, missed);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Removing_ends_right_when_every_operation_fails_once(FaultKind kind)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rough = await Rehearsal.StartAsync();
        rough.Session.Run(CalmRun.Create).Good();
        IReadOnlyList<FaultRule> rules = Inject(rough, [.. calm.Removing, .. calm.RemovingKubernetes], kind);
        rough.Session.Run(CalmRun.Remove).Good();
        IReadOnlyList<FaultRule> missed = rough.Sandbox.Faults.Waiting;
        rough.Sandbox.Faults.Clear();
        Assert.Empty(await Inventory.ReadAsync(rough.Sandbox));
        Note("remove", rules, missed);
    }

    [Fact]
    public async Task A_node_group_that_a_stale_list_hid_from_a_removal_goes_all_the_same()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(CalmRun.Create).Good();
        rehearsal.Sandbox.Faults.Add(CalmRun.Fault("eks:ListNodegroups", FaultKind.Stale, 2) with { Delay = TimeSpan.FromHours(1) });
        rehearsal.Session.Run(CalmRun.Remove).Good();
        Assert.Equal(0, rehearsal.Sandbox.Faults.Count);
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
        FaultMatrix.Note("remove", "eks:ListNodegroups", "Stale throughout", FaultMatrix.RightEnd);
    }

    /// <summary>Reads alone can be stale.</summary>
    internal static FaultRule[] Inject(Rehearsal rehearsal, IEnumerable<string> operations, FaultKind kind)
    {
        FaultRule[] rules = [.. operations.Where(operation => kind != FaultKind.Stale || (CalmRun.IsRead(operation) && !operation.StartsWith("kubernetes:", StringComparison.Ordinal))).Select(operation => CalmRun.Fault(operation, kind) with { Delay = kind == FaultKind.Stale ? Behind : Slow })];
        foreach (FaultRule rule in rules)
        {
            rehearsal.Sandbox.Faults.Add(rule);
        }

        return rules;
    }

    internal static void Note(string job, IReadOnlyList<FaultRule> rules, IReadOnlyList<FaultRule> missed)
    {
        Assert.Equal([], missed.Select(static rule => $"{rule.Service}:{rule.Operation}"));
        foreach (FaultRule rule in rules)
        {
            FaultMatrix.Note(job, $"{rule.Service}:{rule.Operation}{(rule.Concerning is { } what ? $"@{what}" : string.Empty)}", rule.Kind, FaultMatrix.RightEnd);
        }
    }
}
