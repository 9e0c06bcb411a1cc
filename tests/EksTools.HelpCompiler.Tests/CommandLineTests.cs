using System.Diagnostics;

namespace EksTools.HelpCompiler.Tests;

/// <summary>The compiler as a build calls it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly SampleHelp _help = new();

    public void Dispose() => _help.Dispose();

    [Fact]
    public async Task A_manifest_says_which_cmdlets_count()
    {
        string manifest = Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():N}.psd1");
        try
        {
            await File.WriteAllTextAsync(manifest, "@{ RootModule = 'EksTools.HelpCompiler.Tests.dll'; CmdletsToExport = @('Clear-SampleThing') }", TestContext.Current.CancellationToken);
            _help.Remove("Get-SampleThing.md");
            Assert.Equal((0, ""), await RunAsync("--module", manifest, "--help-source", _help.Source, "--output", _help.Output));
            string xml = await File.ReadAllTextAsync(_help.Output, TestContext.Current.CancellationToken);
            Assert.Contains("Clear-SampleThing", xml, StringComparison.Ordinal);
            Assert.DoesNotContain("Get-SampleThing", xml, StringComparison.Ordinal);

            await File.WriteAllTextAsync(manifest, "@{ RootModule = 'EksTools.HelpCompiler.Tests.dll'; CmdletsToExport = @('Get-Nothing') }", TestContext.Current.CancellationToken);
            (int code, string output) = await RunAsync("--module", manifest, "--help-source", _help.Source, "--output", _help.Output);
            Assert.Equal(1, code);
            Assert.StartsWith($"{manifest}: error EKSHELP011: CmdletsToExport names Get-Nothing", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(manifest);
        }
    }

    [Fact]
    public async Task Faults_are_lines_that_MSBuild_reads_and_the_exit_code_is_1()
    {
        _help.Remove("Clear-SampleThing.md");
        (int code, string output) = await RunAsync("--module", typeof(GetSampleThingCommand).Assembly.Location, "--help-source", _help.Source, "--output", _help.Output);
        Assert.Equal(1, code);
        Assert.Equal($"{Path.Combine(_help.Source, "Clear-SampleThing.md")}: error EKSHELP001: Clear-SampleThing has no help page; write this file.\n", output.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData]
    [InlineData("--module")]
    [InlineData("--nothing", "x")]
    [InlineData("--module", "x", "--help-source", "does-not-exist", "--output", "y")]
    public async Task Wrong_usage_is_exit_code_2(params string[] arguments) => Assert.Equal((2, ""), await RunAsync(arguments));

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "EksTools.HelpCompiler.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(process.ExitCode == 2, (await errors).Length > 0);
        return (process.ExitCode, output);
    }
}
