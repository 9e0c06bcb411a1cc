namespace EksTools.Authentication.Tests.Sessions;

public sealed class CredentialOrderTests
{
    private const string Files = $"""
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key = {TestHome.Secret}
        [dev]
        aws_access_key_id = AKIADEV
        aws_secret_access_key = {TestHome.Secret}
        [other]
        aws_access_key_id = AKIAOTHER
        aws_secret_access_key = {TestHome.Secret}
        """;

    private static Func<CancellationToken, Task<AwsKeys>> Callback(string access) => _ => Task.FromResult(new AwsKeys(access, TestHome.Secret));

    [Fact]
    public async Task The_first_that_is_set_wins()
    {
        using var home = new TestHome("", Files);
        home.Environment["AWS_ACCESS_KEY_ID"] = "AKIAENV";
        home.Environment["AWS_SECRET_ACCESS_KEY"] = TestHome.Secret;
        home.Environment["AWS_PROFILE"] = "other";
        home.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere";
        home.Environment["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/web";
        home.Environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
        var all = home.Options(o => o with
        {
            AccessKey = "AKIAGIVEN", SecretKey = TestHome.Secret, Credential = Callback("AKIACREDENTIAL"), ProfileName = "dev", SessionDefault = Callback("AKIASESSION"),
        });

        Assert.Equal(("AKIAGIVEN", "the keys given"), await KeyAsync(all));
        all = all with { AccessKey = null, SecretKey = null };
        Assert.Equal(("AKIACREDENTIAL", "the credential given"), await KeyAsync(all));
        all = all with { Credential = null };
        Assert.Equal(("AKIADEV", "profile 'dev'"), await KeyAsync(all));
        all = all with { ProfileName = null };
        Assert.Equal(("AKIASESSION", "the AWS.Tools session"), await KeyAsync(all));
        all = all with { SessionDefault = null };
        Assert.Equal(("AKIAENV", "environment variables"), await KeyAsync(all));
        home.Environment.Remove("AWS_ACCESS_KEY_ID");
        home.Environment.Remove("AWS_SECRET_ACCESS_KEY");
        Assert.Equal(("AKIAOTHER", "profile 'other'"), await KeyAsync(all));
        home.Environment.Remove("AWS_PROFILE");
        Assert.Equal(("AKIADEFAULT", "profile 'default'"), await KeyAsync(all));
        home.Write(".aws/credentials", "");
        Assert.Contains("/nowhere", (await home.FailAsync()).Message, StringComparison.Ordinal); // web identity is next
        home.Environment.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        home.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/"; // refused, so that nothing is asked
        home.Environment.Remove("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        Assert.Contains("AWS_CONTAINER_CREDENTIALS_FULL_URI", (await home.FailAsync()).Message, StringComparison.Ordinal);
        home.Environment.Remove("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        var nothing = await home.FailAsync();
        Assert.Equal(AwsAuthenticationErrorKind.NotFound, nothing.Kind);
        Assert.Contains("no AWS credentials", nothing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_profile_names_those_that_exist()
    {
        using var home = new TestHome("[profile sso]\nregion = eu-west-1\n", Files);

        var e = await home.FailAsync("dve");

        Assert.Equal(AwsAuthenticationErrorKind.NotFound, e.Kind);
        Assert.Contains("'dve'", e.Message, StringComparison.Ordinal);
        Assert.Contains("default, dev, other, sso", e.Message, StringComparison.Ordinal);
        home.Environment["AWS_PROFILE"] = "vde";
        Assert.Contains("'vde'", (await home.FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_profile_is_told_where_credentials_come_from_one()
    {
        using var home = new TestHome("", Files.Replace("[default]", "[AWS PS Default]", StringComparison.Ordinal));

        Assert.Equal("dev", (await home.OpenAsync("dev")).ProfileName);
        Assert.Equal("AWS PS Default", (await home.OpenAsync()).ProfileName);
        Assert.Null((await home.OpenAsync(o => o with { Credential = Callback("AKIA") })).ProfileName);
    }

    [Fact]
    public void Profiles_are_listed()
    {
        using var home = new TestHome();

        Assert.Equal(["default", "dev", "other"], AwsProfiles.List(home.Write("credentials", Files))
            .Where(n => Files.Contains($"[{n}]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Half_a_pair_of_keys_is_refused()
    {
        using var home = new TestHome("", Files + "\n[half]\naws_access_key_id = AKIAHALF\n");

        Assert.Equal(AwsAuthenticationErrorKind.Validation, (await home.FailAsync(o => o with { AccessKey = "AKIA" })).Kind);
        Assert.Equal(AwsAuthenticationErrorKind.Validation, (await home.FailAsync(o => o with { SecretKey = TestHome.Secret })).Kind);
        Assert.Contains("aws_secret_access_key", (await home.FailAsync("half")).Message, StringComparison.Ordinal);
        home.Environment["AWS_ACCESS_KEY_ID"] = "AKIAENV";
        Assert.Contains("AWS_SECRET_ACCESS_KEY", (await home.FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_region_is_the_parameters_then_the_sessions_then_the_profiles_then_the_environments()
    {
        using var home = new TestHome("[profile dev]\nregion = eu-west-1\n", Files);
        home.Environment["AWS_DEFAULT_REGION"] = "cn-north-1";
        Assert.Equal("cn-north-1", (await home.OpenAsync()).Region);
        Assert.Equal("aws-cn", (await home.OpenAsync()).Partition.Name);
        home.Environment["AWS_REGION"] = "us-gov-west-1";
        Assert.Equal("us-gov-west-1", (await home.OpenAsync()).Region);
        Assert.Equal("eu-west-1", (await home.OpenAsync("dev")).Region);
        Assert.Equal("ap-south-1", (await home.OpenAsync(o => o with { ProfileName = "dev", RegionDefault = "ap-south-1" })).Region);
        Assert.Equal("sa-east-1", (await home.OpenAsync(o => o with { ProfileName = "dev", RegionDefault = "ap-south-1", Region = "sa-east-1" })).Region);
        home.Environment.Clear();
        home.Environment["AWS_ACCESS_KEY_ID"] = "AKIAENV";
        home.Environment["AWS_SECRET_ACCESS_KEY"] = TestHome.Secret;
        home.Environment["HOME"] = "/nowhere";
        using var session = await home.OpenAsync();
        Assert.Null(session.Region);
        Assert.Equal(AwsAuthenticationErrorKind.NotFound, Assert.Throws<AwsAuthenticationException>(session.RequireRegion).Kind);
        Assert.Equal(AwsAuthenticationErrorKind.Validation, (await home.FailAsync(o => o with { Region = "us-west-2.evil.example" })).Kind);
    }

    [Fact]
    public async Task Files_are_where_variables_say_at_that_moment()
    {
        using var home = new TestHome("", Files);
        home.Environment["AWS_SHARED_CREDENTIALS_FILE"] = home.Write("elsewhere", Files.Replace("AKIADEV", "AKIAELSEWHERE", StringComparison.Ordinal));
        Assert.Equal("AKIAELSEWHERE", (await KeyAsync(home.Options(o => o with { ProfileName = "dev" }))).Key);
        home.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere/credentials"; // missing is empty, never ~/.aws/credentials
        Assert.Equal(AwsAuthenticationErrorKind.NotFound, (await home.FailAsync("dev")).Kind);
        home.Environment.Remove("AWS_SHARED_CREDENTIALS_FILE");
        Assert.Equal("AKIADEV", (await KeyAsync(home.Options(o => o with { ProfileName = "dev" }))).Key);
        Assert.Equal("AKIAELSEWHERE", (await KeyAsync(home.Options(o => o with { ProfileName = "dev", ProfileLocation = home.Environment["HOME"] + "/elsewhere" }))).Key);
        Assert.Contains("'/nowhere/x'", (await home.FailAsync(o => o with { ProfileName = "dev", ProfileLocation = "/nowhere/x" })).Message, StringComparison.Ordinal);
    }

    private static async Task<(string Key, string Source)> KeyAsync(AwsSessionOptions options)
    {
        using var session = await AwsSession.OpenAsync(options, TestContext.Current.CancellationToken);
        var keys = await session.Credentials.GetCredentialsAsync();
        Assert.Equal(TestHome.Secret, keys.SecretKey);
        return (keys.AccessKey, session.Source);
    }
}
