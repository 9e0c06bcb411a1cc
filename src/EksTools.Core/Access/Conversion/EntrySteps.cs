using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Reviews;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Access.Conversion;

/// <summary>
/// Makes access entries, or gives those that are there what they lack. Each looks first, so that it may be run again after any interruption. An entry
/// comes before the row of aws-auth from its first moment, so what AWS denies is to show where it harms least: one administrator who is not the caller
/// goes first and alone, and the caller last.
/// </summary>
internal sealed class EntrySteps(EntryMaker maker, ConversionProgress progress, string? caller)
{
    /// <summary>How many entries are worked on at a time: EKS throttles an account that writes much faster.</summary>
    private const int Lanes = 6;

    public IReadOnlyList<PlanStep> Create(IReadOnlyList<string> needs)
    {
        EntryWish[] wishes = [.. progress.Rows.Select(static row => row.Wish).OfType<EntryWish>()];
        string? callerKey = IamPrincipal.Parse(caller)?.Key;
        EntryWish? last = Array.Find(wishes, wish => wish.Principal.Key == callerKey);
        EntryWish? probe = progress.Rows
            .Where(row => row.Change is { Create: true, Policies.Count: > 0 } && row.Wish != last)
            .OrderByDescending(static row => row.Change!.Policies.Any(static policy => policy.Name == MappingIntent.ClusterAdmin))
            .FirstOrDefault()?.Wish;
        List<PlanStep> steps = [];
        if (probe is not null)
        {
            steps.Add(Step(probe, needs));
            needs = [steps[0].Id];
        }

        int first = steps.Count;
        foreach (EntryWish wish in wishes.Where(wish => wish != probe && wish != last))
        {
            steps.Add(Step(wish, steps.Count - first < Lanes ? needs : [steps[^Lanes].Id]));
        }

        if (last is not null)
        {
            steps.Add(Step(last, steps.Count == 0 ? needs : [.. steps.Select(static step => step.Id)]));
        }

        return steps;
    }

    private PlanStep Step(EntryWish wish, IReadOnlyList<string> needs) => new()
    {
        Id = $"entry {wish.Principal.Arn}",
        Needs = needs,
        Description = $"access entry for {wish.Principal.Arn}: {wish}",
        Ensure = (context, token) => EnsureAsync(wish, context, token),
    };

    private async Task<StepOutcome> EnsureAsync(EntryWish wish, StepContext context, CancellationToken cancellationToken)
    {
        (EntryDelta? change, string? obstacle) = await maker.EnsureAsync(wish, context, cancellationToken);
        if (change is null)
        {
            progress.Obstruct(wish, obstacle!);
            return StepOutcome.Skipped;
        }

        progress.Done(wish, change);
        return change.Action switch
        {
            EksIamMappingConversionAction.Moved => StepOutcome.Created,
            EksIamMappingConversionAction.Merged => StepOutcome.Updated,
            _ => StepOutcome.Found,
        };
    }
}
