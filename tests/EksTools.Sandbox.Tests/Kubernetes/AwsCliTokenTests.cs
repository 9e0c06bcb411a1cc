using System.Diagnostics;
using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>Tokens that the AWS CLI makes, at the cluster's door.</summary>
public sealed class AwsCliTokenTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("http://127.0.0.1:5001")]
    public async Task The_CLIs_token_opens_the_cluster(string? endpoint)
    {
        var aws = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, OperatingSystem.IsWindows() ? "aws.exe" : "aws")).FirstOrDefault(File.Exists);
        if (aws is null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", "the AWS CLI is not on PATH");
            Assert.Fail("The AWS CLI is not on PATH, and CI must have it.");
        }

        await using var cluster = await TestCluster.StartAsync();
        var start = new ProcessStartInfo(aws, "eks get-token --cluster-name demo --region us-west-2") { RedirectStandardOutput = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_ACCESS_KEY_ID"] = "admin";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "secret";
        start.Environment["AWS_SESSION_TOKEN"] = "SESSION+TOKEN/==";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        if (endpoint is not null)
        {
            start.Environment["AWS_ENDPOINT_URL"] = endpoint;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var token = JsonNode.Parse(output)!["status"]!["token"]!.GetValue<string>();

        var (code, _) = await TestHttp.GetAsync(cluster, "/api/v1/nodes", token);

        Assert.True(code == System.Net.HttpStatusCode.OK, string.Join("; ", cluster.Api.RefusedTokens));
        Assert.Equal("demo", cluster.Identity.LastClusterId);
    }
}
