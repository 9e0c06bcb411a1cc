using EksTools.Core.Plans;

namespace EksTools.Core.Tests.Plans;

/// <summary>What is kept of how long steps took.</summary>
public sealed class StepDurationsTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly PlanStep step = PlanTests.Step("wait", 100) with { LearntAs = "sort" };

    private string FilePath => Path.Combine(folder, "EksTools", "durations.json");

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_median_of_the_last_runs_counts_and_few_stand_beside_what_was_known()
    {
        StepDurations durations = new();
        Assert.Equal(100, Usual(durations));
        Learn(durations, 300);
        Assert.Equal(200, Usual(durations));
        Learn(durations, 300, 3000);
        Assert.Equal(300, Usual(durations));
        Learn(durations, 50, 50, 50, 50, 50, 50, 50);
        Assert.Equal(50, Usual(durations));
        Assert.Equal(100, durations.Look()(step with { LearntAs = null }).TotalSeconds);
        Assert.Equal(100, durations.Look()(step with { LearntAs = "another" }).TotalSeconds);
    }

    [Fact]
    public void A_file_keeps_them_for_the_user_s_next_process()
    {
        Learn(new StepDurations(Located()), 200, 200, 200);
        Assert.Equal(200, Usual(new StepDurations(Located())));
        Assert.Equal("""{"sort":[200,200,200]}""", File.ReadAllText(FilePath));
        Assert.Equal(["durations.json", "durations.json.lock"], Directory.GetFiles(Path.GetDirectoryName(FilePath)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"sort\": [")]
    [InlineData("[1, 2]")]
    [InlineData("null")]
    [InlineData("{ \"sort\": \"long\" }")]
    [InlineData("{ \"sort\": null }")]
    [InlineData("{ \"sort\": [-5, 0, 1e300] }")]
    public void A_damaged_file_is_as_none_and_is_mended(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, text);
        StepDurations durations = new(Located());
        Assert.Equal(100, Usual(durations));
        Learn(durations, 40, 40, 40);
        Assert.Equal(40, Usual(new StepDurations(Located())));
    }

    [Fact]
    public void A_file_that_cannot_be_written_or_is_held_costs_nothing()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        using (FileStream held = new($"{FilePath}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            StepDurations durations = new(Located());
            Learn(durations, 40, 40, 40);
            Assert.Equal(40, Usual(durations));
            Assert.False(File.Exists(FilePath));
        }

        Directory.CreateDirectory(FilePath);
        StepDurations other = new(Located());
        Learn(other, 40, 40, 40);
        Assert.Equal(40, Usual(other));
    }

    [Fact]
    public async Task Runs_at_once_lose_no_file_and_leave_nothing_behind()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => Learn(new StepDurations(Located()), 10 + number))));
        Assert.NotEmpty(Located().Read()!["sort"]);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(FilePath)!).Length);
    }

    [Theory]
    [InlineData("off", "/home/me", null)]
    [InlineData("0", "/home/me", null)]
    [InlineData("relative", "/home/me", null)]
    [InlineData(null, null, null)]
    public void Where_it_is_not_wanted_or_has_no_place_there_is_none(string? said, string? home, string? expected) =>
        Assert.Equal(expected, DurationFile.Locate(name => name switch { DurationFile.Variable => said, "HOME" => home, _ => null }, windows: false)?.ToString());

    private DurationFile Located() => DurationFile.Locate(name => name == DurationFile.Variable ? folder : null, OperatingSystem.IsWindows())!;

    private double Usual(StepDurations durations) => durations.Look()(step).TotalSeconds;

    private static void Learn(StepDurations durations, params double[] seconds) => durations.Learn([.. seconds.Select(static value => ("sort", TimeSpan.FromSeconds(value)))]);
}
