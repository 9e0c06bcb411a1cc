using EksTools.Authentication.Tests.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Authentication.Tests.Caching;

/// <summary>Sessions one after another, each as a process of its own would open it, over one cache.</summary>
public sealed class CredentialCacheTests
{
    private const string View = "arn:aws:iam::111122223333:role/view";
    private const string Config = $"""
        [profile keys]
        aws_access_key_id = AKIAKEYS
        aws_secret_access_key = {TestHome.Secret}
        region = eu-west-1
        [profile same]
        aws_access_key_id = AKIAKEYS
        aws_secret_access_key = {TestHome.Secret}
        [profile mistyped]
        aws_access_key_id = AKIAKEYS
        aws_secret_access_key = {TestHome.Secret}x
        region = eu-west-1
        [profile role]
        role_arn = {View}
        source_profile = keys
        [profile short]
        role_arn = {View}
        source_profile = keys
        duration_seconds = 900
        [profile chain]
        role_arn = arn:aws:iam::111122223333:role/second
        source_profile = role
        """;

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static AwsSessionOptions View1(AwsSessionOptions o) => o with { UseCredentialCache = true, ProfileName = "keys", RoleArn = View, RoleSessionName = "me", ExternalId = "e" };

    [Fact]
    public async Task The_second_session_asks_nobody_and_whatever_decides_is_asked_for_again()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;
        await AskAsync(1, View1);
        await AskAsync(0, View1);
        await AskAsync(1, o => View1(o) with { RoleArn = View + "er" });
        await AskAsync(1, o => View1(o) with { RoleSessionName = "you" });
        await AskAsync(1, o => View1(o) with { ExternalId = "f" });
        await AskAsync(1, o => View1(o) with { ExternalId = null });
        await AskAsync(1, o => View1(o) with { Region = "eu-central-1" });
        await AskAsync(1, o => View1(o) with { EndpointUrl = sts.Url + "/other" });
        await AskAsync(1, o => View1(o) with { ProfileName = "mistyped" });
        await AskAsync(1, View1); // the mistyped key's answer took the place: the same name, another seal
        await AskAsync(1, o => View1(o) with { ProfileName = null, AccessKey = "AKIAOTHER", SecretKey = TestHome.Secret });
        await AskAsync(0, o => View1(o) with { ProfileName = "same", Region = "eu-west-1" }); // it is the keys that decide, not what a profile is called
        await AskAsync(1, o => o with { UseCredentialCache = true, ProfileName = "role" });
        await AskAsync(1, o => o with { UseCredentialCache = true, ProfileName = "short" });
        await AskAsync(1, o => o with { UseCredentialCache = true, ProfileName = "chain" }); // the role on the way is there
        await AskAsync(0, o => o with { UseCredentialCache = true, ProfileName = "chain" });
        await AskAsync(1, o => View1(o) with { UseCredentialCache = false });

        async Task AskAsync(int calls, Func<AwsSessionOptions, AwsSessionOptions> with)
        {
            var before = sts.Requests.Count;
            using var session = await home.OpenAsync(with);
            var keys = await session.GetKeysAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("ASIA", keys.AccessKey, StringComparison.Ordinal);
            Assert.Equal((TestHome.Secret + keys.AccessKey[4..], TestHome.Token + keys.AccessKey[4..]), (keys.SecretKey, keys.SessionToken));
            Assert.Equal(new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero), keys.Expiration);
            Assert.Equal(calls, sts.Requests.Count - before);
        }
    }

    [Fact]
    public async Task A_token_ends_with_the_credentials_that_were_cached()
    {
        var time = new FakeTimeProvider(Start);
        await using var sts = new Loopback(r => Response.Sts(r, Start.AddHours(1)));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;
        foreach (var (minutes, expires) in new[] { (0, 14), (40, 54), (50, 60) })
        {
            time.SetUtcNow(Start.AddMinutes(minutes));
            using var session = await home.OpenAsync(o => View1(o) with { TimeProvider = time });
            var token = await session.CreateEksTokenAsync("demo", cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(Start.AddMinutes(expires), token.Expiration);
        }
        Assert.Single(sts.Requests);
    }

    [Fact]
    public async Task Near_their_end_credentials_are_renewed_and_what_fails_in_passing_costs_nothing_yet()
    {
        var time = new FakeTimeProvider(Start);
        Response? failure = null;
        await using var sts = new Loopback(r => failure ?? Response.Sts(r, time.GetUtcNow().AddHours(1)));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;
        AwsSessionOptions Options(AwsSessionOptions o) => View1(o) with { TimeProvider = time };
        (await home.OpenAsync(Options)).Dispose();

        time.Advance(TimeSpan.FromMinutes(54.9));
        (await home.OpenAsync(Options)).Dispose();
        Assert.Single(sts.Requests);

        time.Advance(TimeSpan.FromMinutes(0.2));
        failure = Response.StsError(503, "ServiceUnavailable", "busy");
        (await home.OpenAsync(Options)).Dispose();
        Assert.True(sts.Requests.Count > 1);

        failure = Response.StsError(403, "AccessDenied", "no more");
        Assert.Equal("AccessDenied", (await home.FailAsync(Options)).ErrorCode);

        failure = Response.StsError(503, "ServiceUnavailable", "busy");
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(AwsAuthenticationErrorKind.Unavailable, (await home.FailAsync(Options)).Kind);

        failure = null;
        using var renewed = await home.OpenAsync(Options);
        Assert.Equal(time.GetUtcNow().AddHours(1), renewed.CredentialExpiration);
    }

    [Fact]
    public async Task A_refusal_is_not_kept()
    {
        Response? failure = Response.StsError(403, "AccessDenied", "not yet");
        await using var sts = new Loopback(r => failure ?? Response.Sts(r));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;
        await home.FailAsync(View1);
        Assert.Empty(home.Cached);

        failure = null;
        (await home.OpenAsync(View1)).Dispose();
        Assert.Equal((2, 1), (sts.Requests.Count, home.Cached.Length));
    }

    [Fact]
    public async Task What_a_program_says_is_not_kept_and_a_role_on_top_of_it_is_kept_by_its_keys()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        using var home = new TestHome();
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;
        void Says(string key) => home.Write(".aws/config", $$"""
            [profile p]
            credential_process = {{home.Program($$"""{"Version":1,"AccessKeyId":"{{key}}","SecretAccessKey":"s","SessionToken":"t","Expiration":"2039-01-01T00:00:00Z"}""")}}
            [profile r]
            source_profile = p
            role_arn = {{View}}
            region = eu-west-1
            """);
        Says("ASIAONE");
        (await home.OpenAsync(o => o with { UseCredentialCache = true, ProfileName = "p" })).Dispose();
        Assert.Empty(home.Cached);
        for (var run = 0; run < 2; run++)
        {
            (await home.OpenAsync(o => o with { UseCredentialCache = true, ProfileName = "r" })).Dispose();
        }

        Assert.Single(sts.Requests);
        Says("ASIATWO");
        (await home.OpenAsync(o => o with { UseCredentialCache = true, ProfileName = "r" })).Dispose();
        Assert.Equal(2, sts.Requests.Count);
    }

    [Fact]
    public async Task Another_login_or_command_is_another_identity()
    {
        await using var sts = new Loopback(r => r.Path == "/" ? Response.Sts(r)
            : new(200, """{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":2208988800000}}"""));
        using var home = new TestHome($"""
            [profile sso]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = eu-west-1
            sso_account_id = 111122223333
            sso_role_name = Admin
            [profile web]
            role_arn = {View}
            web_identity_token_file = ~/token
            """);
        home.Environment["AWS_ENDPOINT_URL"] = sts.Url;
        void Login(string token) => home.SsoCache("https://corp.awsapps.com/start", $$"""{"accessToken":"{{token}}","expiresAt":"2039-01-01T00:00:00Z"}""");
        async Task<int> CallsAsync(string profile)
        {
            var before = sts.Requests.Count;
            (await home.OpenAsync(o => o with { UseCredentialCache = true, ProfileName = profile })).Dispose();
            return sts.Requests.Count - before;
        }

        Login("one");
        home.Write("token", "a.b.c");
        Assert.Equal((1, 0, 1, 0), (await CallsAsync("sso"), await CallsAsync("sso"), await CallsAsync("web"), await CallsAsync("web")));
        Login("two");
        home.Write("token", "d.e.f");
        Assert.Equal((1, 0, 1, 0), (await CallsAsync("sso"), await CallsAsync("sso"), await CallsAsync("web"), await CallsAsync("web")));

        // Who has logged out is let in no more.
        File.Delete(Directory.GetFiles(Path.Combine(home.Environment["HOME"], ".aws", "sso", "cache")).Single());
        Assert.Contains("Nobody is logged in", (await home.FailAsync(o => o with { UseCredentialCache = true, ProfileName = "sso" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_at_once_make_one_call()
    {
        using var all = new Barrier(50);
        await using var sts = new Loopback(r =>
        {
            Thread.Sleep(200); // The others must have time to come.
            return Response.Sts(r);
        });
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;
        var opened = new Task<AwsKeys>[50];
        for (var i = 0; i < opened.Length; i++)
        {
            opened[i] = Task.Factory.StartNew(
                () =>
                {
                    all.SignalAndWait(TestContext.Current.CancellationToken);
                    using var session = home.OpenAsync(View1).GetAwaiter().GetResult();
                    return session.GetKeysAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        Assert.All(await Task.WhenAll(opened), k => Assert.Equal("ASIAVIEW", k.AccessKey));
        Assert.Single(sts.Requests);
    }
}
