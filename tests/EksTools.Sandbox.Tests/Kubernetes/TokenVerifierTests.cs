using EksTools.Sandbox.Kubernetes.Authentication;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class TokenVerifierTests
{
    private const string Good = "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00";

    private static readonly DateTimeOffset Signed = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("https://sts.us-west-2.amazonaws.com", "aws")]
    [InlineData("https://sts.amazonaws.com", "aws")]
    [InlineData("https://sts-fips.us-west-2.amazonaws.com", "aws")]
    [InlineData("https://sts-fips.us-west-2.api.aws", "aws")]
    [InlineData("https://sts.us-gov-west-1.amazonaws.com", "aws-us-gov")]
    [InlineData("https://sts.us-gov-west-1.api.aws", "aws-us-gov")]
    [InlineData("HTTPS://sts.us-west-2.amazonaws.com", "aws")]
    [InlineData("https://sts.not-a-region.amazonaws.com", "aws")]
    [InlineData("https://sts-fips.cn-north-1.amazonaws.com.cn", "aws-cn")]
    [InlineData("https://sts.us-west-2.api.aws", "aws")]
    [InlineData("https://sts.cn-north-1.amazonaws.com.cn", "aws-cn")]
    [InlineData("https://sts.us-iso-east-1.c2s.ic.gov", "aws-iso")]
    [InlineData("https://sts.eusc-de-east-1.amazonaws.eu", "aws-eusc")]
    [InlineData("http://127.0.0.1:5001", "aws")]
    [InlineData("http://localhost:5001", "aws")]
    [InlineData("http://[::1]:5001", "aws")]
    public void Inspect_takes_the_hosts_of_the_partition(string origin, string partition)
    {
        var (url, key) = Inspect(Good.Replace("https://sts.us-west-2.amazonaws.com", origin, StringComparison.Ordinal), partition: partition);

        Assert.Equal(new Uri(origin).Host, url.Host);
        Assert.Equal("AKIDEXAMPLE", key);
    }

    [Theory]
    [InlineData("https://sts.us", "http://sts.us", "unexpected scheme")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com.evil.example", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com:8443", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "ec2.us-west-2.amazonaws.com", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com.cn", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com:443", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "STS.us-west-2.amazonaws.com", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com.", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.cn-north-1.amazonaws.com.cn", "partition {aws} does not support hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts-fips.us-gov-west-1.amazonaws.com", "unexpected hostname")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us_west.amazonaws.com", "invalid region identifier format")]
    [InlineData("sts.us-west-2.amazonaws.com", "evil.example", "could not parse region for pre-signed URL")]
    [InlineData("https://sts.us-west-2.amazonaws.com/", "sts/", "unexpected scheme \"\"")]
    [InlineData("https://", "https:", "host is empty")]
    [InlineData("com/?", "com?", "unexpected path")]
    [InlineData("com/?", "com//?", "unexpected path")]
    [InlineData("com/?", "com/%zz?", "does not hold a URL")]
    [InlineData("Signature=00", "Signature=%zz", "malformed query parameter")]
    [InlineData("%3Bx-k8s", ";x-k8s", "malformed query parameter")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=60%00", "invalid X-Amz-Expires")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=%2060", "invalid X-Amz-Expires")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=99999999999999999999", "invalid X-Amz-Expires")]
    [InlineData("X-Amz-Date=20260102T030405Z", "X-Amz-Date=20260102T030405.Z", "error parsing X-Amz-Date")]
    [InlineData("X-Amz-Date=20260102T030405Z", "X-Amz-Date=20260230T030405Z", "error parsing X-Amz-Date")]
    [InlineData("X-Amz-Date=20260102T030405Z", "X-Amz-Date=", "X-Amz-Date parameter must be present")]
    [InlineData("com/?", "com/x?", "unexpected path")]
    [InlineData("&X-Amz-Signature=00", "&X-Amz-Signature=00&X-Amz-Signature=01", "query parameter with multiple values not supported")]
    [InlineData("&X-Amz-Signature=00", "&X-Amz-Signature=00&action=x", "duplicate query parameter")]
    [InlineData("&X-Amz-Signature=00", "&X-Amz-Signature=00&Evil=1", "non-whitelisted query parameter \"Evil\"")]
    [InlineData("Action=GetCallerIdentity", "Action=AssumeRole", "unexpected action parameter")]
    [InlineData("Action=GetCallerIdentity", "Action=getcalleridentity", "unexpected action parameter")]
    [InlineData("host%3Bx-k8s-aws-id", "host", "client did not sign the x-k8s-aws-id header")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=901", "invalid X-Amz-Expires")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=-1", "invalid X-Amz-Expires")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=x", "invalid X-Amz-Expires")]
    [InlineData("&X-Amz-Expires=60", "", "invalid X-Amz-Expires")]
    [InlineData("&X-Amz-Date=20260102T030405Z", "", "X-Amz-Date parameter must be present")]
    [InlineData("X-Amz-Date=20260102T030405Z", "X-Amz-Date=2026-01-02", "error parsing X-Amz-Date")]
    public void Inspect_refuses(string part, string instead, string why)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);

        var refused = Assert.Throws<TokenRefusedException>(() => Inspect(Good.Replace(part, instead, StringComparison.Ordinal)));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=%2B60")]
    [InlineData("X-Amz-Expires=60", "X-Amz-Expires=0060")]
    [InlineData("X-Amz-Date=20260102T030405Z", "X-Amz-Date=20260102T030405.5Z")]
    [InlineData("SignedHeaders=host%3Bx-k8s-aws-id", "SignedHeaders=X-K8S-AWS-ID")]
    [InlineData("Action=", "aCTION=")]
    [InlineData("Signature=00", "Signature=00&&#fragment")]
    [InlineData("https://", "https://user@")]
    public void Inspect_lets_pass_what_the_authenticator_does(string part, string instead) => Assert.Equal("AKIDEXAMPLE", Inspect(Good.Replace(part, instead, StringComparison.Ordinal)).AccessKeyId);

    [Fact]
    public void Inspect_decodes_base64_as_Go_does()
    {
        var token = FakeIdentity.Token(url: Good + "0");
        Assert.Equal("AKIDEXAMPLE", Verifier(new FakeIdentity(), Signed).Inspect(token.Insert(20, "\n").Insert(40, "\r\n")).AccessKeyId);
        Assert.Throws<TokenRefusedException>(() => Verifier(new FakeIdentity(), Signed).Inspect(token.Insert(20, " ")));
    }

    [Theory]
    [InlineData("arn:aws:sts::111122223333:assumed-role/Admin/s", "AROAEXAMPLE", null, null)]
    [InlineData("arn:aws:sts::111122223333:assumed-role/Admin/s", "AROAEXAMPLE:a:b", null, null)]
    [InlineData("arn:aws:iam::111122223333:user/Jane", "AIDAEXAMPLE", "AIDAEXAMPLE", "")]
    [InlineData("arn:aws:sts::111122223333:federated-user/Bob", "111122223333:Bob", "111122223333:Bob", "")]
    [InlineData("arn:aws:iam::111122223333:root", "111122223333", "111122223333", "")]
    public async Task The_user_id_is_split_for_sessions_of_roles_alone(string arn, string userId, string? id, string? session)
    {
        var verifier = Verifier(new FakeIdentity { Principals = { ["AKIDEXAMPLE"] = (arn, userId) } }, Signed);
        if (id is null)
        {
            Assert.Contains("malformed UserID", (await Assert.ThrowsAsync<TokenRefusedException>(() => verifier.VerifyAsync(FakeIdentity.Token(url: Good), TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
            return;
        }

        var verified = await verifier.VerifyAsync(FakeIdentity.Token(url: Good), TestContext.Current.CancellationToken);
        Assert.Equal((id, session), (verified.UserId, verified.SessionName));
    }

    [Fact]
    public void Inspect_refuses_the_global_endpoint_outside_aws()
    {
        var refused = Assert.Throws<TokenRefusedException>(() => Inspect(Good.Replace("sts.us-west-2", "sts", StringComparison.Ordinal), partition: "aws-us-gov"));

        Assert.Equal("global endpoint unsupported in partition aws-us-gov", refused.Message);
    }

    [Fact]
    public void Inspect_refuses_text_that_is_no_token()
    {
        var verifier = Verifier(new FakeIdentity(), Signed);

        Assert.Contains("too large", Assert.Throws<TokenRefusedException>(() => verifier.Inspect("k8s-aws-v1." + new string('a', 4096))).Message, StringComparison.Ordinal);
        Assert.Contains("prefix", Assert.Throws<TokenRefusedException>(() => verifier.Inspect("eyJhbGciOi")).Message, StringComparison.Ordinal);
        Assert.Contains("base64url", Assert.Throws<TokenRefusedException>(() => verifier.Inspect("k8s-aws-v1.a+b/")).Message, StringComparison.Ordinal);
        Assert.Contains("base64url", Assert.Throws<TokenRefusedException>(() => verifier.Inspect("k8s-aws-v1.YWJjZA==")).Message, StringComparison.Ordinal);
        Assert.Contains("unexpected scheme \"\"", Assert.Throws<TokenRefusedException>(() => verifier.Inspect("k8s-aws-v1.YWJjZA")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(900, true)]
    [InlineData(901, false)]
    [InlineData(-3600, true)]
    public void A_token_lives_15_minutes_from_its_date_whatever_its_expiry_says(int secondsAfter, bool lives)
    {
        var now = Signed.AddSeconds(secondsAfter);
        if (lives)
        {
            Inspect(Good, now);
        }
        else
        {
            Assert.Contains("expired", Assert.Throws<TokenRefusedException>(() => Inspect(Good, now)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Verify_asks_STS_with_the_clusters_own_id_and_splits_the_session_off()
    {
        var identity = new FakeIdentity { Principals = { ["AKIDEXAMPLE"] = ("arn:aws:sts::111122223333:assumed-role/Admin/jane@example.com", "AROAEXAMPLE:jane@example.com") } };

        var verified = await Verifier(identity, Signed).VerifyAsync(FakeIdentity.Token(url: Good), TestContext.Current.CancellationToken);

        Assert.Equal("demo", identity.LastClusterId);
        Assert.Equal(new("111122223333", "arn:aws:sts::111122223333:assumed-role/Admin/jane@example.com", "arn:aws:iam::111122223333:role/Admin", "AROAEXAMPLE", "jane@example.com", "AKIDEXAMPLE"), verified);
    }

    [Fact]
    public async Task Verify_tells_what_STS_answered()
    {
        var identity = new FakeIdentity { Override = () => new(403, null, null, null, "SignatureDoesNotMatch") };

        var refused = await Assert.ThrowsAsync<TokenRefusedException>(() => Verifier(identity, Signed).VerifyAsync(FakeIdentity.Token(url: Good), TestContext.Current.CancellationToken));

        Assert.Equal("error from AWS (expected 200, got 403) on us-west-2 endpoint. Body: SignatureDoesNotMatch", refused.Message);
    }

    [Theory]
    [InlineData("arn:aws:sts::1:assumed-role/Admin/s", "arn:aws:iam::1:role/Admin")]
    [InlineData("arn:aws:iam::1:role/path/Admin", "arn:aws:iam::1:role/path/Admin")]
    [InlineData("arn:aws:iam::1:user/path/Jane", "arn:aws:iam::1:user/path/Jane")]
    [InlineData("arn:aws-cn:sts::1:federated-user/X", "arn:aws-cn:sts::1:federated-user/X")]
    [InlineData("arn:aws:iam::1:root", "arn:aws:iam::1:root")]
    [InlineData("arn:aws:s3:::bucket", null)]
    [InlineData("arn:aws:iam::1:group/X", null)]
    [InlineData("arn:mars:iam::1:role/X", null)]
    [InlineData("arn:aws:sts::1:assumed-role/Admin", null)]
    [InlineData("nonsense", null)]
    public void Arns_are_brought_to_the_form_that_mappings_name(string arn, string? canonical)
    {
        if (canonical is null)
        {
            Assert.Throws<TokenRefusedException>(() => PrincipalArn.Canonicalize(arn));
        }
        else
        {
            Assert.Equal(canonical, PrincipalArn.Canonicalize(arn));
        }
    }

    private static TokenVerifier Verifier(FakeIdentity identity, DateTimeOffset now) =>
        new(new() { ClusterName = "demo", KubernetesVersion = "1.34", Identity = identity, Time = new FixedTime(now) });

    private static (Uri Url, string AccessKeyId) Inspect(string url, DateTimeOffset? now = null, string partition = "aws") =>
        Verifier(new FakeIdentity { Partition = partition }, now ?? Signed).Inspect(FakeIdentity.Token(url: url));
}
