using System.Globalization;
using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>
/// Turns what the steps do into one progress line: what runs now, how much is done, how long it may still take. The estimate begins with what runs before this one took, follows the
/// pace of this one, and never promises an end that does not come: a step that takes longer than usual is taken to take longer still.
/// </summary>
internal sealed class PlanProgress(Plan plan, IJobObserver observer, TimeProvider time, StepDurations? durations = null)
{
    /// <summary>From here on a person wants to know what is usual.</summary>
    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(20);

    /// <summary>What is left of a step, at least, as a part of what it has taken: the longer something is overdue, the longer it will be.</summary>
    private const double Overdue = 0.2;

    /// <summary>So much of usual time counts beside what this run saw, before its own pace is believed.</summary>
    private const double SecondsOfDoubt = 60;

    private readonly object gate = new();
    private readonly Func<PlanStep, TimeSpan> usual = durations?.Look() ?? (static step => step.Typical);
    private readonly long begun = time.GetTimestamp();
    private readonly Dictionary<string, long> started = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> details = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StepOutcome> ended = new(StringComparer.Ordinal);
    private readonly List<(string Sort, TimeSpan Took)> seen = [];
    private (double Took, double Usual) work;
    private (TimeSpan Left, long At)? told;
    private int percent;
    private bool closed;

    public void Started(PlanStep step)
    {
        lock (gate)
        {
            started[step.Id] = time.GetTimestamp();
        }

        Tell();
    }

    public void Ended(PlanStep step, StepOutcome outcome)
    {
        string? resource;
        lock (gate)
        {
            ended[step.Id] = outcome;
            resource = resources.GetValueOrDefault(step.Id);
            if (step.LearntAs is { } sort && Worked(step, outcome))
            {
                TimeSpan took = time.GetElapsedTime(started[step.Id]);
                work = (work.Took + took.TotalSeconds, work.Usual + usual(step).TotalSeconds);
                seen.Add((sort, took));
            }
        }

        observer.Verbose(resource is null ? $"{step.Id}: {outcome}" : $"{step.Id}: {outcome} {resource}");
        Tell();
    }

    public void Detail(PlanStep step, string detail)
    {
        bool changed;
        lock (gate)
        {
            changed = !details.TryGetValue(step.Id, out string? before) || before != detail;
            details[step.Id] = detail;
        }

        if (changed)
        {
            observer.Verbose($"{step.Id}: {detail}");
        }
    }

    /// <summary>What a step is about.</summary>
    public void Resource(PlanStep step, string resource)
    {
        lock (gate)
        {
            resources[step.Id] = resource;
        }
    }

    public void Tell()
    {
        lock (gate)
        {
            // Between two steps there is nothing to tell, and after the end nothing more.
            if (closed || Status() is not { } status)
            {
                return;
            }

            long now = time.GetTimestamp();
            TimeSpan left = Steady(plan.CriticalPath(Left), now);
            TimeSpan past = time.GetElapsedTime(begun, now);
            int done = left + past == TimeSpan.Zero ? 0 : (int)(100 * (past / (past + left)));

            // What has been told as done stays so, whatever comes.
            percent = Math.Clamp(Math.Max(percent, done), 0, 99);
            observer.Progress(new JobProgress(plan.Activity, status, percent, (int)Math.Ceiling(left.TotalSeconds)));
        }
    }

    /// <summary>What the steps that were at work last said; empty when none was.</summary>
    public string Unfinished
    {
        get
        {
            lock (gate)
            {
                string[] open = [.. plan.Steps.Where(step => started.ContainsKey(step.Id) && !ended.ContainsKey(step.Id) && details.ContainsKey(step.Id)).Select(step => $"{step.Id}: {details[step.Id]}")];
                return open.Length == 0 ? string.Empty : $" {string.Join("; ", open)}.";
            }
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            durations?.Learn(seen);
            observer.Progress(new JobProgress(plan.Activity, "Done", 100, 0, IsCompleted: true));
        }
    }

    /// <summary>It falls as soon as more is known, and rises no faster than time goes by: what is told a person does not jump up.</summary>
    private TimeSpan Steady(TimeSpan left, long now)
    {
        if (told is { } before && before.Left + time.GetElapsedTime(before.At, now) is var most && left > most)
        {
            left = most;
        }

        told = (left, now);
        return left;
    }

    private TimeSpan Left(PlanStep step)
    {
        if (ended.ContainsKey(step.Id))
        {
            return TimeSpan.Zero;
        }

        // A run that finds AWS slow, or a sandbox fast, goes on so.
        TimeSpan whole = step.LearntAs is null ? usual(step) : usual(step) * ((work.Took + SecondsOfDoubt) / (work.Usual + SecondsOfDoubt));
        if (!started.TryGetValue(step.Id, out long since))
        {
            return whole;
        }

        TimeSpan past = time.GetElapsedTime(since), left = whole - past, overdue = past * Overdue;
        return left > overdue ? left : overdue;
    }

    /// <summary>It did something, or waited for what was done in this run: what was there already says nothing of how long it takes.</summary>
    private bool Worked(PlanStep step, StepOutcome outcome) => Changes(outcome) || (outcome == StepOutcome.Ready && step.Needs.Any(need => ended.TryGetValue(need, out StepOutcome before) && Changes(before)));

    private static bool Changes(StepOutcome outcome) => outcome is StepOutcome.Created or StepOutcome.Updated or StepOutcome.Deleted;

    private string? Status()
    {
        // The longest of what runs is what the user waits for.
        PlanStep? step = plan.Steps.Where(step => started.ContainsKey(step.Id) && !ended.ContainsKey(step.Id)).MaxBy(step => usual(step));
        if (step is null)
        {
            return null;
        }

        string status = details.TryGetValue(step.Id, out string? detail) ? $"{step.Description}: {detail}" : step.Description;
        return usual(step) < LongStep ? status : $"{status} ({Told(time.GetElapsedTime(started[step.Id]))} of usually {Told(usual(step))})";
    }

    private static string Told(TimeSpan span) => span < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(span.TotalMinutes)} min");
}
