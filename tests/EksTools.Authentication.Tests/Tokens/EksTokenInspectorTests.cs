using System.Text;

namespace EksTools.Authentication.Tests.Tokens;

public sealed class EksTokenInspectorTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string SessionToken = "SESSION+TOKEN/FwoGZXIvYXdzEBYaDKOjX0ZlYXJs==";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly AwsKeys Keys = new("AKIDEXAMPLE", Secret);
    private static readonly string Url = UrlOf(EksTokenFactory.Create(Keys, "us-west-2", "demo", Now).Token);

    [Fact]
    public void Tells_what_a_good_token_says()
    {
        var token = EksTokenInspector.Inspect(EksTokenFactory.Create(Keys, "us-west-2", "demo", Now).Token, null, Now.AddMinutes(4));

        Assert.True(token.IsValid);
        Assert.Empty(token.Findings);
        Assert.Equal(("us-west-2", "aws", "AKIDEXAMPLE"), (token.Region, token.Partition, token.AccessKeyId));
        Assert.Equal((Now, Now.AddMinutes(15), TimeSpan.FromMinutes(11)), (token.SignedAt!.Value, token.Expires!.Value, token.TimeLeft!.Value));
    }

    [Theory]
    [InlineData("us-east-1", "aws", false, false)]
    [InlineData("us-gov-west-1", "aws-us-gov", true, true)]
    [InlineData("us-gov-east-1", "aws-us-gov", false, false)]
    [InlineData("eu-west-1", "aws", true, true)]
    [InlineData("eu-west-1", "aws", true, false)]
    [InlineData("cn-north-1", "aws-cn", false, true)]
    [InlineData("us-iso-east-1", "aws-iso", false, false)]
    [InlineData("us-isob-east-1", "aws-iso-b", true, false)]
    [InlineData("eu-isoe-west-1", "aws-iso-e", false, false)]
    [InlineData("us-isof-south-1", "aws-iso-f", false, false)]
    [InlineData("eusc-de-east-1", "aws-eusc", false, true)]
    public void Every_token_of_the_factory_is_good_in_its_own_partition(string region, string partition, bool fips, bool dualStack)
    {
        var token = EksTokenFactory.Create(Keys with { SessionToken = SessionToken }, region, "demo", Now, new StsHostOptions(fips, dualStack)).Token;

        foreach (var server in new[] { null, partition })
        {
            var inspected = EksTokenInspector.Inspect(token, server, Now);
            Assert.Empty(inspected.Findings);
            Assert.Equal((region, partition), (inspected.Region, inspected.Partition));
        }
    }

    [Fact]
    public void A_global_token_is_good_in_the_partition_aws_alone()
    {
        var token = EksTokenFactory.Create(Keys, null, "demo", Now).Token;

        var inspected = EksTokenInspector.Inspect(token, null, Now);
        Assert.Empty(inspected.Findings);
        Assert.Equal("us-east-1", inspected.Region);
        Assert.Equal((6, "GlobalEndpointUnsupported"), Only(EksTokenInspector.Inspect(token, "aws-cn", Now)));
    }

    [Theory]
    [InlineData("aws-cn")]
    [InlineData("aws-iso")]
    [InlineData("aws-eusc")]
    public void A_token_of_another_partition_is_refused(string server)
    {
        var token = EksTokenInspector.Inspect(Token(Url), server, Now);

        Assert.Equal((6, "HostUnexpected"), Only(token));
        Assert.Contains($"partition {server} takes no host of partition aws.", token.Findings[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2, "PrefixMissing", "is no EKS token")]
    [InlineData("hello", 2, "PrefixMissing", "is no EKS token")]
    [InlineData("K8S-AWS-V1.aHR0", 2, "PrefixMissing", "is no EKS token")]
    [InlineData("Bearer k8s-aws-v1.aHR0", 2, "PrefixMissing", "leave it out")]
    [InlineData(" k8s-aws-v1.aHR0", 2, "PrefixMissing", "stands before")]
    [InlineData("k8s-aws-v1.aHR0cA==", 3, "EncodingInvalid", "padded")]
    [InlineData("k8s-aws-v1.aH+0", 3, "EncodingInvalid", "Character 14 is of base64,")]
    [InlineData("k8s-aws-v1.aHR0\n", 3, "EncodingInvalid", "line break stands at character 16")]
    [InlineData("k8s-aws-v1.aHR\u00e9", 3, "EncodingInvalid", "Character 15 cannot stand")]
    [InlineData("k8s-aws-v1.aHR0c", 3, "EncodingInvalid", "piece of the token is missing")]
    [InlineData("k8s-aws-v1.", 4, "UrlInvalid", "does not hold a URL")]
    [InlineData("k8s-aws-v1.aGVsbG8", 4, "UrlInvalid", "does not hold a URL")]
    [InlineData("k8s-aws-v1.____", 4, "UrlInvalid", "does not hold a URL")]
    public void What_cannot_be_decoded_is_one_finding(string text, int rule, string id, string sentence)
    {
        var token = EksTokenInspector.Inspect(text, "aws", Now);

        Assert.False(token.IsValid);
        Assert.Equal((rule, id), Only(token));
        Assert.Contains(sentence, token.Findings[0].Message, StringComparison.Ordinal);
        Assert.Null(token.Region);
        Assert.Null(token.SignedAt);
    }

    [Theory]
    [InlineData("https://sts", "http://sts", 5, "SchemeUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com.evil.example", 6, "HostUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "ec2.us-west-2.amazonaws.com", 6, "HostUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com:443", 6, "HostUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "STS.us-west-2.amazonaws.com", 6, "HostUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.nowhere.amazonaws.com", 6, "HostUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com@evil.example", 6, "HostUnexpected")]
    [InlineData("sts.us-west-2.amazonaws.com", "127.0.0.1:5000", 6, "HostUnexpected")]
    [InlineData(".com/?", ".com/x?", 7, "PathUnexpected")]
    [InlineData(".com/?", ".com?", 7, "PathUnexpected")]
    [InlineData(".com/?", ".com/%2F?", 7, "PathUnexpected")]
    [InlineData("&Version", "&action=GetCallerIdentity&Version", 8, "ParameterDuplicate")]
    [InlineData("2011-06-15", "%zz", 8, "QueryMalformed")]
    [InlineData("2011-06-15", "1;a=b", 8, "QueryMalformed")]
    [InlineData("&Version", "&Extra=1&Version", 9, "ParameterNotAllowed")]
    [InlineData("&Version", "&=1&Version", 9, "ParameterNotAllowed")]
    [InlineData("&Version", "&Version=2011-06-15&Version", 10, "ParameterRepeated")]
    [InlineData("GetCallerIdentity", "GetSessionToken", 11, "ActionUnexpected")]
    [InlineData("Action=GetCallerIdentity&", "", 11, "ActionUnexpected")]
    [InlineData("GetCallerIdentity", "getcalleridentity", 11, "ActionUnexpected")]
    [InlineData("host%3Bx-k8s-aws-id", "host", 12, "ClusterHeaderNotSigned")]
    [InlineData("host%3Bx-k8s-aws-id", "host%3Bx-k8s-aws-id-2", 12, "ClusterHeaderNotSigned")]
    [InlineData("&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id", "", 12, "ClusterHeaderNotSigned")]
    [InlineData("Expires=60", "Expires=901", 13, "ExpiresInvalid")]
    [InlineData("Expires=60", "Expires=-1", 13, "ExpiresInvalid")]
    [InlineData("Expires=60", "Expires=%2060", 13, "ExpiresInvalid")]
    [InlineData("Expires=60", "Expires=6e1", 13, "ExpiresInvalid")]
    [InlineData("&X-Amz-Expires=60", "", 13, "ExpiresInvalid")]
    [InlineData("&X-Amz-Date=20260102T030405Z", "", 14, "DateMissing")]
    [InlineData("Date=20260102T030405Z", "Date=2026-01-02T03:04:05Z", 14, "DateInvalid")]
    [InlineData("Date=20260102T030405Z", "Date=20261302T030405Z", 14, "DateInvalid")]
    [InlineData("Date=20260102T030405Z", "Date=20260102T024904Z", 14, "TokenExpired")]
    [InlineData("X-Amz-Signature", "X-Amz-Algorithm", 10, "ParameterRepeated", "SignatureIncomplete")]
    [InlineData("%2Fus-west-2", "%2Feu-west-1", 15, "ScopeRegionDiffers")]
    [InlineData("%2F20260102", "%2F20260101", 15, "ScopeDateDiffers")]
    [InlineData("%2Fsts%2F", "%2Feks%2F", 15, "CredentialScopeInvalid")]
    [InlineData("AKIDEXAMPLE", "ASIAEXAMPLE", 15, "SessionTokenMissing")]
    public void Each_rule_has_its_finding(string part, string instead, int rule, string id, string? also = null)
    {
        var url = Url.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Url, url);

        var token = EksTokenInspector.Inspect(Token(url), "aws", Now);

        Assert.False(token.IsValid);
        Assert.Equal((rule, id), (token.Findings[0].Rule, token.Findings[0].Id));
        Assert.Equal(also, token.Findings.Skip(1).SingleOrDefault()?.Id);
        Assert.EndsWith(".", token.Findings[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Action=", "ACTION=")]
    [InlineData("X-Amz-Expires", "x-amz-expires")]
    [InlineData("Expires=60", "Expires=900")]
    [InlineData("Expires=60", "Expires=0")]
    [InlineData("host%3Bx-k8s-aws-id", "host%3BX-K8s-Aws-Id")]
    [InlineData("https://", "HTTPS://")]
    [InlineData(".com/?", ".com/?&&")]
    [InlineData("Date=20260102T030405Z", "Date=20260102T024905Z")]
    public void What_the_server_lets_pass_passes(string part, string instead)
    {
        var url = Url.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Url, url);
        Assert.Empty(EksTokenInspector.Inspect(Token(url), "aws", Now).Findings);
    }

    [Theory]
    [InlineData(4095, true)]
    [InlineData(4097, false)]
    public void A_token_has_at_most_4096_bytes(int length, bool fits)
    {
        // Three characters of a URL are four of base64url; the rest of a division is met by a last block of two or three characters.
        var characters = length - EksTokenFactory.Prefix.Length;
        var bytes = (characters / 4 * 3) + (characters % 4 is 0 ? 0 : (characters % 4) - 1);
        var padded = Token(Url + "&X-Amz-Security-Token=" + new string('a', bytes - Url.Length - "&X-Amz-Security-Token=".Length));
        Assert.Equal(length, padded.Length);

        var token = EksTokenInspector.Inspect(padded, "aws", Now);

        Assert.Equal(fits ? [] : [(1, "TokenTooLarge")], token.Findings.Select(f => (f.Rule, f.Id)));
        Assert.Equal("us-west-2", token.Region);
        // No base64url text makes a token of just 4096.
        Assert.Equal((3, "EncodingInvalid"), Only(EksTokenInspector.Inspect(EksTokenFactory.Prefix.PadRight(4096, 'a'), "aws", Now)));
    }

    [Fact]
    public void All_findings_are_told_in_the_servers_order()
    {
        var url = Url.Replace("https", "http", StringComparison.Ordinal).Replace("/?", "/x?", StringComparison.Ordinal) + "&foo=1&foo=2";

        var token = EksTokenInspector.Inspect(Token(url), "aws-cn", Now.AddDays(3));

        Assert.Equal([5, 6, 7, 9, 10, 14], token.Findings.Select(f => f.Rule));
        Assert.Equal(TimeSpan.Zero, token.TimeLeft);
    }

    [Fact]
    public void A_clock_that_is_ahead_is_a_warning()
    {
        var token = EksTokenInspector.Inspect(Token(Url), "aws", Now.AddMinutes(-6));

        Assert.True(token.IsValid);
        Assert.Equal((15, "SignedInFuture"), Only(token));
        Assert.Empty(EksTokenInspector.Inspect(Token(Url), "aws", Now.AddMinutes(-5)).Findings);
        Assert.False(EksTokenInspector.Inspect(Token(Url.Replace("20260102", "99991231", StringComparison.Ordinal)), "aws", Now).Findings[0].IsRefusal);
    }

    [Fact]
    public void Nothing_of_the_secrets_is_repeated_wherever_they_stand()
    {
        var signed = UrlOf(EksTokenFactory.Create(Keys with { SessionToken = SessionToken }, "us-west-2", "demo", Now).Token);
        var signature = signed[^64..];
        string[] urls =
        [
            signed,
            signed.Replace("AKIDEXAMPLE", Uri.EscapeDataString(Secret), StringComparison.Ordinal),
            signed.Replace("AKIDEXAMPLE", SessionToken.Replace("+", "", StringComparison.Ordinal), StringComparison.Ordinal),
            signed.Replace("GetCallerIdentity", Uri.EscapeDataString(SessionToken), StringComparison.Ordinal),
            signed.Replace("X-Amz-Signature=", "", StringComparison.Ordinal),
            signed.Replace("sts.us-west-2.amazonaws.com", signature, StringComparison.Ordinal),
            signed.Replace("sts.us-west-2.amazonaws.com/?", signature + "/?" + Uri.EscapeDataString(Secret) + "&", StringComparison.Ordinal),
        ];
        foreach (var url in urls)
        {
            var token = EksTokenInspector.Inspect(Token(url), "aws", Now);
            var text = token + string.Join(' ', token.Findings);
            foreach (var secret in new[] { signature, Secret[..12], SessionToken[^20..], Token(url) })
            {
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void No_damage_makes_it_throw()
    {
        var random = new Random(20260102);
        var good = Token(Url);
        for (var i = 0; i < 20_000; i++)
        {
            var text = (i % 2 == 0 ? Url : good).ToCharArray();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                text[random.Next(text.Length)] = (char)random.Next(1, i % 3 == 0 ? 0x10000 : 0x80);
            }
            var damaged = new string(text, 0, random.Next(text.Length + 1));
            var token = EksTokenInspector.Inspect(i % 2 == 0 ? Token(damaged) : damaged, i % 5 == 0 ? null : "aws", Now);
            Assert.All(token.Findings, f => Assert.InRange(f.Rule, 1, 15));
            Assert.Equal(token.Findings.Select(f => f.Rule).Order(), token.Findings.Select(f => f.Rule));
        }
    }

    [Fact]
    public void Reads_the_token_of_an_exec_credential()
    {
        var token = EksTokenFactory.Create(Keys, "us-west-2", "demo", Now);
        Assert.Equal(token.Token, ExecCredential.ReadToken(ExecCredential.Write(token, "client.authentication.k8s.io/v1")));
    }

    [Theory]
    [InlineData("{", "cannot be parsed (line 1, byte 2)")]
    [InlineData("{\n\"status\": {\"token\": \"k8s-aws-v1.SECRET\", oops", "cannot be parsed (line 2,")]
    [InlineData("{}", "has no status.token")]
    [InlineData("[1]", "has no status.token")]
    [InlineData("{\"status\":null}", "has no status.token")]
    [InlineData("{\"status\":{\"token\":5}}", "has no status.token")]
    [InlineData("{\"status\":{\"token\":\"\\ud800\"}}", "cannot be parsed.")]
    public void What_is_no_exec_credential_is_refused_with_a_sentence(string json, string sentence)
    {
        var e = Assert.Throws<AwsAuthenticationException>(() => ExecCredential.ReadToken(json));

        Assert.Equal(AwsAuthenticationErrorKind.Validation, e.Kind);
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", e.ToString(), StringComparison.Ordinal);
    }

    private static (int Rule, string Id) Only(TokenInspection token) => Assert.Single(token.Findings) is var f ? (f.Rule, f.Id) : default;

    private static string Token(string url) =>
        EksTokenFactory.Prefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(url)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string UrlOf(string token)
    {
        var text = token[EksTokenFactory.Prefix.Length..].Replace('-', '+').Replace('_', '/');
        return Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
    }
}
