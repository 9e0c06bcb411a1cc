using System.Globalization;
using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>Turns what the steps do into one progress line: what runs now, how much is done, how long it may still take.</summary>
internal sealed class PlanProgress(Plan plan, IJobObserver observer, TimeProvider time)
{
    /// <summary>From here on a person wants to know what is usual.</summary>
    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(20);
    private readonly object gate = new();
    private readonly TimeSpan whole = plan.CriticalPath(static step => step.Typical);
    private readonly Dictionary<string, long> started = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> details = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> resources = new(StringComparer.Ordinal);
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);
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
            ended.Add(step.Id);
            resource = resources.GetValueOrDefault(step.Id);
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

            TimeSpan left = plan.CriticalPath(Left);
            int percent = whole == TimeSpan.Zero ? 0 : (int)(100 * (1 - (left / whole)));
            observer.Progress(new JobProgress(plan.Activity, status, Math.Clamp(percent, 0, 99), (int)left.TotalSeconds));
        }
    }

    /// <summary>What the steps that were at work last said; empty when none was.</summary>
    public string Unfinished
    {
        get
        {
            lock (gate)
            {
                string[] open = [.. plan.Steps.Where(step => started.ContainsKey(step.Id) && !ended.Contains(step.Id) && details.ContainsKey(step.Id)).Select(step => $"{step.Id}: {details[step.Id]}")];
                return open.Length == 0 ? string.Empty : $" {string.Join("; ", open)}.";
            }
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            observer.Progress(new JobProgress(plan.Activity, "Done", 100, 0, IsCompleted: true));
        }
    }

    /// <summary>A step that takes longer than usual is taken to be nearly done, never over.</summary>
    private TimeSpan Left(PlanStep step)
    {
        if (ended.Contains(step.Id))
        {
            return TimeSpan.Zero;
        }

        if (!started.TryGetValue(step.Id, out long since))
        {
            return step.Typical;
        }

        TimeSpan left = step.Typical - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : step.Typical * 0.02;
    }

    private string? Status()
    {
        // The longest of what runs is what the user waits for.
        PlanStep? step = plan.Steps.Where(step => started.ContainsKey(step.Id) && !ended.Contains(step.Id)).MaxBy(static step => step.Typical);
        if (step is null)
        {
            return null;
        }

        string status = details.TryGetValue(step.Id, out string? detail) ? $"{step.Description}: {detail}" : step.Description;
        return step.Typical < LongStep ? status : $"{status} ({Told(time.GetElapsedTime(started[step.Id]))} of usually {Told(step.Typical)})";
    }

    private static string Told(TimeSpan span) => span < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(span.TotalMinutes)} min");
}
