using System.Diagnostics;
using System.Management.Automation;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>
/// New-EksCluster in the sandbox at AWS's proportions against the longest chain of its plan: how much of the time is ours.
/// Control plane 9 min, node group 2.5 min, NAT gateway 1.5 min, add-on 40 s, the rest a second.
/// </summary>
internal static class CreateFigure
{
    private const double Speed = 10;

    public static async Task RunAsync()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(Speed);
        Dictionary<string, double> ends = new(StringComparer.Ordinal);
        foreach (PSObject step in rehearsal.Session.Run("New-EksCluster demo -WhatIf").Good())
        {
            string id = (string)step.Properties["Step"].Value;
            IReadOnlyList<string> needs = (IReadOnlyList<string>)step.Properties["Needs"].Value;
            ends[id] = needs.Select(need => ends[need]).DefaultIfEmpty(0).Max() + Seconds(id);
        }

        double path = ends.Values.Max() / Speed;
        long start = Stopwatch.GetTimestamp();
        rehearsal.Session.Run("New-EksCluster demo").Good();
        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"New-EksCluster at {Speed:0} times AWS's speed: {taken:0.0} s, critical path of the plan {path:0.0} s, ratio {taken / path:0.000}");
    }

    private static double Seconds(string step) => step switch
    {
        "control-plane-active" => 540,
        "nodes-active" => 150,
        "nodes-ready" => 1,
        _ when step.StartsWith("addon-", StringComparison.Ordinal) && step.EndsWith("-active", StringComparison.Ordinal) => 40,
        _ when step.StartsWith("nat-gateway-", StringComparison.Ordinal) && step.EndsWith("-available", StringComparison.Ordinal) => 90,
        _ => 1,
    };
}
