using CsCheck;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Tests.Plans;

public sealed class PlanTests
{
    [Fact]
    public void Refuses_two_steps_of_one_id() => Assert.Contains("called a", Assert.Throws<ArgumentException>(static () => new Plan("job", [Step("a"), Step("a")])).Message);

    [Fact]
    public void Refuses_a_need_that_is_no_step() => Assert.Contains("needs b, which is no step", Assert.Throws<ArgumentException>(static () => new Plan("job", [Step("a", "b")])).Message);

    [Fact]
    public void Refuses_a_circle() => Assert.Contains("needs itself", Assert.Throws<ArgumentException>(static () => new Plan("job", [Step("a", "b"), Step("b", "c"), Step("c", "a")])).Message);

    [Fact]
    public void Orders_every_step_after_its_needs() => Graphs.Sample(static steps =>
    {
        Plan plan = new("job", steps);
        List<string> order = [.. plan.Steps.Select(static step => step.Id)];
        return plan.Steps.Count == steps.Length && plan.Steps.All(step => step.Needs.All(need => order.IndexOf(need) < order.IndexOf(step.Id)));
    });

    [Fact]
    public void Critical_path_is_at_least_every_step_and_at_most_their_sum() => Graphs.Sample(static steps =>
    {
        TimeSpan path = new Plan("job", steps).CriticalPath(static step => step.Typical);
        return path >= steps.Max(static step => step.Typical) && path <= steps.Aggregate(TimeSpan.Zero, static (sum, step) => sum + step.Typical);
    });

    [Fact]
    public void Critical_path_is_the_longest_chain()
    {
        Plan plan = new("job", [Step("a", 3), Step("b", 5), Step("c", 4, "a"), Step("d", 1, "b", "c")]);
        Assert.Equal(TimeSpan.FromSeconds(8), plan.CriticalPath(static step => step.Typical));
    }

    /// <summary>Graphs without circles: a step needs only steps of lower numbers.</summary>
    internal static Gen<PlanStep[]> Graphs { get; } = Gen.Select(Gen.Int[1, 12], Gen.Int.Array[144], static (count, bits) => Enumerable.Range(0, count)
        .Select(number => Step($"s{number}", (bits[number] & 7) + 1, [.. Enumerable.Range(0, number).Where(need => (bits[(number * 12) + need] & 3) == 0).Select(static need => $"s{need}")]))
        .Reverse()
        .ToArray());

    internal static PlanStep Step(string id, params string[] needs) => Step(id, 1, needs);

    internal static PlanStep Step(string id, int seconds, params string[] needs) => new()
    {
        Id = id,
        Needs = needs,
        Description = $"makes {id}",
        Typical = TimeSpan.FromSeconds(seconds),
        Ensure = static (_, _) => Task.FromResult(StepOutcome.Created),
    };
}
