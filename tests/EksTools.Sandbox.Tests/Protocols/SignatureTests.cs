using System.Net;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using EksTools.Sandbox.Sts;
using EksTools.Sandbox.Tests.Account;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Sandbox.Tests.Protocols;

/// <summary>Signatures, clocks and keys.</summary>
public sealed class SignatureTests
{
    // Made by the AWS CLI's own generator for the documented example keys, cluster demo, 2026-01-02T03:04:05Z.
    private const string Golden = "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-west-2%2Fsts%2Faws4_request"
        + "&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=a53315e5b5b4bb54c29d32b3dcd0619487e455d104b30b5e4d92eb5fcadfc552";

    private const string GoldenWithToken = "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-west-2%2Fsts%2Faws4_request"
        + "&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token=SESSION%2BTOKEN%2F%3D%3D&X-Amz-Signature=e6dacb55929b6e8727a7a67f5049695fe4595bf9537a6414795e79f526420d90";

    private static readonly DateTimeOffset Signed = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(Golden, null, "demo", 0, 200)]
    [InlineData(GoldenWithToken, "SESSION+TOKEN/==", "demo", 0, 200)]
    [InlineData(Golden, null, "demo", 14.9, 200)]
    [InlineData(Golden, null, "demo", 15.1, 403)]
    [InlineData(Golden, null, "demo", -4.9, 200)]
    [InlineData(Golden, null, "demo", -5.1, 403)]
    [InlineData(Golden, null, "other", 0, 403)]
    [InlineData(Golden, "SESSION+TOKEN/==", "demo", 0, 403)]
    public async Task A_token_that_the_AWS_CLI_made_is_replayed_as_STS_does(string url, string? token, string cluster, double minutesLater, int status)
    {
        await using var account = new AwsAccount(new SandboxOptions { Time = new FakeTimeProvider(Signed.AddMinutes(minutesLater)) });
        account.Credentials.Add(new AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token, null, account.Administrator.Principal));
        var reply = CallerIdentityReplay.Send(account, new Uri(url), cluster);
        Assert.Equal(status, reply.StatusCode);
        Assert.Equal(status == 200 ? account.Administrator.Principal.Arn : null, reply.Arn);
    }

    [Theory]
    [InlineData("https://sts.eu-west-1.amazonaws.com")]
    [InlineData("https://sts.us-west-2.amazonaws.com.evil.example")]
    [InlineData("https://sts.amazonaws.com")]
    public async Task A_token_is_good_at_its_own_host_only(string host)
    {
        await using var account = new AwsAccount(new SandboxOptions { Time = new FakeTimeProvider(Signed) });
        account.Credentials.Add(new AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, null, account.Administrator.Principal));
        Assert.Equal(403, CallerIdentityReplay.Send(account, new Uri(Golden.Replace("https://sts.us-west-2.amazonaws.com", host, StringComparison.Ordinal)), "demo").StatusCode);
    }

    [Theory]
    [InlineData("sts", "InvalidClientTokenId", "SignatureDoesNotMatch", "SignatureDoesNotMatch")]
    [InlineData("iam", "InvalidClientTokenId", "SignatureDoesNotMatch", "SignatureDoesNotMatch")]
    [InlineData("eks", "UnrecognizedClientException", "InvalidSignatureException", "InvalidSignatureException")]
    [InlineData("ec2", "AuthFailure", "AuthFailure", "RequestExpired")]
    public async Task Wrong_keys_and_clocks_are_refused_in_each_services_words(string service, string unknown, string mismatch, string skewed)
    {
        await using var stage = await Stage.StartAsync();
        var late = new FakeTimeProvider(stage.Time.GetUtcNow().AddMinutes(-5.5));
        using var stranger = new SignedClient(stage.Sandbox.Endpoint, "AKIAIOSFODNN7EXAMPLE", stage.Sandbox.SecretKey, time: stage.Time);
        using var forger = new SignedClient(stage.Sandbox.Endpoint, stage.Sandbox.AccessKey, "wrong", time: stage.Time);
        using var sleeper = new SignedClient(stage.Sandbox.Endpoint, stage.Sandbox.AccessKey, stage.Sandbox.SecretKey, time: late);
        using var abroad = new SignedClient(stage.Sandbox.Endpoint, stage.Sandbox.AccessKey, stage.Sandbox.SecretKey, region: "cn-north-1", time: stage.Time);
        async Task<string?> Try(SignedClient client) => (service switch
        {
            "eks" => await client.EksAsync(HttpMethod.Get, "/clusters"),
            "iam" => await client.QueryAsync("iam", "ListRoles"),
            "sts" => await client.QueryAsync("sts", "GetCallerIdentity"),
            _ => await client.QueryAsync("ec2", "DescribeVpcs"),
        }).Error;
        Assert.Null(await Try(stage.Client));
        Assert.Equal(unknown, await Try(stranger));
        Assert.Equal(mismatch, await Try(forger));
        Assert.Equal(skewed, await Try(sleeper));
        Assert.Equal(unknown, await Try(abroad));
    }

    [Fact]
    public async Task What_is_not_signed_is_refused()
    {
        await using var stage = await Stage.StartAsync();
        using var http = new HttpClient { BaseAddress = stage.Sandbox.Endpoint };
        using var response = await http.GetAsync(new Uri("/clusters", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Forbidden, "MissingAuthenticationTokenException"), (response.StatusCode, response.Headers.GetValues("x-amzn-ErrorType").Single()));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "GetCallerIdentity", ["Version"] = "2011-06-15" });
        using var refused = await http.PostAsync(new Uri("/", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Contains("<Code>MissingAuthenticationToken</Code>", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_was_changed_on_the_way_is_refused()
    {
        await using var account = new AwsAccount(new SandboxOptions { Time = new FakeTimeProvider(Signed) });
        account.Credentials.Add(new AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, null, account.Administrator.Principal));
        var url = new Uri(Golden);
        var headers = new Dictionary<string, string> { ["host"] = url.Authority, ["x-k8s-aws-id"] = "demo" };
        var request = new WireRequest("GET", "/", url.Query[1..], headers, []);
        Assert.Equal("AKIDEXAMPLE", SignatureVerifier.Verify(request, account).Key.Id);
        Assert.Equal(AuthenticationFailure.Mismatch, Assert.Throws<AuthenticationError>(() => SignatureVerifier.Verify(new WireRequest("GET", "/", url.Query[1..], headers, "x"u8.ToArray()), account)).Failure);
        Assert.Equal(AuthenticationFailure.Mismatch, Assert.Throws<AuthenticationError>(() => SignatureVerifier.Verify(new WireRequest("GET", "/x", url.Query[1..], headers, []), account)).Failure);
    }
}
