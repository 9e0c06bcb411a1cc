using System.Diagnostics;
using System.Text.Json;

namespace EksTools.Interop.Tests.Kubernetes;

/// <summary>kubectl with the kubeconfigs that the module writes, through each exec plugin.</summary>
public sealed class KubectlTests(DemoCluster demo)
{
    [Theory]
    [InlineData("Native")]
    [InlineData("PowerShell")]
    [InlineData("AwsCli")]
    public async Task Every_exec_command_lets_the_creator_in(string execCommand)
    {
        string kubeconfig = demo.WriteKubeconfig($"by-{execCommand}", $"-ExecCommand {execCommand}");
        using JsonDocument who = JsonDocument.Parse(await KubectlAsync(kubeconfig, "auth whoami -o json"));
        JsonElement user = who.RootElement.At("status.userInfo");
        Assert.Equal(await demo.CreatorAsync(), user.Text("username"));
        Assert.Contains("system:authenticated", user.Texts("groups"));

        string[] nodes = (await KubectlAsync(kubeconfig, "get nodes -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, nodes.Length);
        await KubectlAsync(kubeconfig, $"annotate {nodes[0]} example.com/{execCommand}=seen");
        Assert.Equal("seen", await KubectlAsync(kubeconfig, $"get {nodes[0]} -o jsonpath={{.metadata.annotations.example\\.com/{execCommand}}}"));
    }

    [Fact]
    public async Task The_kubeconfig_of_New_EksCluster_makes_changes_watches_and_deletes()
    {
        await KubectlAsync(demo.Kubeconfig, "create configmap watched --from-literal=step=1");
        using Process watch = new()
        {
            StartInfo = new ProcessStartInfo(Tool.Require("kubectl"), ["get", "configmap", "watched", "--watch", "--output-watch-events", "-o", "jsonpath={.type} {.object.data.step}{\"\\n\"}"]) { RedirectStandardOutput = true },
        };
        foreach ((string name, string? value) in demo.Environment())
        {
            watch.StartInfo.Environment[name] = value;
        }

        watch.Start();
        try
        {
            Assert.Equal("ADDED 1", await NextAsync(watch));
            await KubectlAsync(demo.Kubeconfig, """patch configmap watched --type=merge --patch={"data":{"step":"2"}}""");
            Assert.Equal("MODIFIED 2", await NextAsync(watch));
            await KubectlAsync(demo.Kubeconfig, """patch configmap watched --type=json --patch=[{"op":"replace","path":"/data/step","value":"3"}]""");
            Assert.Equal("MODIFIED 3", await NextAsync(watch));
            await KubectlAsync(demo.Kubeconfig, """patch configmap watched --patch={"data":{"step":"4"}}""");
            Assert.Equal("MODIFIED 4", await NextAsync(watch));
            await KubectlAsync(demo.Kubeconfig, "delete configmap watched");
            Assert.Equal("DELETED 4", await NextAsync(watch));
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            await watch.WaitForExitAsync(CancellationToken.None);
        }

        ProcessRun gone = await demo.StartAsync("kubectl", ["get", "configmap", "watched"]);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("NotFound", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_roles_on_one_cluster_are_two_users()
    {
        string viewer = await LetInAsync("viewer", "AmazonEKSViewPolicy"), editor = await LetInAsync("editor", "AmazonEKSEditPolicy");
        string kubeconfig = demo.WriteKubeconfig("two-roles", $"-RoleArn {viewer} -Alias viewer");
        demo.WriteKubeconfig("two-roles", $"-RoleArn {editor} -Alias editor");
        Assert.Matches(@"^arn:aws:sts::111122223333:assumed-role/viewer/", await WhoAsync(kubeconfig, "viewer"));
        Assert.Matches(@"^arn:aws:sts::111122223333:assumed-role/editor/", await WhoAsync(kubeconfig, "editor"));

        await KubectlAsync(kubeconfig, "--context editor create configmap of-the-editor");
        Assert.Equal("configmap/of-the-editor\n", await KubectlAsync(kubeconfig, "--context viewer get configmap of-the-editor -o name"));
        ProcessRun refused = await demo.StartAsync("kubectl", ["--context", "viewer", "delete", "configmap", "of-the-editor"], kubeconfig);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Forbidden", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>A role that the account may assume, with an access policy in the cluster; made by the AWS CLI.</summary>
    private async Task<string> LetInAsync(string name, string policy)
    {
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}""";
        string arn = (await demo.AwsAsync("iam create-role --role-name", name, "--assume-role-policy-document", Trust)).Text("Role.Arn");
        await demo.AwsAsync("eks create-access-entry --cluster-name demo --principal-arn", arn);
        await demo.AwsAsync("eks associate-access-policy --cluster-name demo --access-scope type=cluster --principal-arn", arn, "--policy-arn", $"arn:aws:eks::aws:cluster-access-policy/{policy}");
        return arn;
    }

    private async Task<string> WhoAsync(string kubeconfig, string context)
    {
        using JsonDocument who = JsonDocument.Parse(await KubectlAsync(kubeconfig, $"--context {context} auth whoami -o json"));
        return who.RootElement.Text("status.userInfo.username");
    }

    private Task<string> KubectlAsync(string kubeconfig, string commandLine) => demo.OutputAsync("kubectl", commandLine.Split(' '), kubeconfig);

    private static async Task<string?> NextAsync(Process process)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        return await process.StandardOutput.ReadLineAsync(patience.Token);
    }
}
