using System.Diagnostics;

namespace EksTools.Sandbox.Tests.CommandLines;

/// <summary>The sandbox as a program.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--prot", "1", "knows no option '--prot'")]
    [InlineData("--port", "x", "--port takes a number")]
    [InlineData("--speed", "0", "--speed takes a number above 0")]
    [InlineData("--region", "mars-1", "knows no region 'mars-1'")]
    [InlineData("--account", "12", "twelve digits")]
    [InlineData("--environment", "cmd", "takes pwsh or sh")]
    [InlineData("--port", null, "needs a value")]
    public async Task Bad_options_are_one_sentence_and_exit_2(string name, string? value, string sentence)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(value is null ? [name] : [name, value], output, error));
        Assert.Contains(sentence, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task It_says_that_it_is_ready_and_ends_clean_when_told_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SIGTERM is sent by kill.");
        var start = new ProcessStartInfo("dotnet", [typeof(SandboxServer).Assembly.Location, "--environment", "pwsh", "--region", "eu-west-1"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        Assert.Matches("^sandbox ready: http://127\\.0\\.0\\.1:[0-9]+$", await process.StandardOutput.ReadLineAsync(cancel));
        var assignments = new List<string?>();
        for (var line = 0; line < 5; line++)
        {
            assignments.Add(await process.StandardOutput.ReadLineAsync(cancel));
        }

        Assert.Contains("$env:AWS_REGION = 'eu-west-1'", assignments);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(cancel);
        }

        await process.WaitForExitAsync(cancel);
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(cancel)));
    }
}
