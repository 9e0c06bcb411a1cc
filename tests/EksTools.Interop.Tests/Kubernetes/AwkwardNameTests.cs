using System.Text.Json;

namespace EksTools.Interop.Tests.Kubernetes;

/// <summary>A module in a folder with a space and apostrophes, and a profile with a space: the kubeconfig still means the same to every reader.</summary>
public sealed class AwkwardNameTests(DemoCluster demo)
{
    [Theory]
    [InlineData("Native")]
    [InlineData("PowerShell")]
    public async Task Kubectl_and_the_csharp_client_find_module_and_profile(string execCommand)
    {
        Tool.Require("kubectl");
        string home = Directory.CreateDirectory(Path.Combine(demo.Folder, $"O'Neil's {execCommand} home")).FullName;
        string module = Path.Combine(home, "EksTools"), kubeconfig = Path.Combine(home, "kubeconfig");
        Copy(BuiltModule.Folder, module);
        await File.WriteAllTextAsync(Path.Combine(home, "config"), $"[profile \"ops team\"]\naws_access_key_id = {demo.Sandbox.AccessKey}\naws_secret_access_key = {demo.Sandbox.SecretKey}\n", TestContext.Current.CancellationToken);
        Dictionary<string, string?> environment = demo.Environment(kubeconfig);
        environment["AWS_CONFIG_FILE"] = Path.Combine(home, "config");
        environment["AWS_ACCESS_KEY_ID"] = environment["AWS_SECRET_ACCESS_KEY"] = environment["AWS_REGION"] = environment["AWS_DEFAULT_REGION"] = null;

        string script = $"Import-Module '{module.Replace("'", "''", StringComparison.Ordinal)}'; Update-EksKubeconfig demo -Region us-west-2 -ProfileName 'ops team' -ExecCommand {execCommand} -PassThru";
        ProcessRun written = await ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-NonInteractive", "-Command", script], environment);
        Assert.True(written is { ExitCode: 0, Error: "" }, written.Error);
        Assert.DoesNotContain("WARNING", written.Output, StringComparison.Ordinal);

        ProcessRun kubectl = await ProcessRun.RunAsync(Tool.Require("kubectl"), ["auth", "whoami", "-o", "json"], environment);
        Assert.True(kubectl.ExitCode == 0, kubectl.Error);
        using JsonDocument who = JsonDocument.Parse(kubectl.Output);
        Assert.Equal(who.RootElement.Text("status.userInfo.username"), await ClientLibraryTests.ListNodesAsync(kubeconfig, environment));
    }

    [Fact]
    public async Task A_token_for_another_cluster_is_refused()
    {
        string kubeconfig = demo.WriteKubeconfig("of-another", string.Empty);
        string text = await File.ReadAllTextAsync(kubeconfig, TestContext.Current.CancellationToken);
        string changed = text.Replace("- demo\n", "- other\n", StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        await File.WriteAllTextAsync(kubeconfig, changed, TestContext.Current.CancellationToken);
        ProcessRun refused = await demo.StartAsync("kubectl", ["get", "nodes"], kubeconfig);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("You must be logged in to the server", refused.Error, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
