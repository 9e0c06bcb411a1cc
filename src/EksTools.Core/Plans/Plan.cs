using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>A graph of steps. Construction refuses what could never run: unknown needs, equal ids, cycles.</summary>
internal sealed class Plan
{
    private readonly Dictionary<string, PlanStep> byId;

    public Plan(string activity, IEnumerable<PlanStep> steps)
    {
        Activity = activity;
        byId = new Dictionary<string, PlanStep>(StringComparer.Ordinal);
        foreach (PlanStep step in steps)
        {
            if (!byId.TryAdd(step.Id, step))
            {
                throw new ArgumentException($"Two steps of the plan are called {step.Id}.", nameof(steps));
            }
        }

        Steps = Order();
    }

    /// <summary>The job, such as <c>Creating cluster demo in us-west-2</c>.</summary>
    public string Activity { get; }

    /// <summary>The steps, each after all that it needs.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>The longest chain of typical durations from now on, when <paramref name="left"/> says what a step still takes.</summary>
    public TimeSpan CriticalPath(Func<PlanStep, TimeSpan> left)
    {
        Dictionary<string, TimeSpan> ends = new(StringComparer.Ordinal);
        TimeSpan longest = TimeSpan.Zero;
        foreach (PlanStep step in Steps)
        {
            TimeSpan start = step.Needs.Count == 0 ? TimeSpan.Zero : step.Needs.Max(need => ends[need]);
            TimeSpan end = start + left(step);
            ends[step.Id] = end;
            longest = end > longest ? end : longest;
        }

        return longest;
    }

    /// <summary>The plan as a user sees it.</summary>
    public IReadOnlyList<EksPlanStep> Describe(string clusterName, string region, IReadOnlyDictionary<string, StepOutcome>? outcomes = null) =>
    [
        .. Steps.Select(step => new EksPlanStep
        {
            ClusterName = clusterName,
            Region = region,
            Step = step.Id,
            Description = step.Description,
            Needs = step.Needs,
            Billed = step.Billed,
            Outcome = outcomes is not null && outcomes.TryGetValue(step.Id, out StepOutcome outcome) ? outcome : StepOutcome.Planned,
        }),
    ];

    private List<PlanStep> Order()
    {
        List<PlanStep> ordered = new(byId.Count);
        HashSet<string> done = new(StringComparer.Ordinal);
        HashSet<string> open = new(StringComparer.Ordinal);
        foreach (PlanStep step in byId.Values)
        {
            Visit(step);
        }

        return ordered;

        void Visit(PlanStep step)
        {
            if (done.Contains(step.Id))
            {
                return;
            }

            if (!open.Add(step.Id))
            {
                throw new ArgumentException($"The plan's step {step.Id} needs itself.");
            }

            foreach (string need in step.Needs)
            {
                if (!byId.TryGetValue(need, out PlanStep? needed))
                {
                    throw new ArgumentException($"The plan's step {step.Id} needs {need}, which is no step of it.");
                }

                Visit(needed);
            }

            open.Remove(step.Id);
            done.Add(step.Id);
            ordered.Add(step);
        }
    }
}
