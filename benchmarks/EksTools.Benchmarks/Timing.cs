using System.Diagnostics;
using System.Globalization;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>Times whole processes in turn, A B A B, so that a machine whose speed drifts treats both alike.</summary>
internal static class Timing
{
    private const int Rounds = 10;
    private const string ResourceCounter = "/usr/bin/time";

    public static async Task PrintRatioAsync(string figure, (string Name, Func<Task> Run) one, (string Name, Func<Task> Run) other)
    {
        List<double> first = [];
        List<double> second = [];
        await one.Run();
        await other.Run();
        for (int round = 0; round < Rounds; round++)
        {
            first.Add(await MeasureAsync(one.Run));
            second.Add(await MeasureAsync(other.Run));
        }

        Console.WriteLine($"{figure}: {one.Name} {Median(first):0.0} ms, {other.Name} {Median(second):0.0} ms, ratio {Median(first) / Median(second):0.000} (medians of {Rounds})");
    }

    /// <summary>Runs programs in turn and prints each one's time and peak memory, and both as multiples of the first's.</summary>
    public static async Task PrintTableAsync(string figure, params Contender[] contenders)
    {
        List<double>[] times = [.. contenders.Select(static _ => new List<double>())];
        List<double>[] memory = [.. contenders.Select(static _ => new List<double>())];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                (double milliseconds, double megabytes) = await MeasureAsync(contenders[i]);
                if (round >= 0)
                {
                    times[i].Add(milliseconds);
                    memory[i].Add(megabytes);
                }
            }
        }

        Console.WriteLine($"{figure}, medians of {Rounds} rounds in turn:");
        for (int i = 0; i < contenders.Length; i++)
        {
            Console.WriteLine($"  {contenders[i].Name,-36}{Median(times[i]),9:0.0} ms {Median(times[i]) / Median(times[0]),7:0.0} x {Median(memory[i]),9:0.0} MiB {Median(memory[i]) / Median(memory[0]),7:0.0} x");
        }
    }

    private static async Task<(double Milliseconds, double Megabytes)> MeasureAsync(Contender contender)
    {
        // The kernel counts the peak of a process that has ended for its parent alone: GNU time is that parent, and starts in no time.
        bool counts = File.Exists(ResourceCounter);
        string report = Path.GetTempFileName();
        try
        {
            long start = Stopwatch.GetTimestamp();
            await (counts
                ? RunAsync(ResourceCounter, ["--format=%M", $"--output={report}", contender.Program, .. contender.Arguments], contender.Environment)
                : RunAsync(contender.Program, contender.Arguments, contender.Environment));
            double taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return (taken, counts ? double.Parse((await File.ReadAllTextAsync(report)).Trim(), CultureInfo.InvariantCulture) / 1024 : double.NaN);
        }
        finally
        {
            File.Delete(report);
        }
    }

    public static async Task RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ProcessRun run = await ProcessRun.RunAsync(program, arguments, environment);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {run.ExitCode}: {run.Error}");
        }
    }

    private static async Task<double> MeasureAsync(Func<Task> run)
    {
        long start = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

/// <summary>A program to be measured.</summary>
internal sealed record Contender(string Name, string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment);
