namespace EksTools.Interop.Tests.AwsCli;

/// <summary>The AWS CLI's waiters, and its kubeconfig beside ours in one file.</summary>
public sealed class KubeconfigTests(DemoCluster demo)
{
    [Theory]
    [InlineData("eks wait cluster-active --name demo")]
    [InlineData("eks wait nodegroup-active --cluster-name demo --nodegroup-name default")]
    [InlineData("eks wait addon-active --cluster-name demo --addon-name coredns")]
    public async Task Its_waiters_have_nothing_to_wait_for(string commandLine) => await demo.OutputAsync("aws", commandLine.Split(' '));

    [Fact]
    public async Task Kubectl_works_with_its_kubeconfig_and_then_with_ours_over_it()
    {
        string kubectl = Tool.Require("kubectl"), path = Path.Combine(demo.Folder, "of-the-cli");
        string added = await demo.OutputAsync("aws", ["eks", "update-kubeconfig", "--name", "demo", "--kubeconfig", path]);
        Assert.StartsWith("Added new context", added, StringComparison.Ordinal);
        string theirs = await demo.OutputAsync(kubectl, ["get", "nodes", "-o", "name"], path);
        Assert.Equal(2, theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        // The CLI names cluster, user and context by the ARN, and so do we: it is an update, not a second entry.
        Assert.Equal("Updated", demo.Run($"Update-EksKubeconfig demo -Path '{path}' -PassThru").Single().Properties["Change"].Value);
        Assert.Equal([demo.Text("Arn")], (await demo.OutputAsync(kubectl, ["config", "get-contexts", "-o", "name"], path)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("eks-token", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(theirs, await demo.OutputAsync(kubectl, ["get", "nodes", "-o", "name"], path));

        string updated = await demo.OutputAsync("aws", ["eks", "update-kubeconfig", "--name", "demo", "--kubeconfig", path]);
        Assert.StartsWith("Updated context", updated, StringComparison.Ordinal);
        Assert.Equal(theirs, await demo.OutputAsync(kubectl, ["get", "nodes", "-o", "name"], path));
    }
}
