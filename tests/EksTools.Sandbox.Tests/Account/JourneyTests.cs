using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Tests.Account;

/// <summary>Everything together, in real time at high speed.</summary>
public sealed class JourneyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_AWS_CLI_and_kubectl_reach_the_nodes(bool realStsHost)
    {
        foreach (var tool in new[] { "aws", "kubectl" })
        {
            if (!CanRun(tool))
            {
                Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI needs {tool}.");
                Assert.Skip($"{tool} is not here.");
            }
        }

        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        await BuildAsync(sandbox);
        var folder = Directory.CreateTempSubdirectory("sandbox-");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "config");
            await RunAsync(sandbox, realStsHost: false, "aws", "eks", "update-kubeconfig", "--name", "demo", "--kubeconfig", kubeconfig);
            var nodes = JsonNode.Parse(await RunAsync(sandbox, realStsHost, "kubectl", "--kubeconfig", kubeconfig, "get", "nodes", "-o", "json"))!["items"]!.AsArray();
            Assert.Equal(2, nodes.Count);
            Assert.All(nodes, node => Assert.Equal("True", (string?)node!["status"]!["conditions"]!.AsArray().Single(condition => (string?)condition!["type"] == "Ready")!["status"]));
            Assert.All(nodes, node => Assert.Equal("ng", (string?)node!["metadata"]!["labels"]!["eks.amazonaws.com/nodegroup"]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Many_callers_at_once_are_answered_each_rightly()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        using var client = new SignedClient(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey);
        var vpc = (await client.QueryAsync("ec2", "CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        var made = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), TestContext.Current.CancellationToken, async (index, _) =>
        {
            made.Add((await client.QueryAsync("ec2", "CreateRouteTable", "VpcId", vpc, "ClientToken", $"t{index % 20}")).Value("routeTableId"));
            Assert.Null((await client.QueryAsync("iam", "CreateRole", "RoleName", $"r{index}", "AssumeRolePolicyDocument", """{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}]}""")).Error);
        });
        Assert.Equal(20, made.Distinct().Count());
        Assert.Equal(401, sandbox.Requests.Count);
    }

    private static async Task BuildAsync(SandboxServer sandbox)
    {
        using var client = new SignedClient(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey);
        async Task<string> Role(string name, string service) => (await client.QueryAsync("iam", "CreateRole", "RoleName", name, "AssumeRolePolicyDocument",
            "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"" + service + "\"},\"Action\":\"sts:AssumeRole\"}]}")).Value("Arn");
        var (cluster, node) = (await Role("cluster", "eks.amazonaws.com"), await Role("node", "ec2.amazonaws.com"));
        await client.QueryAsync("iam", "AttachRolePolicy", "RoleName", "node", "PolicyArn", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy");
        var vpc = (await client.QueryAsync("ec2", "CreateVpc", "CidrBlock", "10.0.0.0/16")).Value("vpcId");
        async Task<string> Subnet(string zone, string cidr) => (await client.QueryAsync("ec2", "CreateSubnet", "VpcId", vpc, "CidrBlock", cidr, "AvailabilityZone", zone)).Value("subnetId");
        var subnets = $"\"{await Subnet("us-west-2a", "10.0.0.0/24")}\",\"{await Subnet("us-west-2b", "10.0.1.0/24")}\"";
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Null((await client.EksAsync(HttpMethod.Post, "/clusters", $$"""{"name":"demo","roleArn":"{{cluster}}","resourcesVpcConfig":{"subnetIds":[{{subnets}}]} }""")).Error);
        await UntilActiveAsync(client, "/clusters/demo");
        Assert.Null((await client.EksAsync(HttpMethod.Post, "/clusters/demo/node-groups", $$"""{"nodegroupName":"ng","nodeRole":"{{node}}","subnets":[{{subnets}}]}""")).Error);
        await UntilActiveAsync(client, "/clusters/demo/node-groups/ng");
    }

    private static async Task UntilActiveAsync(SignedClient client, string path)
    {
        var limit = Stopwatch.StartNew();
        while ((string?)(await client.EksAsync(HttpMethod.Get, path)).Json.Single().Value!["status"] != "ACTIVE")
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(15), $"{path} is not ACTIVE.");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    private static bool CanRun(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static async Task<string> RunAsync(SandboxServer sandbox, bool realStsHost, string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in sandbox.Environment)
        {
            start.Environment[name] = value;
        }

        (start.Environment["AWS_CONFIG_FILE"], start.Environment["AWS_SHARED_CREDENTIALS_FILE"], start.Environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]) = ("/dev/null", "/dev/null", realStsHost ? "true" : "false");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }
}
