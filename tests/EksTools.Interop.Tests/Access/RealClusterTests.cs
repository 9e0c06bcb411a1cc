using System.Diagnostics;
using System.Management.Automation;
using System.Net.Sockets;
using Amazon.EKS;
using Amazon.EKS.Model;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox;

namespace EksTools.Interop.Tests.Access;

/// <summary>The module against clusters that run on a real kube-apiserver.</summary>
public sealed class RealClusterTests
{
    [Fact]
    public async Task A_cluster_is_made_its_nodes_are_listed_and_it_is_removed()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync(realKubernetes: true);
        rehearsal.Session.Run("New-EksCluster real").Good();
        IReadOnlyList<PSObject> nodes = rehearsal.Session.Run("Get-EksNode real").Good();
        Assert.Equal(["Ready", "Ready"], nodes.Select(static node => $"{node.Properties["Status"].Value}"));

        ProcessRun kubectl = await ProcessRun.RunAsync(Tool.Require("kubectl"), ["get", "nodes,daemonsets,deployments", "--all-namespaces", "-o", "name"], rehearsal.Environment);
        Assert.True(kubectl.ExitCode == 0, kubectl.Error);
        Assert.Equal(2, kubectl.Output.Split('\n').Count(static line => line.StartsWith("node/", StringComparison.Ordinal)));
        Assert.Contains("daemonset.apps/aws-node", kubectl.Output, StringComparison.Ordinal);
        Assert.Contains("deployment.apps/coredns", kubectl.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("panic", rehearsal.Sandbox.FindServerLog("real")!, StringComparison.OrdinalIgnoreCase);

        rehearsal.Session.Run("Remove-EksCluster real -Confirm:$false").Good();
    }

    [Fact]
    public async Task The_servers_die_with_a_sandbox_that_is_killed()
    {
        ProcessStartInfo start = new("dotnet", [typeof(SandboxServer).Assembly.Location, "--speed", "100000", "--environment", "sh"]) { RedirectStandardOutput = true };
        start.Environment["KUBEBUILDER_ASSETS"] = KubernetesAssets.Require();
        using Process sandbox = Process.Start(start)!;
        try
        {
            string ready = (await sandbox.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            Dictionary<string, string> environment = [];
            while (environment.Count < 5)
            {
                string[] assignment = (await sandbox.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!["export ".Length..].Split('=', 2);
                environment[assignment[0]] = assignment[1].Trim('\'');
            }

            Uri endpoint = await MakeClusterAsync(ready["sandbox ready: ".Length..], environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]);
            Assert.True(await AnswersAsync(endpoint));
            sandbox.Kill();
            await sandbox.WaitForExitAsync(TestContext.Current.CancellationToken);
            Stopwatch clock = Stopwatch.StartNew();
            while (await AnswersAsync(endpoint))
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "kube-apiserver outlives its sandbox.");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            if (!sandbox.HasExited)
            {
                sandbox.Kill();
            }
        }
    }

    private static async Task<Uri> MakeClusterAsync(string sandbox, string key, string secret)
    {
        Amazon.Runtime.BasicAWSCredentials keys = new(key, secret);
        using AmazonEKSClient eks = new(keys, new AmazonEKSConfig { ServiceURL = sandbox, AuthenticationRegion = "us-west-2" });
        using AmazonIdentityManagementServiceClient iam = new(keys, new AmazonIdentityManagementServiceConfig { ServiceURL = sandbox, AuthenticationRegion = "us-west-2" });
        string role = (await iam.CreateRoleAsync(new CreateRoleRequest
        {
            RoleName = "cluster",
            AssumeRolePolicyDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}""",
        })).Role.Arn;
        List<string> subnets = [.. await ForeignCluster.CreateSubnetsAsync(new Uri(sandbox), key, secret)];
        await eks.CreateClusterAsync(new CreateClusterRequest { Name = "killed", RoleArn = role, ResourcesVpcConfig = new VpcConfigRequest { SubnetIds = subnets } });
        while (true)
        {
            Amazon.EKS.Model.Cluster cluster = (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = "killed" })).Cluster;
            if (cluster.Status == ClusterStatus.ACTIVE)
            {
                return new Uri(cluster.Endpoint);
            }

            await Task.Delay(50);
        }
    }

    private static async Task<bool> AnswersAsync(Uri endpoint)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(endpoint.Host, endpoint.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
