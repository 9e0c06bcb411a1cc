using System.Diagnostics;

namespace EksTools.Testing;

/// <summary>A program run to its end.</summary>
public sealed record ProcessRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs it with an empty standard input; a variable whose value is null is taken out of its environment.</summary>
    /// <exception cref="TimeoutException">It did not end within <paramref name="seconds"/>, and was killed.</exception>
    public static async Task<ProcessRun> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, int seconds = 60)
    {
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true },
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            process.StartInfo.Environment[name] = value;
        }

        process.Start();
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {seconds} s. Output: {await output} Error: {await error}");
        }

        return new ProcessRun(process.ExitCode, await output, await error);
    }
}
