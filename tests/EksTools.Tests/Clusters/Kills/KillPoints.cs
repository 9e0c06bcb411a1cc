using EksTools.Sandbox.Faults;
using EksTools.Tests.Clusters.Faults;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>The points at which a process is killed: before AWS hears a call, and after AWS has accepted it and before its answer is read, for every call of an undisturbed run.</summary>
internal static class KillPoints
{
    private const string Every = "EKSTOOLS_EVERY_KILL_POINT";
    private static readonly FaultKind[] Kinds = [FaultKind.CutBefore, FaultKind.CutAfter];

    /// <summary>Whether every call is a point, twice; else one call of each operation that changes something, before and after by turns.</summary>
    public static bool All { get; } = Environment.GetEnvironmentVariable(Every) is "true" or "1";

    /// <summary>Into how many tests a job's points are divided, so that none is long.</summary>
    public static int Slices => All ? 64 : 6;

    /// <summary>The points of one slice.</summary>
    public static IEnumerable<FaultRule> Slice(IReadOnlyList<FaultRule> points, int slice, int slices) => points.Where((_, index) => index % slices == slice);

    /// <summary>The points of a job's calls.</summary>
    public static IReadOnlyList<FaultRule> Of(IReadOnlyList<string> calls) =>
        [.. Grouped(calls).Where(static operation => All || !CalmRun.IsRead(operation.Key)).SelectMany((operation, number) => All ? Each(operation.Key, operation.Count()) : [Middle(operation.Key, operation.Count(), number)])];

    /// <summary>
    /// The points of a job that differs from one whose every call is a point: all that it changes, and one look of each operation; in the ordinary run one
    /// point of each change that the other job does not know, and the making or deletion of the cluster.
    /// </summary>
    public static IReadOnlyList<FaultRule> Of(IReadOnlyList<string> calls, IReadOnlyList<string> known)
    {
        string[] always = ["eks:CreateCluster", "eks:DeleteCluster"];
        return
        [
            .. Grouped(calls).Where(operation => All || always.Contains(operation.Key) || (!known.Contains(operation.Key) && !CalmRun.IsRead(operation.Key)))
                .SelectMany((operation, number) => All && !CalmRun.IsRead(operation.Key) ? Each(operation.Key, operation.Count()) : [Middle(operation.Key, operation.Count(), number)]),
        ];
    }

    /// <summary>Writes down a point that was tried. Only calls that look may be fewer than in the undisturbed run: those of waits, which hang on time.</summary>
    public static void Tell(string job, FaultRule point, bool killed)
    {
        string when = point.Kind == FaultKind.CutBefore ? "before AWS heard it" : "after AWS accepted it";
        TestContext.Current.TestOutputHelper?.WriteLine($"{job}: {(killed ? "killed at" : "ended before")} {point.Service}:{point.Operation} #{point.Skip + 1}, {when}");
        Assert.True(killed || CalmRun.IsRead($"{point.Service}:{point.Operation}"), $"{job} made no call {point.Operation} #{point.Skip + 1}.");
    }

    private static IEnumerable<IGrouping<string, string>> Grouped(IEnumerable<string> calls) => calls.GroupBy(static call => call);

    private static IEnumerable<FaultRule> Each(string operation, int calls) => Enumerable.Range(0, calls).SelectMany(call => Kinds.Select(kind => CalmRun.Fault(operation, kind) with { Skip = call }));

    private static FaultRule Middle(string operation, int calls, int number) => CalmRun.Fault(operation, Kinds[number % 2]) with { Skip = calls / 2 };
}
