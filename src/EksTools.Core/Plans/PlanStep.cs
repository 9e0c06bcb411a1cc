using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>Whether a step changes something or only waits: a failing plan lets changes finish and stops waiting.</summary>
internal enum StepKind
{
    /// <summary>Looks at what is there, then creates, adopts, changes or deletes.</summary>
    Change,

    /// <summary>Waits for something to happen.</summary>
    Wait,
}

/// <summary>One step of a plan. Its work is idempotent: it looks first, and may be run again after any interruption.</summary>
internal sealed record PlanStep
{
    /// <summary>Unique within the plan.</summary>
    public required string Id { get; init; }

    /// <summary>What it does, in a line.</summary>
    public required string Description { get; init; }

    /// <summary>Steps that must be done before.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    public StepKind Kind { get; init; } = StepKind.Change;

    /// <summary>What it makes is billed by the hour.</summary>
    public bool Billed { get; init; }

    /// <summary>How long it usually takes: for the estimate of the time left.</summary>
    public TimeSpan Typical { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What sort of step it is, under which runs learn how long it takes; null for one that is over at once, or takes as long as somebody else wants.</summary>
    public string? LearntAs { get; init; }

    /// <summary>Does the step. Called once its needs are met.</summary>
    public required Func<StepContext, CancellationToken, Task<StepOutcome>> Ensure { get; init; }
}

/// <summary>What a running step can tell and ask.</summary>
/// <param name="Observer">Where it tells what it does.</param>
/// <param name="Poller">How it waits.</param>
/// <param name="Detail">Takes what the step waits for now, in a few words, for the progress line.</param>
internal sealed record StepContext(IJobObserver Observer, Poller Poller, Action<string> Detail)
{
    /// <summary>Takes the id, name or ARN of what the step is about, once it is known: the line that tells the step's outcome names it.</summary>
    public Action<string> Resource { get; init; } = static _ => { };
}
