using System.Collections.Concurrent;
using EksTools.Core.Accounts;

namespace EksTools.Core.Plans;

/// <summary>
/// How long sorts of steps have taken: what steps usually take is reckoned from the last runs, and begins with what their authors knew. Of AWS it is kept for the user; of another
/// endpoint, such as a sandbox whose time runs faster, for this process.
/// </summary>
/// <param name="file">Where it is kept; null for this process alone.</param>
internal sealed class StepDurations(DurationFile? file = null)
{
    /// <summary>Of each sort so many are kept: a median of them forgets a bad day, and follows AWS when it becomes faster.</summary>
    public const int Kept = 7;

    /// <summary>Fewer than these say little alone: what the authors knew counts as one more.</summary>
    private const int Enough = 3;

    private static readonly Lazy<StepDurations> OfAws = new(static () => new StepDurations(DurationFile.Locate(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows())));
    private static readonly ConcurrentDictionary<string, StepDurations> OfOthers = new(StringComparer.Ordinal);
    private readonly object gate = new();
    private Dictionary<string, double[]> seconds = new(StringComparer.Ordinal);

    /// <summary>What was learnt of the endpoint that an account's calls go to.</summary>
    public static StepDurations Of(AwsAccount account) =>
        account.OtherEndpoint is { } other ? OfOthers.GetOrAdd(other, static _ => new StepDurations()) : OfAws.Value;

    /// <summary>What is known now, of this process and of others: how long a step usually takes.</summary>
    public Func<PlanStep, TimeSpan> Look()
    {
        Dictionary<string, double[]> known;
        lock (gate)
        {
            // Kept by runs of other processes too, and empty where it cannot be read.
            seconds = file?.Read() is { Count: > 0 } kept ? kept : seconds;
            known = new Dictionary<string, double[]>(seconds, StringComparer.Ordinal);
        }

        return step => step.LearntAs is { } sort && known.TryGetValue(sort, out double[]? took) && took.Length > 0
            ? TimeSpan.FromSeconds(Median(took.Length < Enough ? [.. took, step.Typical.TotalSeconds] : took))
            : step.Typical;
    }

    /// <summary>Adds what a run saw.</summary>
    public void Learn(IReadOnlyCollection<(string Sort, TimeSpan Took)> seen)
    {
        if (seen.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            seconds = file?.Update(kept => Add(kept, seen)) ?? Add(seconds, seen);
        }
    }

    private static Dictionary<string, double[]> Add(IReadOnlyDictionary<string, double[]> known, IReadOnlyCollection<(string Sort, TimeSpan Took)> seen)
    {
        Dictionary<string, double[]> all = new(known, StringComparer.Ordinal);
        foreach ((string sort, TimeSpan took) in seen)
        {
            all[sort] = [.. all.GetValueOrDefault(sort, []).Append(Math.Round(took.TotalSeconds, 1)).TakeLast(Kept)];
        }

        return all;
    }

    private static double Median(double[] values)
    {
        double[] ordered = [.. values.Order()];
        int middle = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
    }
}
