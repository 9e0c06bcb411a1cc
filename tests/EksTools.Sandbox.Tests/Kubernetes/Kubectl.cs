using System.Diagnostics;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>The real kubectl, against one cluster.</summary>
internal sealed class Kubectl : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ekstools-kubectl");

    public Kubectl(TestCluster cluster, string principal = "admin")
    {
        if (Find() is null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", "kubectl is not on PATH");
            Assert.Fail("kubectl is not on PATH, and CI must have it.");
        }

        File.WriteAllText(Path.Combine(_home.FullName, "config"), cluster.Kubeconfig(principal));
    }

    /// <summary>Runs kubectl to its end; fails the test on another exit code than 0.</summary>
    public async Task<string> RunAsync(string arguments, string? input = null)
    {
        var (code, output, error) = await TryAsync(arguments, input);
        Assert.True(code == 0, $"kubectl {arguments}: exit {code}\n{output}\n{error}");
        return output;
    }

    public async Task<(int Code, string Output, string Error)> TryAsync(string arguments, string? input = null)
    {
        using var process = Start(arguments);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public Process Start(string arguments)
    {
        var start = new ProcessStartInfo(Find()!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Path.Combine(_home.FullName, "config");
        start.Environment["HOME"] = _home.FullName;
        return Process.Start(start)!;
    }

    public void Dispose() => _home.Delete(recursive: true);

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(d => new[] { Path.Combine(d, "kubectl"), Path.Combine(d, "kubectl.exe") }).FirstOrDefault(File.Exists);
}
