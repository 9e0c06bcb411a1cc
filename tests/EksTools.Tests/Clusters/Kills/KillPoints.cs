using System.Text.RegularExpressions;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Kills;

/// <summary>
/// The points at which a process is killed: before AWS hears a call, and after AWS has accepted it and before its answer is read, for every call of an
/// undisturbed run. That run, and what it makes, is learnt once.
/// </summary>
internal static partial class KillPoints
{
    private const string Every = "EKSTOOLS_EVERY_KILL_POINT";
    private static readonly Lazy<Task<Calm>> Undisturbed = new(LearnAsync);

    // The API servers' calls are not in the sandbox's log.
    private static readonly string[] CreatingKubernetes = ["kubernetes:list nodes"], RemovingKubernetes = ["kubernetes:list services", "kubernetes:list ingresses"];

    /// <summary>Whether every call is a point, twice; else one call of each operation, before and after by turns.</summary>
    public static bool All { get; } = Environment.GetEnvironmentVariable(Every) is "true" or "1";

    /// <summary>Into how many tests a job's points are divided, so that none is long.</summary>
    public static int Slices => All ? 64 : 10;

    /// <summary>What an undisturbed run makes, and what it calls.</summary>
    public sealed record Calm(IReadOnlyList<string> Made, string Kubeconfig, IReadOnlyList<FaultRule> Creating, IReadOnlyList<FaultRule> Removing);

    public static Task<Calm> LearnedAsync() => Undisturbed.Value;

    /// <summary>The points of one slice.</summary>
    public static IEnumerable<FaultRule> Slice(IReadOnlyList<FaultRule> points, int slice) => points.Where((_, index) => index % Slices == slice);

    /// <summary>A kubeconfig without what differs from one sandbox to another.</summary>
    public static async Task<string> ReadKubeconfigAsync(Rehearsal rehearsal) =>
        Varying().Replace((await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken)).Replace(rehearsal.Folder, string.Empty, StringComparison.Ordinal), string.Empty);

    /// <summary>Writes down a point that was tried. Only calls that look may be fewer than in the undisturbed run: those of waits, which hang on time.</summary>
    public static void Tell(string job, FaultRule point, bool killed)
    {
        string when = point.Kind == FaultKind.CutBefore ? "before AWS heard it" : "after AWS accepted it";
        TestContext.Current.TestOutputHelper?.WriteLine($"{job}: {(killed ? "killed at" : "ended before")} {point.Service}:{point.Operation} #{point.Skip + 1}, {when}");
        Assert.True(killed || point.Operation!.StartsWith("Describe", StringComparison.Ordinal) || point.Operation.StartsWith("List", StringComparison.Ordinal) || point.Operation.StartsWith("Get", StringComparison.Ordinal), $"{job} made no call {point.Operation} #{point.Skip + 1}.");
    }

    private static async Task<Calm> LearnAsync()
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run("New-EksCluster demo").Good();

        // A creation tags its role when it renews its lease, which hangs on how long it takes.
        IReadOnlyList<FaultRule> creating = Points(calm.Sandbox.Requests.Where(static request => request.Operation != "TagRole"), CreatingKubernetes);
        IReadOnlyList<string> made = await Inventory.ReadAsync(calm.Sandbox);
        string kubeconfig = await ReadKubeconfigAsync(calm);
        int before = calm.Sandbox.Requests.Count;
        calm.Session.Run("Remove-EksCluster demo -Confirm:$false").Good();
        IReadOnlyList<FaultRule> removing = Points(calm.Sandbox.Requests.Skip(before), RemovingKubernetes);
        Assert.Empty(await Inventory.ReadAsync(calm.Sandbox));
        return new Calm(made, kubeconfig, creating, removing);
    }

    private static List<FaultRule> Points(IEnumerable<SandboxRequest> requests, IEnumerable<string> more)
    {
        List<FaultRule> points = [];
        int operation = 0;
        foreach (IGrouping<string, string> calls in requests.Select(static request => $"{request.Service}:{request.Operation}").Concat(more).GroupBy(static call => call))
        {
            string[] parts = calls.Key.Split(':');
            FaultKind[] kinds = [FaultKind.CutBefore, FaultKind.CutAfter];
            if (All)
            {
                points.AddRange(Enumerable.Range(0, calls.Count()).SelectMany(call => kinds.Select(kind => new FaultRule { Service = parts[0], Operation = parts[1], Skip = call, Kind = kind })));
            }
            else
            {
                points.Add(new FaultRule { Service = parts[0], Operation = parts[1], Skip = calls.Count() / 2, Kind = kinds[operation % 2] });
            }

            operation++;
        }

        return points;
    }

    [GeneratedRegex(@"(?<=certificate-authority-data: ).*|https?://127\.0\.0\.1:\d+")]
    private static partial Regex Varying();
}
