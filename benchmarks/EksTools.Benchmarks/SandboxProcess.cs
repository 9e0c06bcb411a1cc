using System.Diagnostics;
using EksTools.Sandbox;

namespace EksTools.Benchmarks;

/// <summary>A sandbox in a process of its own, so that what it uses is not counted as ours.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const int Assignments = 5;
    private readonly Process process;

    private SandboxProcess(Process process, string defaults)
    {
        this.process = process;
        Defaults = defaults;
    }

    /// <summary>What points a session at it.</summary>
    public string Defaults { get; }

    public static async Task<SandboxProcess> StartAsync()
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(SandboxServer).Assembly.Location, "--speed", "3000", "--environment", "pwsh"]) { RedirectStandardOutput = true })!;
        List<string> lines = [];
        while (lines.Count <= Assignments)
        {
            lines.Add(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox ended before it was ready."));
        }

        return new SandboxProcess(process, string.Join('\n', lines.Skip(1)));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
