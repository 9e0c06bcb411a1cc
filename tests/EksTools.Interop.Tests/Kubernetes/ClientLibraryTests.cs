using k8s;
using k8s.KubeConfigModels;
using k8s.Models;

namespace EksTools.Interop.Tests.Kubernetes;

/// <summary>The C# client with our kubeconfigs by its own loader, which joins a plugin's arguments with spaces and quotes nothing.</summary>
public sealed class ClientLibraryTests(DemoCluster demo)
{
    [Theory]
    [InlineData("Native")]
    [InlineData("PowerShell")]
    [InlineData("AwsCli")]
    public async Task It_lists_nodes_by_every_exec_command(string execCommand)
    {
        if (execCommand == "AwsCli")
        {
            Tool.Require("aws");
        }

        string path = demo.WriteKubeconfig($"csharp-{execCommand}", $"-ExecCommand {execCommand}");
        Assert.StartsWith("arn:aws:iam::111122223333:user/", await ListNodesAsync(path, demo.Environment()), StringComparison.Ordinal);
    }

    /// <summary>Lists the nodes with the C# client, and returns who it is in the cluster.</summary>
    internal static async Task<string> ListNodesAsync(string kubeconfig, IReadOnlyDictionary<string, string?> environment)
    {
        K8SConfiguration file = await KubernetesClientConfiguration.LoadKubeConfigAsync(new FileInfo(kubeconfig));
        ExternalExecution exec = Assert.Single(file.Users).UserCredentials.ExternalExecution;
        Assert.Equal("client.authentication.k8s.io/v1", exec.ApiVersion);

        // The plugin inherits this process's environment; where its AWS is, only the entry can say without telling every other test.
        exec.EnvironmentVariables ??= [];
        foreach ((string name, string? value) in environment.Where(static variable => variable.Value is not null))
        {
            exec.EnvironmentVariables.Add(new Dictionary<string, string> { ["name"] = name, ["value"] = value! });
        }

        using k8s.Kubernetes client = new(KubernetesClientConfiguration.BuildConfigFromConfigObject(file));
        V1NodeList nodes = await client.CoreV1.ListNodeAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, nodes.Items.Count);
        V1SelfSubjectReview who = await client.AuthenticationV1.CreateSelfSubjectReviewAsync(new V1SelfSubjectReview(), cancellationToken: TestContext.Current.CancellationToken);
        return who.Status.UserInfo.Username;
    }
}
