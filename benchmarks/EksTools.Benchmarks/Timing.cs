using System.Diagnostics;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>Times whole processes in turn, A B A B, so that a machine whose speed drifts treats both alike.</summary>
internal static class Timing
{
    private const int Rounds = 10;

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
