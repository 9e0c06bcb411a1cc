using System.Diagnostics;

namespace EksTools.Interop.Tests.Kubernetes;

/// <summary>Update-EksKubeconfig in processes that are killed: kubectl finds the old file or the new one, whole, and the next writer goes on.</summary>
public sealed class KilledWriterTests(DemoCluster demo)
{
    [Fact]
    public async Task A_kill_leaves_the_old_or_the_new_and_holds_up_nobody()
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(demo.Folder, "killed")).FullName, "config");
        await File.WriteAllTextAsync(path, $"# {new string('x', 300_000)}\napiVersion: v1\nkind: Config\ncontexts:\n- context:\n    cluster: mine\n    user: me\n  name: mine\n", TestContext.Current.CancellationToken);
        Random random = new(1);
        HashSet<string> known = ["mine"];
        for (int round = 0; round < 3; round++)
        {
            using Process writer = Start($"Import-Module '{BuiltModule.Manifest}'; for ($i = 0; ; $i++) {{ Update-EksKubeconfig demo -Path '{path}' -Alias \"r{round}-$i\" -WarningAction Ignore; \"written\" }}");
            Assert.Equal("written", await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await Task.Delay(random.Next(5, 400), TestContext.Current.CancellationToken);
            writer.Kill();
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            int finished = 1 + (await writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

            ProcessRun seen = await ProcessRun.RunAsync(Tool.Require("kubectl"), ["config", "get-contexts", "-o", "name", "--kubeconfig", path]);
            Assert.True(seen.ExitCode == 0, seen.Error);
            HashSet<string> contexts = [.. seen.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
            known.UnionWith(Enumerable.Range(0, finished).Select(i => $"r{round}-{i}"));
            Assert.Subset(contexts, known);
            Assert.InRange(contexts.Count - known.Count, 0, 1); // what was written and not yet said
            known = contexts;
        }

        Assert.StartsWith($"# {new string('x', 300_000)}\napiVersion: v1\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private Process Start(string script)
    {
        ProcessStartInfo start = new(BuiltModule.PowerShell, ["-NoProfile", "-Command", script]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string? value) in demo.Environment())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
