using System.Text.Json;
using EksTools.Testing;

namespace EksTools.Tests.Commands;

/// <summary>In processes of their own: the path per user is the environment's.</summary>
public sealed class InstallEksTokenHelperTests
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "eks-token.exe" : "eks-token";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stands_at_a_path_that_kubeconfigs_name_from_then_on()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string stable = Path.Combine(rehearsal.Folder, "data", "EksTools", "bin", FileName);

        Assert.Contains("Install eks-token", await RunAsync(rehearsal, "Install-EksTokenHelper -WhatIf"), StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Combine(rehearsal.Folder, "data")));

        string[] added = (await RunAsync(rehearsal, "(Install-EksTokenHelper).PSObject.Properties.Value")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal([stable, "Added"], new[] { added[0], added[2] });
        Assert.Equal($"eks-token {added[1]}", (await ProcessRun.RunAsync(stable, ["--version"])).Output.Trim());

        Assert.Matches(@"Version\s+Change\s+Path\s+-+\s+-+\s+-+\s+\S+\s+Unchanged\s", await RunAsync(rehearsal, "Install-EksTokenHelper"));
        await RunAsync(rehearsal, $"Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}'");
        Assert.Contains($"command: {stable}", await File.ReadAllTextAsync(rehearsal.Kubeconfig, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_that_takes_the_module_s_folder_away_leaves_kubeconfigs_working()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig").Good();
        string module = Path.Combine(rehearsal.Folder, "Modules", "EksTools", "0.1.0");
        foreach (string file in Directory.EnumerateFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(module, Path.GetRelativePath(BuiltModule.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await RunAsync(rehearsal, $"$null = Install-EksTokenHelper; Update-EksKubeconfig demo -Path '{rehearsal.Kubeconfig}'", module);
        Directory.Delete(module, recursive: true);
        string command = (await File.ReadAllLinesAsync(rehearsal.Kubeconfig, Cancellation)).Single(static line => line.TrimStart().StartsWith("command:", StringComparison.Ordinal)).Split(':', 2)[1].Trim().Trim('\'', '"');
        ProcessRun token = await ProcessRun.RunAsync(command, ["--cluster-name", "demo", "--region", "us-west-2"], rehearsal.Environment);
        Assert.True(token.ExitCode == 0, token.Error);
        using JsonDocument credential = JsonDocument.Parse(token.Output);
        Assert.StartsWith("k8s-aws-v1.", credential.RootElement.GetProperty("status").GetProperty("token").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_without_a_helper_for_this_system_says_so()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string module = Path.Combine(rehearsal.Folder, "EksTools");
        foreach (string file in Directory.EnumerateFiles(BuiltModule.Folder, "*", SearchOption.AllDirectories).Where(static file => !file.Contains("runtimes", StringComparison.Ordinal)))
        {
            string copy = Path.Combine(module, Path.GetRelativePath(BuiltModule.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Assert.Equal("TokenHelperNotShipped,EksTools.Commands.InstallEksTokenHelperCommand ObjectNotFound", (await RunAsync(rehearsal, "Install-EksTokenHelper -ErrorAction SilentlyContinue -ErrorVariable failed; $failed[0].FullyQualifiedErrorId + ' ' + $failed[0].CategoryInfo.Category; exit 0", module)).Trim());
        Assert.False(Path.Exists(Path.Combine(rehearsal.Folder, "data")));
    }

    private static async Task<string> RunAsync(Rehearsal rehearsal, string script, string? module = null)
    {
        string data = Path.Combine(rehearsal.Folder, "data");
        Dictionary<string, string?> environment = new(rehearsal.Environment) { ["XDG_DATA_HOME"] = data, ["LOCALAPPDATA"] = data };
        ProcessRun run = await ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-Command", $"Import-Module '{Path.Combine(module ?? BuiltModule.Folder, "EksTools.psd1")}'; {rehearsal.Defaults}; {script}"], environment);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output;
    }
}
