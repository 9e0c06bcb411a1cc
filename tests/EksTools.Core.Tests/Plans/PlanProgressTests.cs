using EksTools.Core.Plans;
using EksTools.Plans;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Core.Tests.Plans;

/// <summary>What a person is told of the time that is left.</summary>
public sealed class PlanProgressTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly RecordingObserver observer = new();

    [Fact]
    public void A_step_that_is_overdue_stretches_what_is_left_and_nothing_jumps_up()
    {
        PlanStep slow = Wait("slow", 100), after = PlanTests.Step("after", 30, "slow");
        PlanProgress progress = new(new Plan("job", [slow, after]), observer, clock);
        progress.Started(slow);
        List<JobProgress> told = Watch(progress, seconds: 400);
        Assert.Equal(130, observer.Reports.First().SecondsRemaining);

        // While it is in time the clock runs down by itself.
        Assert.Equal(80, told[49].SecondsRemaining);

        // From its usual end on: longer than what comes after it, and ever longer, by less than a second in a second.
        Assert.All(told.Skip(100), static one => Assert.True(one.SecondsRemaining >= 50));
        Assert.True(told[399].SecondsRemaining > told[150].SecondsRemaining);
        Assert.All(told.Zip(told.Skip(1)), static pair => Assert.InRange(pair.Second.SecondsRemaining - pair.First.SecondsRemaining, -1, 1));
        Assert.All(told.Zip(told.Skip(1)), static pair => Assert.True(pair.Second.PercentComplete >= pair.First.PercentComplete));
        Assert.Contains("(7 min of usually 2 min)", told[399].Status, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pace_of_a_run_is_that_of_its_rest()
    {
        PlanStep make = PlanTests.Step("make"), first = Wait("first", 100, "make"), second = Wait("second", 100, "first"), third = Wait("third", 100, "second");
        PlanProgress progress = new(new Plan("job", [make, first, second, third]), observer, clock);
        progress.Started(make);
        progress.Ended(make, StepOutcome.Created);
        progress.Started(first);
        clock.Advance(TimeSpan.FromSeconds(300));
        progress.Ended(first, StepOutcome.Ready);
        progress.Started(second);

        // Three times as long as usual, reckoned with a minute of doubt: 360/160 of what is usual, to which the telling rises second by second.
        List<JobProgress> told = Watch(progress, seconds: 200);
        Assert.All(told.Zip(told.Skip(1)), static pair => Assert.True(pair.Second.SecondsRemaining - pair.First.SecondsRemaining <= 1));
        int atMost = told.Max(static one => one.SecondsRemaining);
        Assert.InRange(atMost, 250, 450);

        // What was found says nothing of how long things take.
        PlanProgress other = new(new Plan("job", [make, first, second, third]), observer, clock);
        other.Started(make);
        other.Ended(make, StepOutcome.Found);
        other.Started(first);
        other.Ended(first, StepOutcome.Ready);
        other.Started(second);
        Assert.Equal(200, observer.Reports.Last().SecondsRemaining);
    }

    [Fact]
    public void What_a_run_saw_is_usual_for_the_next_and_what_it_only_found_is_not()
    {
        StepDurations durations = new();
        PlanStep make = PlanTests.Step("make"), wait = Wait("wait", 100, "make");
        for (int run = 0; run < 3; run++)
        {
            Run(StepOutcome.Created, seconds: 400);
        }

        Run(StepOutcome.Found, seconds: 1);
        Assert.Equal(TimeSpan.FromSeconds(400), durations.Look()(wait));

        PlanProgress next = new(new Plan("job", [make, wait]), observer, clock, durations);
        next.Started(make);
        Assert.Equal(401, observer.Reports.Last().SecondsRemaining);

        void Run(StepOutcome outcome, int seconds)
        {
            PlanProgress progress = new(new Plan("job", [make, wait]), observer, clock, durations);
            progress.Started(make);
            progress.Ended(make, outcome);
            progress.Started(wait);
            clock.Advance(TimeSpan.FromSeconds(seconds));
            progress.Ended(wait, StepOutcome.Ready);
            progress.Close();
        }
    }

    private List<JobProgress> Watch(PlanProgress progress, int seconds)
    {
        List<JobProgress> told = [];
        for (int second = 0; second < seconds; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            progress.Tell();
            told.Add(observer.Reports.Last());
        }

        return told;
    }

    private static PlanStep Wait(string id, int seconds, params string[] needs) => PlanTests.Step(id, seconds, needs) with { Kind = StepKind.Wait, LearntAs = id };
}
