namespace EksTools.Interop.Tests.Kubernetes;

/// <summary>kubectl reads what Remove-EksKubeconfig left, in one file and in several.</summary>
public sealed class RemovalTests(DemoCluster demo)
{
    [Fact]
    public async Task Kubectl_works_with_the_context_that_is_left_and_knows_the_other_no_more()
    {
        string kubectl = Tool.Require("kubectl"), path = demo.WriteKubeconfig("removal", "-Alias stays");
        demo.Run($"Update-EksKubeconfig demo -Path '{path}' -Alias goes -SetCurrentContext");
        Assert.Equal(["goes", "stays"], await ListAsync(kubectl, "get-contexts", path));
        demo.Run($"Remove-EksKubeconfig -Alias goes -Path '{path}'");
        Assert.Equal(["stays"], await ListAsync(kubectl, "get-contexts", path));
        Assert.NotEqual(0, (await demo.StartAsync(kubectl, ["config", "current-context"], path)).ExitCode);
        Assert.Equal(2, (await demo.OutputAsync(kubectl, ["--context", "stays", "get", "nodes", "-o", "name"], path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        demo.Run($"Remove-EksKubeconfig demo -Path '{path}'");
        Assert.Empty(await ListAsync(kubectl, "get-contexts", path));
        Assert.DoesNotContain("demo", await demo.OutputAsync(kubectl, ["config", "view", "--raw"], path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_AWS_CLI_and_kubectl_wrote_over_several_files_goes_from_all_of_them()
    {
        string kubectl = Tool.Require("kubectl"), clusters = Path.Combine(demo.Folder, "of-the-cli-alone"), contexts = Path.Combine(demo.Folder, "of-kubectl-alone");
        string both = clusters + Path.PathSeparator + contexts, arn = demo.Text("Arn");
        await demo.OutputAsync("aws", ["eks", "update-kubeconfig", "--name", "demo", "--kubeconfig", clusters]);
        await demo.OutputAsync(kubectl, ["config", "set-context", "second", "--cluster", arn, "--user", "someone"], contexts);
        await demo.OutputAsync(kubectl, ["config", "set-credentials", "someone", "--token", "t"], contexts);
        await demo.OutputAsync(kubectl, ["config", "set-cluster", "kind", "--server", "https://kind"], contexts);
        ProcessRun run = await ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-Command", $"Import-Module '{BuiltModule.Manifest}'; Remove-EksKubeconfig demo -Region us-west-2"], demo.Environment(both));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Empty(await ListAsync(kubectl, "get-contexts", both));
        Assert.Empty(await ListAsync(kubectl, "get-users", both));
        Assert.Equal(["kind"], await ListAsync(kubectl, "get-clusters", both));
    }

    private async Task<string[]> ListAsync(string kubectl, string what, string path)
    {
        string[] lines = (await demo.OutputAsync(kubectl, what == "get-contexts" ? ["config", what, "-o", "name"] : ["config", what], path)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. (what == "get-contexts" ? lines : lines.Skip(1)).Order(StringComparer.Ordinal)];
    }
}
