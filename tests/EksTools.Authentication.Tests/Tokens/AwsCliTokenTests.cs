using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EksTools.Authentication.Tests.Tokens;

/// <summary>Holds whole tokens against those of the AWS CLI, made for the second that the CLI signed for.</summary>
public sealed partial class AwsCliTokenTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Session = "IQoJb3JpZ2luX2VjE/+//=a~b c%20&d=é==";

    public static TheoryData<string?, string, string?, string> Cases => new()
    {
        { "us-west-2", "demo", null, "" },
        { "us-west-2", "demo", "FwoGZXIvYXdzEBYaD+/abc==", "" },
        { "eu-central-1", "A-long_Name-0123456789", Session[..^12], "" },
        { "us-east-1", "demo", null, "AWS_STS_REGIONAL_ENDPOINTS=legacy" },
        { "eu-central-2", "demo", null, "AWS_STS_REGIONAL_ENDPOINTS=legacy" },
        { "us-east-1", "demo", null, "AWS_STS_REGIONAL_ENDPOINTS=regional" },
        { "us-west-2", "demo", null, "AWS_USE_FIPS_ENDPOINT=true" },
        { "us-west-2", "demo", null, "AWS_USE_DUALSTACK_ENDPOINT=true" },
        { "us-west-2", "demo", null, "AWS_USE_DUALSTACK_ENDPOINT=true;AWS_USE_FIPS_ENDPOINT=true" },
        { "us-west-2", "demo", null, "AWS_ENDPOINT_URL=http://127.0.0.1:1" },
        { "us-gov-west-1", "demo", null, "AWS_USE_FIPS_ENDPOINT=true" },
        { "us-gov-east-1", "demo", null, "" },
        { "cn-north-1", "demo", "token+/=", "" },
        { "cn-northwest-1", "demo", null, "AWS_USE_DUALSTACK_ENDPOINT=true" },
        { "us-iso-east-1", "demo", null, "" },
        { "us-isob-east-1", "demo", null, "" },
        { "eu-isoe-west-1", "demo", null, "" },
        { "us-isof-south-1", "demo", null, "" },
        { "eusc-de-east-1", "demo", null, "" },
        { null, "demo", null, "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Equals_the_AWS_CLI(string? region, string cluster, string? session, string settings)
    {
        var aws = OutsideTool.Require("aws");
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
        string[] arguments = region is null ? ["eks", "get-token", "--cluster-name", cluster] : ["--region", region, "eks", "get-token", "--cluster-name", cluster];

        var cli = await OutsideTool.RunAsync(aws, arguments, environment);
        Assert.True(cli.ExitCode == 0, cli.Error);
        var expected = JsonDocument.Parse(cli.Output).RootElement.GetProperty("status").GetProperty("token").GetString()!;
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
