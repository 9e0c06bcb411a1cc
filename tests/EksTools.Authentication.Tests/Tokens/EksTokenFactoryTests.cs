using System.Text;

namespace EksTools.Authentication.Tests.Tokens;

public sealed class EksTokenFactoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly AwsKeys Keys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    [Theory]
    [InlineData(null, "a53315e5b5b4bb54c29d32b3dcd0619487e455d104b30b5e4d92eb5fcadfc552", 481)]
    [InlineData("SESSION+TOKEN/==", "e6dacb55929b6e8727a7a67f5049695fe4595bf9537a6414795e79f526420d90", 542)]
    public void Equals_the_golden_vectors(string? session, string signature, int length)
    {
        var token = EksTokenFactory.Create(Keys with { SessionToken = session }, "us-west-2", "demo", Now);

        Assert.Equal(length, token.Token.Length);
        Assert.EndsWith("&X-Amz-Signature=" + signature, Url(token), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_a_presigned_GetCallerIdentity()
    {
        var token = EksTokenFactory.Create(Keys, "us-west-2", "demo", Now);

        Assert.Equal(
            "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60"
            + "&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=a53315e5b5b4bb54c29d32b3dcd0619487e455d104b30b5e4d92eb5fcadfc552",
            Url(token));
        Assert.Equal("demo", token.ClusterName);
        Assert.Equal("us-west-2", token.Region);
    }

    [Theory]
    [InlineData(null, 14 * 60)]
    [InlineData(3600, 14 * 60)]
    [InlineData(61, 61)]
    public void Ends_with_the_credentials_or_after_14_minutes(int? credentialSeconds, int tokenSeconds)
    {
        var end = credentialSeconds is { } s ? Now.AddSeconds(s).AddMilliseconds(900) : (DateTimeOffset?)null;

        Assert.Equal(Now.AddSeconds(tokenSeconds), EksTokenFactory.Create(Keys with { Expiration = end }, "us-west-2", "demo", Now.AddMilliseconds(50)).Expiration);
    }

    [Fact]
    public void Ended_credentials_make_no_token()
    {
        var e = Assert.Throws<AwsAuthenticationException>(() => EksTokenFactory.Create(Keys with { Expiration = Now }, "us-west-2", "demo", Now));

        Assert.Equal(AwsAuthenticationErrorKind.Expired, e.Kind);
    }

    [Theory]
    [InlineData("us-west-2/evil")]
    [InlineData("us-west-2.evil.example")]
    [InlineData("US-WEST-2")]
    [InlineData("us")]
    [InlineData("fips-us-east-1")]
    [InlineData("us-west-2\n")]
    public void Refuses_what_is_no_region(string region) =>
        Assert.Equal(
            AwsAuthenticationErrorKind.Validation,
            Assert.Throws<AwsAuthenticationException>(() => EksTokenFactory.Create(Keys, region, "demo", Now)).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("-demo")]
    [InlineData("a b")]
    [InlineData("a\nx-evil: 1")]
    [InlineData("clüster")]
    public void Refuses_what_is_no_cluster_name(string name) =>
        Assert.Equal(
            AwsAuthenticationErrorKind.Validation,
            Assert.Throws<AwsAuthenticationException>(() => EksTokenFactory.Create(Keys, "us-west-2", name, Now)).Kind);

    [Fact]
    public void Records_do_not_print_their_secrets()
    {
        var keys = Keys with { SessionToken = "SESSION" };
        var token = EksTokenFactory.Create(keys, "us-west-2", "demo", Now);
        var options = new AwsSessionOptions { AccessKey = "A", SecretKey = Keys.SecretKey, SessionToken = "SESSION", Region = "us-west-2" };

        var printed = $"{keys} {token} {options}";

        Assert.DoesNotContain("wJalr", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("SESSION", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("k8s-aws-v1", printed, StringComparison.Ordinal);
        Assert.Contains("AKIDEXAMPLE", printed, StringComparison.Ordinal);
    }

    internal static string Url(EksToken token) => Url(token.Token);

    internal static string Url(string token)
    {
        var text = token[EksTokenFactory.Prefix.Length..].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }
}
