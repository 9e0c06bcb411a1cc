using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>
/// Runs a plan: every step the moment its needs are met. When one fails, changes in flight finish, waits end, nothing new starts, and the
/// failure says what was done and what was not.
/// </summary>
internal sealed class PlanRunner(Poller poller, TransientRetry retry, TimeProvider time, Func<Exception, Task<EksToolsException>> translate)
{
    /// <summary>Runs the plan and returns what each step did.</summary>
    /// <exception cref="EksToolsException">A step failed, or the time was over.</exception>
    public async Task<IReadOnlyDictionary<string, StepOutcome>> RunAsync(Plan plan, IJobObserver observer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using CancellationTokenSource waits = CancellationTokenSource.CreateLinkedTokenSource(all.Token);
        observer = new JobLog(observer, time);
        PlanProgress progress = new(plan, observer, time);
        Dictionary<string, StepOutcome> outcomes = new(StringComparer.Ordinal);
        Dictionary<Task<StepOutcome>, (PlanStep Step, CancellationToken Token)> running = [];
        List<PlanStep> waiting = [.. plan.Steps];
        List<(PlanStep Step, Exception Error)> failures = [];
        using ITimer ticker = time.CreateTimer(_ => progress.Tell(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        while (waiting.Count > 0 || running.Count > 0)
        {
            foreach (PlanStep step in failures.Count > 0 || all.IsCancellationRequested ? [] : waiting.Where(IsDue).ToArray())
            {
                waiting.Remove(step);
                progress.Started(step);
                CancellationToken token = step.Kind == StepKind.Wait ? waits.Token : all.Token;
                running.Add(StartAsync(step, progress, observer, token), (step, token));
            }

            if (running.Count == 0)
            {
                break;
            }

            Task<StepOutcome> ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out (PlanStep Step, CancellationToken Token) entry);
            PlanStep endedStep = entry.Step;
            if (ended.IsCompletedSuccessfully)
            {
                outcomes[endedStep.Id] = ended.Result;
                progress.Ended(endedStep, ended.Result);
            }
            else
            {
                // Cancelled by nobody of ours: a library gave up by itself, which is a failure.
                Exception? error = ended.IsCanceled && !entry.Token.IsCancellationRequested ? new TimeoutException("A call was given up before it was answered.") : ended.Exception?.InnerException;
                if (error is not null)
                {
                    outcomes[endedStep.Id] = StepOutcome.Failed;
                    failures.Add((endedStep, error));
                    observer.Verbose($"{endedStep.Id}: failed: {error.Message}");
                }

                await waits.CancelAsync();
            }
        }

        progress.Close();
        cancellationToken.ThrowIfCancellationRequested();
        if (failures.Count > 0)
        {
            throw Failed(plan, outcomes, failures, await translate(failures[0].Error));
        }

        return waiting.Count == 0 && outcomes.Count == plan.Steps.Count ? outcomes : throw TimedOut(plan, outcomes, progress.Unfinished, timeout);

        bool IsDue(PlanStep step) => step.Needs.All(outcomes.ContainsKey);
    }

    private Task<StepOutcome> StartAsync(PlanStep step, PlanProgress progress, IJobObserver observer, CancellationToken cancellationToken)
    {
        StepContext context = new(observer, poller, detail => progress.Detail(step, detail)) { Resource = resource => progress.Resource(step, resource) };
        return Task.Run(() => retry.RunAsync(step.Id, token => step.Ensure(context, token), observer, cancellationToken), CancellationToken.None);
    }

    private static EksToolsException Failed(Plan plan, Dictionary<string, StepOutcome> outcomes, List<(PlanStep Step, Exception Error)> failures, EksToolsException known)
    {
        PlanStep step = failures[0].Step;
        string others = failures.Count > 1 ? $" Failed as well: {string.Join(", ", failures.Skip(1).Select(static failure => failure.Step.Id))}." : string.Empty;
        return new EksToolsException(
            known.Kind,
            known.ErrorId,
            $"{plan.Activity} stopped at {step.Id}: {Sentence(known.Message)}{others} {Account(plan, outcomes)}",
            known.TargetName ?? step.Id,
            Advice(known),
            known);
    }

    /// <summary>What others say may lack its full stop, and more follows here.</summary>
    private static string Sentence(string message) => message.TrimEnd() is var text && text.EndsWith('.') ? text : $"{text}.";

    /// <summary>A run that goes on where this one stopped helps, unless the failure itself says what must be done first.</summary>
    private static string Advice(EksToolsException failure)
    {
        const string again = "Run the same command again to continue where it stopped.";
        bool first = failure.Hint is not null && failure.Kind is (EksErrorKind.Conflict or EksErrorKind.Service or EksErrorKind.Validation or EksErrorKind.NotFound);
        return first ? failure.Hint! : $"{failure.Hint} {again}".TrimStart();
    }

    private static EksToolsException TimedOut(Plan plan, Dictionary<string, StepOutcome> outcomes, string unfinished, TimeSpan timeout) => new(
        EksErrorKind.Timeout,
        "PlanTimedOut",
        $"{plan.Activity} was not done within {timeout:g}. {Account(plan, outcomes)}{unfinished}",
        null,
        "What AWS has accepted runs on there. Run the same command again to continue, with a longer -Timeout if need be.");

    private static string Account(Plan plan, Dictionary<string, StepOutcome> outcomes)
    {
        int done = outcomes.Values.Count(static outcome => outcome != StepOutcome.Failed);
        string[] open = [.. plan.Steps.Where(step => !outcomes.TryGetValue(step.Id, out StepOutcome outcome) || outcome == StepOutcome.Failed).Select(static step => step.Id)];
        const int named = 5;
        string more = open.Length > named ? $" and {open.Length - named} more" : string.Empty;
        return $"{done} of {plan.Steps.Count} steps were done; not done: {string.Join(", ", open.Take(named))}{more}.";
    }
}
