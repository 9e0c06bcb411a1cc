using System.Diagnostics;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>A thousand tokens in one pipeline, against one command for each.</summary>
internal static class ManyTokensFigure
{
    private const string Get = "Get-EksToken -Region us-west-2 -AccessKey AKIDEXAMPLE -SecretKey secret";

    public static Task RunAsync()
    {
        using Session session = new();
        session.Run($"$null = 'demo' | {Get}").Good();
        double together = Measure(session, $"$null = 1..1000 | ForEach-Object {{ \"c$_\" }} | {Get}");
        double apart = Measure(session, $"foreach ($i in 1..1000) {{ $null = {Get} -ClusterName \"c$i\" }}");
        Console.WriteLine($"1,000 tokens: in one pipeline {together:0} ms, one by one {apart:0} ms, ratio {together / apart:0.000}");
        return Task.CompletedTask;
    }

    private static double Measure(Session session, string script)
    {
        List<double> times = [];
        for (int round = 0; round < 5; round++)
        {
            long start = Stopwatch.GetTimestamp();
            session.Run(script).Good();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }
}
