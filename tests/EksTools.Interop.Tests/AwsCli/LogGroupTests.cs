using System.Text.Json;

namespace EksTools.Interop.Tests.AwsCli;

/// <summary>Log groups by the AWS CLI.</summary>
public sealed class LogGroupTests(DemoCluster demo)
{
    [Fact]
    public async Task The_AWS_CLI_makes_keeps_and_deletes_log_groups()
    {
        const string name = "/aws/eks/by-hand/cluster";
        await demo.OutputAsync("aws", ["logs", "create-log-group", "--log-group-name", name, "--tags", "team=platform"]);
        await demo.OutputAsync("aws", ["logs", "put-retention-policy", "--log-group-name", name, "--retention-in-days", "7"]);
        JsonElement group = Assert.Single((await demo.AwsAsync("logs describe-log-groups --log-group-name-prefix /aws/eks/by-hand")).GetProperty("logGroups").EnumerateArray());
        Assert.Equal((name, 7, 0L), (group.Text("logGroupName"), group.GetProperty("retentionInDays").GetInt32(), group.GetProperty("storedBytes").GetInt64()));
        Assert.Equal("platform", (await demo.AwsAsync("logs list-tags-for-resource --resource-arn", group.Text("logGroupArn"))).Text("tags.team"));

        ProcessRun wrong = await demo.StartAsync("aws", ["logs", "put-retention-policy", "--log-group-name", name, "--retention-in-days", "8"]);
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("(InvalidParameterException) when calling the PutRetentionPolicy operation", wrong.Error, StringComparison.Ordinal);
        ProcessRun twice = await demo.StartAsync("aws", ["logs", "create-log-group", "--log-group-name", name]);
        Assert.Contains("(ResourceAlreadyExistsException) when calling the CreateLogGroup operation: The specified log group already exists", twice.Error, StringComparison.Ordinal);

        await demo.OutputAsync("aws", ["logs", "delete-log-group", "--log-group-name", name]);
        ProcessRun gone = await demo.StartAsync("aws", ["logs", "delete-log-group", "--log-group-name", name]);
        Assert.Contains("(ResourceNotFoundException) when calling the DeleteLogGroup operation: The specified log group does not exist.", gone.Error, StringComparison.Ordinal);
    }
}
