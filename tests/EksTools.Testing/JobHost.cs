using System.Collections.Concurrent;
using System.Diagnostics;
using EksTools.Sandbox.Faults;

namespace EksTools.Testing;

/// <summary>A process that runs one job of the engine, started ahead, and killed at one of its calls: by SIGKILL, so that nothing of it runs any more.</summary>
public sealed class JobHost : IDisposable
{
    private const string Plain = "{}";
    private const int Ahead = 2;
    private static readonly ConcurrentQueue<Task<JobHost>> Started = new();
    private readonly Process process;

    private JobHost(Process process) => this.process = process;

    /// <summary>Runs a job and kills its process at a call.</summary>
    /// <param name="rehearsal">Where it runs.</param>
    /// <param name="job"><c>create</c>, <c>set</c> or <c>remove</c>.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="point">The call, by <see cref="FaultKind.CutBefore"/> or <see cref="FaultKind.CutAfter"/>.</param>
    /// <param name="request">What is asked for in JSON, without the cluster's name.</param>
    /// <returns>False when the job ended before: it made no such call.</returns>
    public static async Task<bool> KillAsync(Rehearsal rehearsal, string job, string cluster, FaultRule point, string request = Plain)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        using JobHost host = await TakeAsync();
        Task cut = rehearsal.Sandbox.Faults.WhenCutAsync();
        rehearsal.Sandbox.Faults.Add(point);
        Task<string> said = host.BeginAsync(rehearsal, job, cluster, request);
        await Task.WhenAny(cut, said);
        bool killed = cut.IsCompleted && !host.process.HasExited;
        host.process.Kill();
        await host.process.WaitForExitAsync(TestContext.Current.CancellationToken);
        rehearsal.Sandbox.Faults.Clear();
        Assert.True(killed || (await said).Trim() == "done", $"{await said} (exit code {host.process.ExitCode})");
        return killed;
    }

    /// <summary>Runs a job in a process of its own, undisturbed.</summary>
    /// <returns><c>done</c>, or what went wrong.</returns>
    public static async Task<string> RunAsync(Rehearsal rehearsal, string job, string cluster)
    {
        ArgumentNullException.ThrowIfNull(rehearsal);
        using JobHost host = await TakeAsync();
        return (await host.BeginAsync(rehearsal, job, cluster, Plain)).Trim();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>Gives the process its job; the answer ends with the process.</summary>
    private async Task<string> BeginAsync(Rehearsal rehearsal, string job, string cluster, string request)
    {
        await process.StandardInput.WriteLineAsync(string.Join('\t', job, cluster, rehearsal.Region, rehearsal.Sandbox.Endpoint, rehearsal.Sandbox.AccessKey, rehearsal.Sandbox.SecretKey, rehearsal.Kubeconfig, BuiltModule.Folder, request));
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        return await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static Task<JobHost> TakeAsync()
    {
        while (Started.Count <= Ahead)
        {
            Started.Enqueue(Task.Run(StartAsync));
        }

        return Started.TryDequeue(out Task<JobHost>? host) ? host : StartAsync();
    }

    private static async Task<JobHost> StartAsync()
    {
        Process process = Process.Start(new ProcessStartInfo(BuiltModule.JobHost) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        return new JobHost(process);
    }
}
