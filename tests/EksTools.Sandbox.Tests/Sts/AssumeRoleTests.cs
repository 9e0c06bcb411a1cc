using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EksTools.Sandbox.Tests.Account;

namespace EksTools.Sandbox.Tests.Sts;

/// <summary>Temporary credentials.</summary>
public sealed class AssumeRoleTests
{
    private static string Trusting(string principal) => $$$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{{principal}}}"},"Action":"sts:AssumeRole"}]}""";

    [Fact]
    public async Task A_role_is_assumed_for_its_time_and_no_longer()
    {
        await using var stage = await Stage.StartAsync();
        await stage.IamAsync("CreateRole", "RoleName", "admin", "Path", "/team/", "AssumeRolePolicyDocument", Trusting("arn:aws:iam::111122223333:root"));
        await stage.PermitAsync("admin", """{"Effect":"Allow","Action":"*","Resource":"*"}""");
        var assumed = await stage.Client.QueryAsync("sts", "AssumeRole", "RoleArn", "arn:aws:iam::111122223333:role/team/admin", "RoleSessionName", "me", "DurationSeconds", "900");
        SignedClient As(string? token) => new(stage.Sandbox.Endpoint, assumed.Value("AccessKeyId"), assumed.Value("SecretAccessKey"), token, time: stage.Time);
        using var role = As(assumed.Value("SessionToken"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/admin/me", (await role.QueryAsync("sts", "GetCallerIdentity")).Value("Arn"));
        Assert.Null((await role.EksAsync(HttpMethod.Get, "/clusters")).Error);
        using var without = As(null);
        Assert.Equal("InvalidClientTokenId", (await without.QueryAsync("sts", "GetCallerIdentity")).Error);
        stage.Time.Advance(TimeSpan.FromSeconds(901));
        Assert.Equal("ExpiredToken", (await role.QueryAsync("sts", "GetCallerIdentity")).Error);
        Assert.Equal("ExpiredTokenException", (await role.EksAsync(HttpMethod.Get, "/clusters")).Error);
        Assert.Equal("RequestExpired", (await role.QueryAsync("ec2", "DescribeVpcs")).Error);
    }

    [Fact]
    public async Task The_SDK_assumes_a_role()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var client = new SignedClient(sandbox.Endpoint, sandbox.AccessKey, sandbox.SecretKey);
        await client.QueryAsync("iam", "CreateRole", "RoleName", "r", "AssumeRolePolicyDocument", Trusting("111122223333"));
        var config = new AmazonSecurityTokenServiceConfig { ServiceURL = sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" };
        using var mine = new AmazonSecurityTokenServiceClient(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), config);
        var assumed = await mine.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = "arn:aws:iam::111122223333:role/r", RoleSessionName = "me" }, TestContext.Current.CancellationToken);
        Assert.InRange(assumed.Credentials.Expiration!.Value.ToUniversalTime(), DateTime.UtcNow.AddMinutes(59), DateTime.UtcNow.AddMinutes(61));
        using var role = new AmazonSecurityTokenServiceClient(assumed.Credentials, config);
        Assert.Equal(assumed.AssumedRoleUser.Arn, (await role.GetCallerIdentityAsync(new GetCallerIdentityRequest(), TestContext.Current.CancellationToken)).Arn);
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:user/Administrator", null)]
    [InlineData("111122223333", null)]
    [InlineData("arn:aws:iam::999999999999:root", "AccessDenied")]
    public async Task Only_whom_the_role_trusts_may_assume_it(string trusted, string? error)
    {
        await using var stage = await Stage.StartAsync();
        await stage.IamAsync("CreateRole", "RoleName", "r", "AssumeRolePolicyDocument", Trusting(trusted));
        Assert.Equal(error, (await stage.Client.QueryAsync("sts", "AssumeRole", "RoleArn", "arn:aws:iam::111122223333:role/r", "RoleSessionName", "me")).Error);
    }

    [Fact]
    public async Task The_trust_s_conditions_see_the_request()
    {
        await using var stage = await Stage.StartAsync();
        await stage.IamAsync("CreateRole", "RoleName", "r", "AssumeRolePolicyDocument", """
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"secret","sts:RoleSessionName":"me","aws:PrincipalType":"User"}}},
              {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:TagSession","Condition":{"StringEquals":{"aws:RequestTag/team":"a"}}}]}
            """);
        async Task<string?> Try(params string[] more) => (await stage.Client.QueryAsync("sts", "AssumeRole", ["RoleArn", "arn:aws:iam::111122223333:role/r", "RoleSessionName", "me", .. more])).Error;
        Assert.Equal("AccessDenied", await Try());
        Assert.Equal("AccessDenied", await Try("ExternalId", "other"));
        Assert.Null(await Try("ExternalId", "secret"));
        Assert.Equal("AccessDenied", await Try("ExternalId", "secret", "Tags.member.1.Key", "team", "Tags.member.1.Value", "b"));
        Assert.Null(await Try("ExternalId", "secret", "Tags.member.1.Key", "team", "Tags.member.1.Value", "a"));
        Assert.Equal("AccessDenied", await Try("ExternalId", "secret", "SourceIdentity", "alice"));
    }

    [Theory]
    [InlineData("Policy", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}""")]
    [InlineData("PolicyArns.member.1.arn", "arn:aws:iam::111122223333:policy/narrow")]
    public async Task A_session_s_policies_narrow_it(string parameter, string value)
    {
        await using var stage = await Stage.StartAsync();
        await stage.IamAsync("CreatePolicy", "PolicyName", "narrow", "PolicyDocument", """{"Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}""");
        await stage.IamAsync("CreateRole", "RoleName", "r", "AssumeRolePolicyDocument", Trusting("111122223333"));
        await stage.PermitAsync("r", """{"Effect":"Allow","Action":"*","Resource":"*"}""");
        var assumed = await stage.Client.QueryAsync("sts", "AssumeRole", "RoleArn", "arn:aws:iam::111122223333:role/r", "RoleSessionName", "me", parameter, value);
        using var session = new SignedClient(stage.Sandbox.Endpoint, assumed.Value("AccessKeyId"), assumed.Value("SecretAccessKey"), assumed.Value("SessionToken"), time: stage.Time);
        Assert.Null((await session.QueryAsync("ec2", "DescribeVpcs")).Error);
        Assert.EndsWith("because no session policy allows the eks:ListClusters action", (string?)(await session.EksAsync(HttpMethod.Get, "/clusters")).Json["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_s_tags_are_its_own()
    {
        await using var stage = await Stage.StartAsync();
        await stage.IamAsync("CreateRole", "RoleName", "r", "AssumeRolePolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"]}]}""");
        await stage.PermitAsync("r", """{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"}}}""");
        foreach (var (team, error) in new[] { ("a", null), ("b", "UnauthorizedOperation") })
        {
            var assumed = await stage.Client.QueryAsync("sts", "AssumeRole", "RoleArn", "arn:aws:iam::111122223333:role/r", "RoleSessionName", "me", "Tags.member.1.Key", "team", "Tags.member.1.Value", team);
            using var session = new SignedClient(stage.Sandbox.Endpoint, assumed.Value("AccessKeyId"), assumed.Value("SecretAccessKey"), assumed.Value("SessionToken"), time: stage.Time);
            Assert.Equal(error, (await session.QueryAsync("ec2", "DescribeVpcs")).Error);
        }
    }
}
