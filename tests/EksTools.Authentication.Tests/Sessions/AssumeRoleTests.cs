namespace EksTools.Authentication.Tests.Sessions;

public sealed class AssumeRoleTests
{
    private const string Config = $"""
        [profile keys]
        aws_access_key_id = AKIAKEYS
        aws_secret_access_key = {TestHome.Secret}
        region = ap-south-1
        [profile first]
        role_arn = arn:aws:iam::111122223333:role/first
        source_profile = keys
        region = eu-west-1
        role_session_name = me
        external_id = x y
        duration_seconds = 900
        [profile second]
        role_arn = arn:aws:iam::444455556666:role/path/second
        source_profile = first
        region = eu-central-1
        [profile own]
        role_arn = arn:aws:iam::111122223333:role/own
        source_profile = own
        aws_access_key_id = AKIAOWN
        aws_secret_access_key = {TestHome.Secret}
        [profile china]
        role_arn = arn:aws-cn:iam::111122223333:role/china
        source_profile = keys
        [profile env]
        role_arn = arn:aws:iam::111122223333:role/env
        credential_source = Environment
        [profile ecs]
        role_arn = arn:aws:iam::111122223333:role/ecs
        credential_source = EcsContainer
        [profile ec2]
        role_arn = arn:aws:iam::111122223333:role/ec2
        credential_source = Ec2InstanceMetadata
        [profile a]
        role_arn = arn:aws:iam::111122223333:role/a
        source_profile = b
        [profile b]
        role_arn = arn:aws:iam::111122223333:role/b
        source_profile = a
        [profile mfa]
        role_arn = arn:aws:iam::111122223333:role/mfa
        source_profile = keys
        mfa_serial = arn:aws:iam::111122223333:mfa/me
        [profile web]
        role_arn = arn:aws:iam::111122223333:role/web
        web_identity_token_file = ~/token
        role_session_name = pod
        [profile lost]
        role_arn = arn:aws:iam::111122223333:role/lost
        source_profile = nobody
        [profile bare]
        role_arn = arn:aws:iam::111122223333:role/bare
        [profile both]
        role_arn = arn:aws:iam::111122223333:role/both
        source_profile = keys
        credential_source = Environment
        [profile odd]
        role_arn = arn:aws:iam::111122223333:role/odd
        credential_source = Moon
        [profile noarn]
        role_arn = admin
        source_profile = keys
        [profile long]
        role_arn = arn:aws:iam::111122223333:role/long
        source_profile = keys
        duration_seconds = 1h
        """;

    [Fact]
    public async Task Chains_are_followed_each_in_its_profiles_region()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;

        using var session = await home.OpenAsync(o => o with { ProfileName = "second", Region = "us-west-2", RoleArn = "arn:aws:iam::111122223333:role/third", ExternalId = "e", RoleSessionName = "s" });

        var asked = sts.Requests.ToArray();
        Assert.Equal(3, asked.Length);
        Assert.Equal(("me", "x y", "900"), (asked[0]["RoleSessionName"], asked[0]["ExternalId"], asked[0]["DurationSeconds"]));
        Assert.Contains("Credential=AKIAKEYS/", asked[0].Authorization, StringComparison.Ordinal);
        Assert.Contains("/eu-west-1/sts/", asked[0].Authorization, StringComparison.Ordinal);
        Assert.Contains("Credential=ASIAFIRST/", asked[1].Authorization, StringComparison.Ordinal);
        Assert.Contains("/eu-central-1/sts/", asked[1].Authorization, StringComparison.Ordinal);
        Assert.Equal(TestHome.Token + "FIRST", asked[1].Headers["x-amz-security-token"]);
        Assert.Contains("Credential=ASIASECOND/", asked[2].Authorization, StringComparison.Ordinal);
        Assert.Contains("/us-west-2/sts/", asked[2].Authorization, StringComparison.Ordinal);
        Assert.Equal(("s", "e"), (asked[2]["RoleSessionName"], asked[2]["ExternalId"]));
        Assert.Equal("ASIATHIRD", (await session.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Equal(new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero), session.CredentialExpiration);
        Assert.Equal("us-west-2", session.Region);
        Assert.Contains("profile 'keys'", session.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("own", "AKIAOWN", "us-east-1")]
    [InlineData("china", "AKIAKEYS", "cn-northwest-1")]
    [InlineData("env", "AKIAENV", "us-east-1")]
    [InlineData("ecs", "ASIAECS", "us-east-1")]
    [InlineData("ec2", "ASIAIMDS", "us-east-1")]
    public async Task Sources_of_every_kind_are_used(string profile, string access, string region)
    {
        await using var all = new Loopback(r => r.Path switch
        {
            "/" => Response.Sts(r),
            "/ecs" => Response.Keys("ASIAECS"),
            "/latest/api/token" => new(200, "imds-token"),
            "/latest/meta-data/iam/security-credentials/" => new(200, "node"),
            "/latest/meta-data/iam/security-credentials/node" => Response.Keys("ASIAIMDS"),
            _ => new(404, ""),
        });
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = all.Url;
        home.Environment["AWS_ACCESS_KEY_ID"] = "AKIAENV";
        home.Environment["AWS_SECRET_ACCESS_KEY"] = TestHome.Secret;
        home.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = all.Url + "/ecs";
        home.Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = all.Url;
        home.Environment["AWS_EC2_METADATA_DISABLED"] = "false";
        home.Environment["AWS_REGION"] = "us-east-1";

        using var session = await home.OpenAsync(profile);

        var asked = Assert.Single(all.Requests, r => r.Path == "/");
        Assert.Contains($"Credential={access}/", asked.Authorization, StringComparison.Ordinal);
        Assert.Contains($"/{region}/sts/", asked.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_identity_is_sent_unsigned()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        using var home = new TestHome(Config);
        home.Write("token", "e.verySecret.jwt\n");
        home.Environment["AWS_ENDPOINT_URL_STS"] = sts.Url;

        using var byProfile = await home.OpenAsync("web");
        home.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = home.Environment["HOME"] + "/token";
        home.Environment["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/irsa";
        using var byEnvironment = await home.OpenAsync();

        Assert.All(sts.Requests, r => Assert.Equal(("AssumeRoleWithWebIdentity", "e.verySecret.jwt", ""), (r["Action"], r["WebIdentityToken"], r.Authorization)));
        Assert.Equal(["pod", "EksTools"], sts.Requests.Select(r => r["RoleSessionName"]));
        Assert.Equal("ASIAWEB", (await byProfile.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Equal("ASIAIRSA", (await byEnvironment.GetKeysAsync(TestContext.Current.CancellationToken)).AccessKey);
    }

    [Theory]
    [InlineData("a", "Validation", "a → b → a")]
    [InlineData("mfa", "InteractionRequired", "arn:aws:iam::111122223333:mfa/me")]
    [InlineData("lost", "NotFound", "'nobody'")]
    [InlineData("bare", "Validation", "source_profile")]
    [InlineData("both", "Validation", "both")]
    [InlineData("odd", "Validation", "'Moon'")]
    [InlineData("noarn", "Validation", "role_arn")]
    [InlineData("long", "Validation", "duration_seconds")]
    [InlineData("env", "Validation", "AWS_ACCESS_KEY_ID")]
    [InlineData("ecs", "Validation", "container")]
    [InlineData("ec2", "Validation", "AWS_EC2_METADATA_DISABLED")]
    [InlineData("web", "NotFound", "token")]
    public async Task What_cannot_work_is_said_before_any_call(string profile, string kind, string says)
    {
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";

        var e = await home.FailAsync(profile);

        Assert.Equal(kind, e.Kind.ToString());
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task An_MFA_code_is_asked_for_where_somebody_is_there()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = sts.Url;
        var serials = new List<string>();

        using var session = await home.OpenAsync(o => o with
        {
            ProfileName = "mfa", Interactive = true, MfaCode = (serial, _) => { serials.Add(serial); return Task.FromResult(" 123456\n"); },
        });

        Assert.Equal(["arn:aws:iam::111122223333:mfa/me"], serials);
        Assert.Equal(("123456", "arn:aws:iam::111122223333:mfa/me"), (Assert.Single(sts.Requests)["TokenCode"], sts.Requests.First()["SerialNumber"]));
    }

    [Theory]
    [InlineData(403, "AccessDenied", "User: arn:aws:iam::111122223333:user/a-user-with-a-long-name-of-many-words is not authorized to perform: sts:AssumeRole", "Denied", "a-user-with-a-long-name-of-many-words")]
    [InlineData(403, "ExpiredToken", "The security token included in the request is expired", "Expired", "expired")]
    [InlineData(403, "InvalidClientTokenId", "The security token is invalid", "Denied", "invalid")]
    [InlineData(403, "SignatureDoesNotMatch", "The Canonical String was 'x-amz-security-token:verySecretToken+abcdefghijklmnopqrstuvwxyz'", "Denied", "SignatureDoesNotMatch")]
    [InlineData(400, "Whatever", "no: verySecretKey/abcdefghijklmnopqrstuvwxyz", "Validation", "Whatever. no: ***")]
    [InlineData(500, "InternalFailure", "oops", "Unavailable", "InternalFailure")]
    [InlineData(400, "Throttling", "Rate exceeded", "Throttled", "Rate exceeded")]
    [InlineData(400, "ValidationError", "duration too long", "Validation", "duration too long")]
    public async Task Refusals_are_one_sentence_without_secrets(int status, string code, string message, string kind, string says)
    {
        await using var sts = new Loopback(_ => Response.StsError(status, code, message));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = sts.Url;

        var e = await home.FailAsync("first");

        Assert.Equal(kind, e.Kind.ToString());
        Assert.Equal(code, e.ErrorCode);
        Assert.Contains("arn:aws:iam::111122223333:role/first", e.Message, StringComparison.Ordinal);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ExpiredToken", "The security token included in the request is expired", "have ended")]
    [InlineData("InvalidClientTokenId", "The security token included in the request is invalid.", "does not know this access key: it was deleted or deactivated")]
    [InlineData("SignatureDoesNotMatch", "The request signature we calculated does not match", "secret key does not belong to this access key")]
    [InlineData("AccessDenied", "User: arn:aws:iam::111122223333:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/first", "Check the role's trust policy")]
    [InlineData("AccessDenied", "User: arn:aws:sts::999988887777:assumed-role/dev/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/first", "The caller is of account 999988887777 and the role of account 111122223333")]
    public async Task Each_refusal_has_a_hint_of_its_own(string code, string message, string hint)
    {
        await using var sts = new Loopback(_ => Response.StsError(403, code, message));
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = sts.Url;

        Assert.Contains(hint, (await home.FailAsync("first")).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_nobody_serves_is_a_network_error()
    {
        using var home = new TestHome(Config);
        home.Environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";

        Assert.Equal(AwsAuthenticationErrorKind.Network, (await home.FailAsync("first")).Kind);
    }

    [Fact]
    public async Task Endpoint_overrides_follow_their_order()
    {
        const string config = $"""
            [profile p]
            aws_access_key_id = AKIA
            aws_secret_access_key = {TestHome.Secret}
            services = local
            endpoint_url = http://profile
            [services local]
            sts =
              endpoint_url = http://section
            """;
        using var home = new TestHome(config);
        async Task<string?> Override(Func<AwsSessionOptions, AwsSessionOptions>? with = null, string service = "sts")
        {
            using var session = await home.OpenAsync(o => (with?.Invoke(o) ?? o) with { ProfileName = "p" });
            return session.GetEndpointOverride(service)?.Host;
        }

        Assert.Equal("section", await Override());
        Assert.Equal("profile", await Override(service: "eks"));
        home.Environment["AWS_ENDPOINT_URL"] = "http://all";
        Assert.Equal("all", await Override());
        home.Environment["AWS_ENDPOINT_URL_STS"] = "http://sts";
        Assert.Equal("sts", await Override());
        Assert.Equal("given", await Override(o => o with { EndpointUrl = "http://given" }));
        Assert.Equal("all", await Override(o => o with { EndpointUrl = "http://given" }, "sso"));
        home.Environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
        Assert.Null(await Override());
        home.Environment.Remove("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        home.Environment["AWS_ENDPOINT_URL_STS"] = "ftp://x";
        using var opened = await home.OpenAsync("p");
        Assert.Equal(AwsAuthenticationErrorKind.Validation, Assert.Throws<AwsAuthenticationException>(() => opened.GetEndpointOverride("sts")).Kind);
    }

    [Fact]
    public async Task The_caller_is_asked_for_once()
    {
        await using var sts = new Loopback(r => Response.Sts(r));
        using var home = new TestHome(Config);
        using var session = await home.OpenAsync(o => o with { ProfileName = "keys", EndpointUrl = sts.Url });
        Assert.Empty(sts.Requests);

        var identity = await session.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
        Assert.Same(identity, await session.GetCallerIdentityAsync(TestContext.Current.CancellationToken));

        Assert.Equal(new CallerIdentity("111122223333", "arn:aws:iam::111122223333:user/me", "AIDA"), identity);
        Assert.Single(sts.Requests);
    }
}
