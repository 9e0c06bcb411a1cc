using System.Collections.Concurrent;
using CsCheck;
using EksTools.Core.Errors;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Core.Tests.Plans;

public sealed class PlanRunnerTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly RecordingObserver observer = new();

    [Fact]
    public async Task Runs_each_step_once_after_its_needs() => await PlanTests.Graphs.SampleAsync(async steps =>
    {
        ConcurrentQueue<string> ended = [];
        Plan plan = new("job", steps.Select(step => step with
        {
            Ensure = async (_, token) =>
            {
                Assert.All(step.Needs, need => Assert.Contains(need, ended));
                await Task.Yield();
                ended.Enqueue(step.Id);
                return StepOutcome.Created;
            },
        }));
        IReadOnlyDictionary<string, StepOutcome> outcomes = await Runner().RunAsync(plan, observer, TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(steps.Length, ended.Distinct().Count());
        Assert.Equal(steps.Length, ended.Count);
        Assert.All(outcomes.Values, static outcome => Assert.Equal(StepOutcome.Created, outcome));
    }, iter: 200);

    [Fact]
    public async Task Starts_a_step_while_another_that_it_does_not_need_still_runs()
    {
        TaskCompletionSource slow = new();
        Plan plan = new("job", [
            PlanTests.Step("slow") with { Ensure = async (_, _) => { await slow.Task; return StepOutcome.Created; } },
            PlanTests.Step("quick"),
            PlanTests.Step("after quick", "quick") with { Ensure = (_, _) => { slow.SetResult(); return Task.FromResult(StepOutcome.Created); } },
        ]);
        Assert.Equal(3, (await Runner().RunAsync(plan, observer, TimeSpan.FromMinutes(1), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task On_failure_changes_in_flight_finish_waits_end_and_nothing_new_starts()
    {
        TaskCompletionSource failed = new();
        bool changeFinished = false, waitCancelled = false, lateStarted = false;
        Plan plan = new("Creating cluster demo", [
            PlanTests.Step("bad") with { Ensure = (_, _) => throw new EksToolsException(EksErrorKind.Denied, "AwsAccessDenied", "AWS denied it.", hint: "Ask.") },
            PlanTests.Step("change") with { Ensure = async (_, token) => { await failed.Task; token.ThrowIfCancellationRequested(); changeFinished = true; return StepOutcome.Created; } },
            PlanTests.Step("wait") with
            {
                Kind = StepKind.Wait,
                Ensure = async (_, token) =>
                {
                    try
                    {
                        await Task.Delay(Timeout.Infinite, token);
                    }
                    catch (OperationCanceledException)
                    {
                        waitCancelled = true;
                        failed.SetResult();
                        throw;
                    }

                    return StepOutcome.Ready;
                },
            },
            PlanTests.Step("late", "change") with { Ensure = (_, _) => { lateStarted = true; return Task.FromResult(StepOutcome.Created); } },
        ]);
        EksToolsException exception = await Assert.ThrowsAsync<EksToolsException>(() => Runner().RunAsync(plan, observer, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.True(changeFinished);
        Assert.True(waitCancelled);
        Assert.False(lateStarted);
        Assert.Equal(EksErrorKind.Denied, exception.Kind);
        Assert.Equal("AwsAccessDenied", exception.ErrorId);
        Assert.Equal("Creating cluster demo stopped at bad: AWS denied it. 1 of 4 steps were done; not done: bad, wait, late.", exception.Message);
        Assert.Equal("Ask. Run the same command again to continue where it stopped.", exception.Hint);
    }

    [Fact]
    public async Task Tries_again_what_passes_by_itself_and_gives_up_in_the_end()
    {
        int calls = 0;
        Plan recovers = new("job", [PlanTests.Step("flaky") with { Ensure = (_, _) => ++calls < 4 ? throw new HttpRequestException("reset") : Task.FromResult(StepOutcome.Created) }]);
        await AdvanceUntilDoneAsync(Runner().RunAsync(recovers, observer, TimeSpan.FromHours(1), CancellationToken.None));
        Assert.Equal(4, calls);

        calls = 0;
        Plan never = new("job", [PlanTests.Step("broken") with { Ensure = (_, _) => { calls++; throw new HttpRequestException("reset"); } }]);
        EksToolsException exception = await Assert.ThrowsAsync<EksToolsException>(() => AdvanceUntilDoneAsync(Runner().RunAsync(never, observer, TimeSpan.FromHours(1), CancellationToken.None)));
        Assert.Equal(EksErrorKind.Network, exception.Kind);
        Assert.Equal(10, calls);
    }

    [Fact]
    public async Task Ends_at_the_timeout_and_says_what_is_left()
    {
        Plan plan = new("Creating cluster demo", [PlanTests.Step("quick"), PlanTests.Step("long", "quick") with { Kind = StepKind.Wait, Ensure = async (_, token) => { await Task.Delay(Timeout.Infinite, token); return StepOutcome.Ready; } }]);
        EksToolsException exception = await Assert.ThrowsAsync<EksToolsException>(() => AdvanceUntilDoneAsync(Runner().RunAsync(plan, observer, TimeSpan.FromMinutes(40), CancellationToken.None)));
        Assert.Equal("PlanTimedOut", exception.ErrorId);
        Assert.Equal("Creating cluster demo was not done within 0:40:00. 1 of 2 steps were done; not done: long.", exception.Message);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_a_cancellation()
    {
        using CancellationTokenSource source = new();
        Plan plan = new("job", [PlanTests.Step("long") with { Ensure = async (_, token) => { await source.CancelAsync(); await Task.Delay(Timeout.Infinite, token); return StepOutcome.Ready; } }]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runner().RunAsync(plan, observer, TimeSpan.FromMinutes(1), source.Token));
    }

    [Fact]
    public async Task Progress_rises_to_100_and_names_the_longest_step_that_runs()
    {
        Plan plan = new("job", [PlanTests.Step("short", 1), PlanTests.Step("long", 99, "short")]);
        await Runner().RunAsync(plan, observer, TimeSpan.FromMinutes(1), CancellationToken.None);
        int[] percents = [.. observer.Reports.Select(static report => report.PercentComplete)];
        Assert.Equal(percents.Order(), percents);
        Assert.Equal(100, percents[^1]);
        Assert.Contains(observer.Reports, static report => report.Status == "makes long (0 s of usually 2 min)" && report.SecondsRemaining == 99);
    }

    private PlanRunner Runner() => new(new Poller(clock, new Random(1)), new TransientRetry(clock, renew: null), clock, static exception => Task.FromResult(AwsFailure.Translate(exception)));

    /// <summary>Moves the clock on whenever everything waits for it.</summary>
    private async Task<T> AdvanceUntilDoneAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(task, Task.Delay(1));
        }

        return await task;
    }
}
