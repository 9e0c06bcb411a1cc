using System.Diagnostics;
using System.Text.Json.Nodes;

namespace EksTools.Sandbox.Tests.Account;

/// <summary>Every operation through botocore, each raw answer held against botocore's own shapes.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task Botocore_reads_every_member_of_every_answer()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000 }, TestContext.Current.CancellationToken);
        var (status, output, error) = await RunAsync(sandbox, "python3", "-c", "import botocore");
        if (status != 0)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI needs python3 with botocore: {error}");
            Assert.Skip("python3 with botocore is not here.");
        }

        var (certificate, key) = PemCertificate.Make("imported.example.com", TimeSpan.FromDays(1));
        (status, output, error) = await RunAsync(sandbox, "python3", Path.Combine(AppContext.BaseDirectory, "Account", "conformance.py"), certificate, key);
        Assert.True(status == 0, error);
        var report = JsonNode.Parse(output)!;
        Assert.Equal([], report["problems"]!.AsArray().Select(problem => (string?)problem).Distinct());
        Assert.Equal([], SandboxServer.Operations.Except(report["called"]!.AsArray().Select(name => (string)name!)));
    }

    [Fact]
    public async Task The_AWS_CLI_reads_what_is_there()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 3000, AccountId = "444455556666" }, TestContext.Current.CancellationToken);
        if (!CanRun("aws"))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI needs the AWS CLI.");
            Assert.Skip("The AWS CLI is not here.");
        }

        var (_, identity, _) = await RunAsync(sandbox, "aws", "sts", "get-caller-identity", "--output", "json");
        Assert.Equal("444455556666", (string?)JsonNode.Parse(identity)!["Account"]);
        var (status, _, error) = await RunAsync(sandbox, "aws", "eks", "describe-cluster", "--name", "nope");
        Assert.NotEqual(0, status);
        Assert.Contains("(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: nope.", error, StringComparison.Ordinal);
        var (_, vpc, _) = await RunAsync(sandbox, "aws", "ec2", "create-vpc", "--cidr-block", "10.0.0.0/16", "--query", "Vpc.[VpcId,CidrBlock]", "--output", "text");
        Assert.Matches("^vpc-[0-9a-f]{17}\t10.0.0.0/16\n$", vpc);
    }

    private static bool CanRun(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static async Task<(int Status, string Output, string Error)> RunAsync(SandboxServer sandbox, string tool, params string[] arguments)
    {
        if (!CanRun(tool))
        {
            return (127, "", $"{tool} is not on PATH");
        }

        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in sandbox.Environment)
        {
            start.Environment[name] = value;
        }

        (start.Environment["AWS_CONFIG_FILE"], start.Environment["AWS_SHARED_CREDENTIALS_FILE"], start.Environment["AWS_PAGER"]) = ("/dev/null", "/dev/null", "");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
