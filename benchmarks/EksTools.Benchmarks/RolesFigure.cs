using System.Diagnostics;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>New-EksServiceAccountRole for one service account, and for 200 in one pipeline: time and AWS calls. The sandbox answers at once, so the time is ours.</summary>
internal static class RolesFigure
{
    private const int Many = 200;

    public static async Task RunAsync()
    {
        foreach (string mode in (string[])["Irsa", "PodIdentity"])
        {
            await using Rehearsal rehearsal = await Rehearsal.StartAsync();
            rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
            string parameters = $"-ClusterName demo -CreateNamespace -Mode {mode} -WellKnownPolicy ExternalDns";
            Print(rehearsal, $"{mode}, the first", $"New-EksServiceAccountRole -ServiceAccount one/app {parameters}");
            Print(rehearsal, $"{mode}, one more", $"New-EksServiceAccountRole -ServiceAccount two/app {parameters}");
            Print(rehearsal, $"{mode}, {Many} in one pipeline", $"1..{Many} | ForEach-Object {{ [pscustomobject]@{{ ServiceAccount = \"shop/app-$_\" }} }} | New-EksServiceAccountRole {parameters}");
            Print(rehearsal, $"{mode}, {Many} again, all found", $"1..{Many} | ForEach-Object {{ [pscustomobject]@{{ ServiceAccount = \"shop/app-$_\" }} }} | New-EksServiceAccountRole {parameters}");
        }
    }

    private static void Print(Rehearsal rehearsal, string figure, string command)
    {
        int before = rehearsal.Sandbox.Requests.Count;
        long start = Stopwatch.GetTimestamp();
        int made = rehearsal.Session.Run(command).Good().Count;
        double taken = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string[] calls = [.. rehearsal.Sandbox.Requests.Skip(before).Select(static request => request.Operation)];
        string kinds = string.Join(", ", calls.GroupBy(static call => call, StringComparer.Ordinal).OrderByDescending(static group => group.Count()).Select(static group => $"{group.Key} {group.Count()}"));
        Console.WriteLine($"{figure}: {made} roles in {taken:0.00} s, {calls.Length} AWS calls ({kinds})");
    }
}
