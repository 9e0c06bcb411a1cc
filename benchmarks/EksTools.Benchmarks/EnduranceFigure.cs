using System.Diagnostics;
using EksTools.Testing;

namespace EksTools.Benchmarks;

/// <summary>
/// 200 clusters made and removed in one process, one after another: memory after a full collection, and handles, after the tenth and after the last. The
/// sandbox runs in a process of its own.
/// </summary>
internal static class EnduranceFigure
{
    private const int Warm = 10, Rounds = 200;

    public static async Task RunAsync()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        using Session session = new();
        session.Run(sandbox.Defaults).Good();
        long start = Stopwatch.GetTimestamp();
        (double Memory, int Handles) warm = default;
        for (int round = 1; round <= Rounds; round++)
        {
            session.Run("New-EksCluster demo -NoKubeconfig; Remove-EksCluster demo -KeepKubeconfig -Confirm:$false").Good();
            if (round == Warm)
            {
                warm = Measure();
            }
        }

        (double memory, int handles) = Measure();
        Console.WriteLine($"New- and Remove-EksCluster {Rounds} times in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: managed memory {warm.Memory:0.0} MiB after {Warm}, {memory:0.0} MiB after {Rounds}; handles {warm.Handles} and {handles}");
    }

    private static (double Memory, int Handles) Measure()
    {
        for (int pass = 0; pass < 3; pass++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using Process process = Process.GetCurrentProcess();

        // On Linux the runtime does not count handles: open files and sockets are what they are there.
        int handles = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : process.HandleCount;
        return (GC.GetTotalMemory(forceFullCollection: true) / 1048576.0, handles);
    }
}
