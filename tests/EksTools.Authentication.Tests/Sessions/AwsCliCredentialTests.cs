namespace EksTools.Authentication.Tests.Sessions;

/// <summary>From the same files and environment, the AWS CLI and EksTools come to the same keys and ask STS the same.</summary>
public sealed class AwsCliCredentialTests
{
    private const string Config = """
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key = s
        [profile keys]
        aws_access_key_id = AKIACONFIG
        aws_secret_access_key = s
        [profile "with space"]
        role_arn = arn:aws:iam::111122223333:role/first
        source_profile = keys
        role_session_name = me
        external_id = x+y/z=
        duration_seconds = 1800
        [profile chain]
        role_arn = arn:aws:iam::111122223333:role/second
        source_profile = with space
        role_session_name = you
        [profile own]
        role_arn = arn:aws:iam::111122223333:role/own
        source_profile = own
        aws_access_key_id = AKIAOWN
        aws_secret_access_key = s
        role_session_name = own
        [profile web]
        role_arn = arn:aws:iam::111122223333:role/web
        web_identity_token_file = TOKENFILE
        role_session_name = pod
        [profile process]
        credential_process = PROGRAM --x "a b"
        [profile sso]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = Admin
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = us-east-1
        """;

    private static readonly (string Profile, string Settings)[] Cases =
    [
        ("", ""), ("keys", ""), ("with space", ""), ("chain", ""), ("own", ""), ("web", ""), ("process", ""), ("sso", ""),
        ("", "AWS_ACCESS_KEY_ID=AKIAENV;AWS_SECRET_ACCESS_KEY=s;AWS_SESSION_TOKEN=t"),
        ("", "AWS_PROFILE=chain"),
        ("keys", "AWS_ACCESS_KEY_ID=AKIAENV;AWS_SECRET_ACCESS_KEY=s;AWS_PROFILE=chain"),
    ];

    [Fact]
    public async Task Agree()
    {
        await using var fake = new Loopback(r => r.Path.StartsWith("/federation", StringComparison.Ordinal)
            ? new(200, """{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}""") : Response.Sts(r));
        using var home = new TestHome();
        home.SsoCache("corp", """{"startUrl":"https://corp.awsapps.com/start","region":"us-east-1","accessToken":"a","expiresAt":"2099-01-01T00:00:00Z"}""");
        home.Write(".aws/config", Config
            .Replace("TOKENFILE", home.Write("jwt", "a.b.c"), StringComparison.Ordinal)
            .Replace("PROGRAM", home.Program("""{"Version":1,"AccessKeyId":"ASIAPROC","SecretAccessKey":"s","SessionToken":"t"}"""), StringComparison.Ordinal));
        home.Write(".aws/credentials", "[keys]\naws_access_key_id = AKIACREDENTIALS\naws_secret_access_key = s\n");
        home.Environment["AWS_ENDPOINT_URL"] = fake.Url;
        home.Environment["AWS_DEFAULT_REGION"] = "eu-west-1";
        var runs = Cases.Select(c => (c.Profile, Environment: c.Settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Aggregate(
            new Dictionary<string, string>(home.Environment), (e, s) => { e[s.Split('=')[0]] = s.Split('=', 2)[1]; return e; }))).ToList();

        var cli = await AwsCli.RunManyAsync(runs.Select(r => (
            (string[])[.. r.Profile.Length > 0 ? new[] { "--profile", r.Profile } : [], "sts", "get-caller-identity"],
            (IReadOnlyDictionary<string, string>)r.Environment)));
        Assert.All(cli, r => Assert.True(r.ExitCode == 0, r.Error));
        var theirs = Asked(fake);
        fake.Requests.Clear();
        foreach (var (profile, environment) in runs)
        {
            using var session = await home.OpenAsync(o => o with
            {
                ProfileName = profile.Length > 0 ? profile : null, ReadEnvironment = environment.GetValueOrDefault,
            });
            await session.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(Cases.Length, theirs.Count(r => r.Contains("GetCallerIdentity", StringComparison.Ordinal)));
        Assert.Equal(theirs, Asked(fake));
    }

    // What STS and the SSO portal were asked, and signed by which key for which region.
    private static string[] Asked(Loopback fake) => [.. fake.Requests.Select(r =>
    {
        var signed = r.Authorization.Length == 0 ? "unsigned" : r.Authorization.Split("Credential=")[1].Split(',')[0];
        var body = string.Join('&', r.Body.Split('&').Order(StringComparer.Ordinal));
        var sorted = string.Join('&', r.Path.Split('&', '?').Order(StringComparer.Ordinal));
        return $"{r.Method} {System.Net.WebUtility.UrlDecode(sorted)} {System.Net.WebUtility.UrlDecode(body)} {signed} {r.Headers.GetValueOrDefault("x-amz-security-token")} {r.Headers.GetValueOrDefault("x-amz-sso_bearer_token")}";
    })];
}
