using System.Diagnostics;

namespace EksTools.Authentication.Tests;

/// <summary>Runs programs that others wrote, and eks-token, with an environment of the test's own.</summary>
internal static class OutsideTool
{
    /// <summary>The program's path; where it is absent the test is skipped, or fails under CI=true.</summary>
    public static string Require(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(d => new[] { Path.Combine(d, name), Path.Combine(d, name + ".exe") }).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", $"{name} is not on the PATH");
            Assert.Fail($"{name} is not on the PATH, and CI must have it");
        }
        return path;
    }

    /// <summary>eks-token as built, or the one that EKSTOOLS_TOKEN_HELPER names (the native one, say).</summary>
    public static string TokenHelper => Environment.GetEnvironmentVariable("EKSTOOLS_TOKEN_HELPER")
        ?? Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "eks-token.exe" : "eks-token");

    public static async Task<ToolResult> RunAsync(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal) || k is "KUBERNETES_EXEC_INFO" or "XDG_CACHE_HOME" or "LOCALAPPDATA" or "EKSTOOLS_CREDENTIAL_CACHE").ToList())
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ToolResult(process.ExitCode, await output, await error);
    }

    public static async Task<string> PythonAsync(string script)
    {
        var result = await RunAsync(Require("python3"), ["-"], null, script);
        if (result.ExitCode != 0 && result.Error.Contains("No module named", StringComparison.Ordinal))
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", "botocore is not installed");
        }
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}

internal sealed record ToolResult(int ExitCode, string Output, string Error);
