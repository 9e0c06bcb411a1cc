using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EksTools.Authentication.Tests.Tokens;

/// <summary>Holds whole tokens against those of the AWS CLI, made for the second that the CLI signed for.</summary>
public sealed partial class AwsCliTokenTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Session = "IQoJb3JpZ2luX2VjE/+//=a~b%20&d==";

    private static readonly (string? Region, string Cluster, string? Session, string Settings)[] Cases =
    [
        ("us-west-2", "demo", null, ""),
        ("us-west-2", "demo", "FwoGZXIvYXdzEBYaD+/abc==", ""),
        ("eu-central-1", "A-long_Name-0123456789", Session, ""),
        ("us-east-1", "demo", null, "AWS_STS_REGIONAL_ENDPOINTS=legacy"),
        ("eu-central-2", "demo", null, "AWS_STS_REGIONAL_ENDPOINTS=legacy"),
        ("us-east-1", "demo", null, "AWS_STS_REGIONAL_ENDPOINTS=regional"),
        ("us-west-2", "demo", null, "AWS_USE_FIPS_ENDPOINT=true"),
        ("us-west-2", "demo", null, "AWS_USE_DUALSTACK_ENDPOINT=true"),
        ("us-west-2", "demo", null, "AWS_USE_DUALSTACK_ENDPOINT=true;AWS_USE_FIPS_ENDPOINT=true"),
        ("us-west-2", "demo", null, "AWS_ENDPOINT_URL=http://127.0.0.1:1"),
        ("us-gov-west-1", "demo", null, "AWS_USE_FIPS_ENDPOINT=true"),
        ("us-gov-east-1", "demo", null, ""),
        ("cn-north-1", "demo", "token+/=", ""),
        ("cn-northwest-1", "demo", null, "AWS_USE_DUALSTACK_ENDPOINT=true"),
        ("us-iso-east-1", "demo", null, ""),
        ("us-isob-east-1", "demo", null, ""),
        ("eu-isoe-west-1", "demo", null, ""),
        ("us-isof-south-1", "demo", null, ""),
        ("eusc-de-east-1", "demo", null, ""),
        (null, "demo", null, ""),
    ];

    [Fact]
    public async Task Tokens_equal_the_AWS_CLIs_in_every_partition()
    {
        var environments = Cases.Select(c => EnvironmentOf(c.Session, c.Settings)).ToList();
        var cli = await AwsCli.RunManyAsync(Cases.Zip(environments, (c, e) => (Arguments(c.Region, c.Cluster), (IReadOnlyDictionary<string, string>)e)));

        Assert.Equal(Cases.Length, cli.Count);
        for (var i = 0; i < Cases.Length; i++)
        {
            await CompareAsync(cli[i], Cases[i].Region, Cases[i].Cluster, environments[i]);
        }
    }

    [Fact]
    public async Task A_token_equals_that_of_the_CLIs_own_process()
    {
        var environment = EnvironmentOf(Session, "");

        await CompareAsync(await OutsideTool.RunAsync(OutsideTool.Require("aws"), Arguments("us-west-2", "demo"), environment), "us-west-2", "demo", environment);
    }

    private static string[] Arguments(string? region, string cluster) =>
        [.. region is null ? [] : new[] { "--region", region }, "eks", "get-token", "--cluster-name", cluster];

    private static Dictionary<string, string> EnvironmentOf(string? session, string settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = Secret,
            ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true",
            ["AWS_CONFIG_FILE"] = "/dev/null",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        if (session is not null)
        {
            environment["AWS_SESSION_TOKEN"] = session;
        }
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            environment[setting.Split('=')[0]] = setting.Split('=', 2)[1];
        }
        return environment;
    }

    private static async Task CompareAsync(ToolResult cli, string? region, string cluster, Dictionary<string, string> environment)
    {
        Assert.True(cli.ExitCode == 0, cli.Error);
        using var document = JsonDocument.Parse(cli.Output);
        var expected = document.RootElement.GetProperty("status").GetProperty("token").GetString()!;
        var date = DateTimeOffset.ParseExact(
            AmzDate().Match(EksTokenFactoryTests.Url(expected)).Groups[1].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        using var opened = await AwsSession.OpenAsync(
            new AwsSessionOptions { Region = region, ReadEnvironment = environment.GetValueOrDefault, TimeProvider = new At(date) },
            TestContext.Current.CancellationToken);
        var token = await opened.CreateEksTokenAsync(cluster, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(EksTokenFactoryTests.Url(expected), EksTokenFactoryTests.Url(token.Token));
        Assert.Equal(expected, token.Token);
    }

    [GeneratedRegex("X-Amz-Date=([0-9TZ]+)")]
    private static partial Regex AmzDate();

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
