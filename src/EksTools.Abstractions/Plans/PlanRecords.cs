namespace EksTools.Plans;

/// <summary>What a step of a plan did.</summary>
public enum StepOutcome
{
    /// <summary>Not reached, or only shown.</summary>
    Planned,

    /// <summary>It was there already.</summary>
    Found,

    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was changed.</summary>
    Updated,

    /// <summary>It was taken away.</summary>
    Deleted,

    /// <summary>There was nothing to do.</summary>
    Skipped,

    /// <summary>What it waits for has happened.</summary>
    Ready,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>One step of a plan: what would be done, or was.</summary>
public sealed record EksPlanStep
{
    /// <summary>The cluster that the plan is about.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>The step's id, unique within its plan.</summary>
    public required string Step { get; init; }

    /// <summary>What it does, in a line.</summary>
    public required string Description { get; init; }

    /// <summary>The steps that must be done before.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    /// <summary>True when what it makes is billed by the hour.</summary>
    public bool Billed { get; init; }

    /// <summary>What it did; <see cref="StepOutcome.Planned"/> when only shown.</summary>
    public StepOutcome Outcome { get; init; }

    /// <summary>The step's id.</summary>
    public override string ToString() => Step;
}

/// <summary>How far a job is.</summary>
/// <param name="Activity">The job, such as <c>Creating cluster demo in us-west-2</c>.</param>
/// <param name="Status">What it is doing now.</param>
/// <param name="PercentComplete">0 to 100.</param>
/// <param name="SecondsRemaining">An estimate from typical durations; negative when unknown.</param>
/// <param name="IsCompleted">The job has ended, and its progress is to be shown no more.</param>
public sealed record JobProgress(string Activity, string Status, int PercentComplete, int SecondsRemaining, bool IsCompleted = false);

/// <summary>Where a job tells what it is doing. Calls may come from any thread.</summary>
public interface IJobObserver
{
    /// <summary>How far the job is.</summary>
    void Progress(JobProgress progress);

    /// <summary>A change of state, for the verbose stream: one line, never a secret.</summary>
    void Verbose(string message);

    /// <summary>Something that the user should know although the job goes on.</summary>
    void Warn(string message);
}
