using System.Diagnostics;

namespace EksTools.Authentication.Tests.Sessions;

/// <summary>Container agents and IMDS.</summary>
public sealed class LocalEndpointTests
{
    private static Response Imds(Request r) => r.Path switch
    {
        "/latest/api/token" when r.Method == "PUT" && r.Headers.ContainsKey("X-aws-ec2-metadata-token-ttl-seconds") => new(200, "imds-token"),
        _ when r.Headers.GetValueOrDefault("X-aws-ec2-metadata-token") != "imds-token" => new(401, ""),
        "/latest/meta-data/iam/security-credentials/" => new(200, "node-role"),
        "/latest/meta-data/iam/security-credentials/node-role" => Response.Keys("ASIAIMDS"),
        "/latest/meta-data/placement/region" => new(200, "eu-north-1"),
        _ => new(404, ""),
    };

    [Fact]
    public async Task Containers_get_theirs_with_the_token_of_the_file()
    {
        await using var agent = new Loopback(r => r.Authorization == "Bearer verySecret" && r.Path == "/v1/credentials" ? Response.Keys("ASIAPOD") : new(403, ""));
        using var home = new TestHome();
        home.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.Url + "/v1/credentials";
        home.Environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "wrong";
        home.Environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home.Write("authorization", "Bearer verySecret\n");

        using var session = await home.OpenAsync();

        Assert.Equal("ASIAPOD", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Contains("container", session.Source, StringComparison.Ordinal);
        home.Environment.Remove("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        Assert.Equal(AwsAuthenticationErrorKind.Denied, (await home.FailAsync()).Kind);
        home.Environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Bearer verySecret";
        (await home.OpenAsync()).Dispose();
    }

    [Theory]
    [InlineData("http://169.254.169.254/x")]
    [InlineData("http://example.com/x")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("/x")]
    public async Task Authorization_is_not_sent_elsewhere_in_the_clear(string url)
    {
        using var home = new TestHome();
        home.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;

        Assert.Equal(AwsAuthenticationErrorKind.Validation, (await home.FailAsync()).Kind);
    }

    [Theory]
    [InlineData("http://example.com/x")]
    [InlineData("@example.com/")]
    public async Task A_relative_address_stays_with_the_agent(string path)
    {
        using var home = new TestHome();
        home.Environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = path;

        Assert.Equal(AwsAuthenticationErrorKind.Validation, (await home.FailAsync()).Kind);
    }

    [Fact]
    public async Task Instances_get_credentials_and_region_by_IMDSv2()
    {
        await using var imds = new Loopback(Imds);
        using var home = new TestHome();
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "false";
        home.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = imds.Url;

        using var session = await home.OpenAsync();

        Assert.Equal("ASIAIMDS", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Equal("eu-north-1", session.Region);
        Assert.Equal("us-west-2", (await home.OpenAsync(o => o with { Region = "us-west-2" })).Region);
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        imds.Requests.Clear();
        Assert.Equal(AwsAuthenticationErrorKind.NotFound, (await home.FailAsync()).Kind);
        Assert.Empty(imds.Requests);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("profile")]
    [InlineData("environment")]
    [InlineData("broken profile")]
    [InlineData("unknown profile")]
    [InlineData("callback")]
    public async Task Imds_is_not_asked_where_anything_is_configured(string what)
    {
        await using var imds = new Loopback(Imds);
        using var home = new TestHome("[profile broken]\nregion = us-west-2\n", $"[ok]\naws_access_key_id = A\naws_secret_access_key = {TestHome.Secret}\n");
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "false";
        home.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = imds.Url;
        switch (what)
        {
            case "keys":
                Assert.Null((await home.OpenAsync(o => o with { AccessKey = "A", SecretKey = "B" })).Region);
                break;
            case "profile":
                await home.OpenAsync("ok");
                break;
            case "environment":
                (home.Environment["AWS_ACCESS_KEY_ID"], home.Environment["AWS_SECRET_ACCESS_KEY"]) = ("A", "B");
                await home.OpenAsync();
                break;
            case "broken profile":
                await home.FailAsync("broken");
                break;
            case "unknown profile":
                home.Environment["AWS_PROFILE"] = "unknown";
                await home.FailAsync();
                break;
            default:
                await home.OpenAsync(o => o with { SessionDefault = _ => Task.FromResult(new AwsKeys("A", "B")) });
                break;
        }

        Assert.Empty(imds.Requests);
    }

    [Fact]
    public async Task Imds_that_does_not_answer_costs_about_a_second()
    {
        using var release = new ManualResetEventSlim();
        await using var imds = new Loopback(_ => { release.Wait(TestContext.Current.CancellationToken); return new(200, ""); });
        using var home = new TestHome();
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "false";
        home.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = imds.Url;
        var clock = Stopwatch.StartNew();

        var e = await home.FailAsync();

        release.Set();
        Assert.Equal(AwsAuthenticationErrorKind.NotFound, e.Kind);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 5);
    }

    [Fact]
    public async Task An_instance_without_role_says_so()
    {
        await using var imds = new Loopback(r => r.Path == "/latest/api/token" ? new(200, "imds-token") : new(404, ""));
        using var home = new TestHome();
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "false";
        home.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = imds.Url;

        var e = await home.FailAsync();

        Assert.Equal(AwsAuthenticationErrorKind.NotFound, e.Kind);
        Assert.Contains("instance profile", e.Hint, StringComparison.Ordinal);
    }
}
