using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Authentication.Tests.Sessions;

public sealed class SsoTests
{
    private const string Start = "https://corp.awsapps.com/start";
    private const string Config = $"""
        [profile new one]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = Admin
        region = us-west-2
        [sso-session corp]
        sso_start_url = {Start}
        sso_region = eu-west-1
        sso_registration_scopes = sso:account:access
        [profile old]
        sso_start_url = {Start}
        sso_region = eu-west-1
        sso_account_id = 111122223333
        sso_role_name = Admin
        [profile role]
        role_arn = arn:aws:iam::111122223333:role/r
        source_profile = new one
        [profile astray]
        sso_session = nowhere
        sso_account_id = 111122223333
        sso_role_name = Admin
        [profile console]
        login_session = arn:aws:iam::111122223333:user/me
        [profile nothing]
        region = us-west-2
        """;

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static string Cache(string end, string more = "") =>
        $$"""{"startUrl":"{{Start}}","region":"eu-west-1","accessToken":"{{TestHome.SsoAccess}}","expiresAt":"{{end}}"{{more}}}""";

    private static Response Portal(Request request) => request.Path.StartsWith("/federation/credentials", StringComparison.Ordinal)
        ? new(200, $$$"""{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"{{{TestHome.Secret}}}","sessionToken":"{{{TestHome.Token}}}","expiration":{{{Now.AddHours(1).ToUnixTimeMilliseconds()}}}}}""")
        : request.Path == "/" ? Response.Sts(request) : new(404, "{}");

    private static Func<AwsSessionOptions, AwsSessionOptions> With(string profile) => o => o with { ProfileName = profile, TimeProvider = new FakeTimeProvider(Now) };

    [Theory]
    [InlineData("new one", "corp")]
    [InlineData("old", Start)]
    public async Task Role_credentials_come_from_the_cached_login(string profile, string key)
    {
        await using var portal = new Loopback(Portal);
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_SSO"] = portal.Url;
        home.SsoCache(key, Cache("2030-01-01T08:00:00Z"));

        using var session = await home.OpenAsync(With(profile));

        var asked = Assert.Single(portal.Requests);
        Assert.Equal(("GET", "/federation/credentials?account_id=111122223333&role_name=Admin"), (asked.Method, asked.Path));
        Assert.Equal(TestHome.SsoAccess, asked.Headers["x-amz-sso_bearer_token"]);
        Assert.Equal("", asked.Authorization);
        Assert.Equal(Now.AddHours(1), session.CredentialExpiration);
        Assert.Equal("ASIASSO", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Contains($"'{profile}'", session.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_may_build_on_a_login()
    {
        await using var portal = new Loopback(Portal);
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = portal.Url;
        home.SsoCache("corp", Cache("2030-01-01T08:00:00UTC"));

        using var session = await home.OpenAsync(With("role"));

        Assert.Contains("Credential=ASIASSO/", portal.Requests.Last().Authorization, StringComparison.Ordinal);
        Assert.Equal("ASIAR", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
    }

    [Theory]
    [InlineData("new one", "2029-12-31T23:59:59Z", "")]
    [InlineData("old", "2029-12-31T23:59:59Z", "")]
    [InlineData("new one", null, "")]
    [InlineData("new one", "2029-12-31T00:00:00Z", ",\"refreshToken\":\"r\",\"clientId\":\"c\",\"clientSecret\":\"s\",\"registrationExpiresAt\":\"2029-12-31T00:00:00Z\"")]
    public async Task An_ended_login_says_how_to_log_in(string profile, string? end, string more)
    {
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
        if (end is not null)
        {
            home.SsoCache(profile == "old" ? Start : "corp", Cache(end, more));
        }

        var e = await home.FailAsync(With(profile));

        Assert.Equal(AwsAuthenticationErrorKind.Expired, e.Kind);
        Assert.Contains($"`aws sso login --profile {(profile == "old" ? "old" : "\"new one\"")}`", e.Message, StringComparison.Ordinal);
        Assert.Contains("Invoke-AWSSSOLogin", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_the_portal_refuses_has_ended()
    {
        await using var portal = new Loopback(_ => new(401, """{"__type":"UnauthorizedException","message":"Session token not found or invalid"}""", "x-amzn-ErrorType: UnauthorizedException\r\n"));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = portal.Url;
        home.SsoCache("corp", Cache("2030-01-01T08:00:00Z"));

        var e = await home.FailAsync(With("new one"));

        Assert.Equal(AwsAuthenticationErrorKind.Expired, e.Kind);
        Assert.Contains("aws sso login", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_the_portal_refuses_is_denied()
    {
        await using var portal = new Loopback(_ => new(403, """{"message":"No access"}""", "x-amzn-ErrorType: ForbiddenException\r\n"));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = portal.Url;
        home.SsoCache("corp", Cache("2030-01-01T08:00:00Z"));

        var e = await home.FailAsync(With("new one"));

        Assert.Equal(AwsAuthenticationErrorKind.Denied, e.Kind);
        Assert.Contains("Admin", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_near_its_end_is_renewed_and_kept_for_the_other_tools()
    {
        await using var portal = new Loopback(r => r.Path == "/token"
            ? new(200, """{"accessToken":"verySecretRenewed","expiresIn":28800,"refreshToken":"verySecretNext","tokenType":"Bearer"}""") : Portal(r));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = portal.Url;
        var path = home.SsoCache("corp", Cache("2029-12-31T23:00:00Z",
            ",\"refreshToken\":\"verySecretRefresh\",\"clientId\":\"c\",\"clientSecret\":\"verySecretClient\",\"registrationExpiresAt\":\"2030-02-01T00:00:00Z\",\"kept\":1"));

        using var session = await home.OpenAsync(With("new one"));

        var renewal = JsonNode.Parse(portal.Requests.First().Body)!;
        Assert.Equal(("refresh_token", "verySecretRefresh", "c", "verySecretClient"),
            ((string?)renewal["grantType"], (string?)renewal["refreshToken"], (string?)renewal["clientId"], (string?)renewal["clientSecret"]));
        Assert.Equal("verySecretRenewed", portal.Requests.Last().Headers["x-amz-sso_bearer_token"]);
        var cache = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        Assert.Equal(("verySecretRenewed", "verySecretNext", "2030-01-01T08:00:00Z", 1),
            ((string?)cache["accessToken"], (string?)cache["refreshToken"], (string?)cache["expiresAt"], (int?)cache["kept"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData("astray", "'nowhere'")]
    [InlineData("console", "login_session")]
    [InlineData("nothing", "no credentials")]
    public async Task Profiles_that_cannot_work_say_why(string profile, string says)
    {
        using var home = new TestHome(Config);

        var e = await home.FailAsync(profile);

        Assert.Equal(AwsAuthenticationErrorKind.Validation, e.Kind);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }
}
