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

    public static TheoryData<string, string> Cases => new()
    {
        { "", "" }, { "keys", "" }, { "with space", "" }, { "chain", "" }, { "own", "" }, { "web", "" }, { "process", "" }, { "sso", "" },
        { "", "AWS_ACCESS_KEY_ID=AKIAENV;AWS_SECRET_ACCESS_KEY=s;AWS_SESSION_TOKEN=t" },
        { "", "AWS_PROFILE=chain" },
        { "keys", "AWS_ACCESS_KEY_ID=AKIAENV;AWS_SECRET_ACCESS_KEY=s;AWS_PROFILE=chain" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Agree(string profile, string settings)
    {
        var aws = OutsideTool.Require("aws");
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
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            home.Environment[setting.Split('=')[0]] = setting.Split('=', 2)[1];
        }

        var cli = await OutsideTool.RunAsync(aws, [.. profile.Length > 0 ? new[] { "--profile", profile } : [], "sts", "get-caller-identity"], home.Environment);
        Assert.True(cli.ExitCode == 0, cli.Error);
        var theirs = Asked(fake);
        fake.Requests.Clear();
        using var session = await home.OpenAsync(o => o with { ProfileName = profile.Length > 0 ? profile : null });
        await session.GetCallerIdentityAsync(TestContext.Current.CancellationToken);

        Assert.Equal(theirs, Asked(fake));
        Assert.Contains("GetCallerIdentity", theirs[^1], StringComparison.Ordinal);
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
