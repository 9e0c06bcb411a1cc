using EksTools.Authentication;
using Microsoft.Extensions.Time.Testing;

namespace EksTools.Sandbox.Tests.Kubernetes;

/// <summary>The inspector of Test-EksToken and the door of a cluster, written apart, refuse the same tokens.</summary>
public sealed class TokenAgreementTests
{
    private const string Good = "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=admin%2F20260102%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 10, 0, TimeSpan.Zero);

    // What is put in place of what, the rule of the inspector, and what the door says. No rule: both let it pass.
    private static readonly (string Part, string Instead, int? Rule, string? Refusal)[] Mutations =
    [
        ("", "", null, null),
        ("Action=", "ACTION=", null, null),
        ("Expires=60", "Expires=900", null, null),
        ("Date=20260102T030405Z", "Date=20260102T025500Z", null, null),
        ("sts.us-west-2.amazonaws.com", "sts.amazonaws.com", null, null),
        ("sts.us-west-2.amazonaws.com", "sts-fips.us-west-2.amazonaws.com", null, null),
        ("sts.us-west-2.amazonaws.com", "sts.us-west-2.api.aws", null, null),
        ("Signature=00", "Signature=" + "0123456789".PadRight(4096, '0'), 1, "token is too large"),
        ("https://", "://", 4, "token does not hold a URL"),
        ("https://", "ftp://", 5, "unexpected scheme"),
        ("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com.cn", 6, "unexpected hostname"),
        ("sts.us-west-2.amazonaws.com", "sts.us-west-2.evil.example", 6, "unexpected hostname"),
        ("sts.us-west-2.amazonaws.com", "sts.us-west-2.amazonaws.com:8443", 6, "unexpected hostname"),
        ("sts.us-west-2.amazonaws.com", "sts.amazonaws.com@evil.example", 6, "could not parse region"),
        ("sts.us-west-2.amazonaws.com", "iam.us-west-2.amazonaws.com", 6, "unexpected hostname"),
        (".com/?", ".com/x?", 7, "unexpected path"),
        ("&Version", "&action=GetCallerIdentity&Version", 8, "duplicate query parameter"),
        ("&Version", "&Extra=1&Version", 9, "non-whitelisted query parameter"),
        ("&Version", "&Version=2011-06-15&Version", 10, "query parameter with multiple values"),
        ("GetCallerIdentity", "AssumeRole", 11, "unexpected action"),
        ("host%3Bx-k8s-aws-id", "host", 12, "did not sign the x-k8s-aws-id header"),
        ("Expires=60", "Expires=901", 13, "invalid X-Amz-Expires"),
        ("Expires=60", "Expires=-1", 13, "invalid X-Amz-Expires"),
        ("X-Amz-Expires=60&", "", 13, "invalid X-Amz-Expires"),
        ("X-Amz-Date=20260102T030405Z&", "", 14, "X-Amz-Date parameter must be present"),
        ("Date=20260102T030405Z", "Date=yesterday", 14, "error parsing X-Amz-Date"),
        ("Date=20260102T030405Z", "Date=20260102T025459Z", 14, "expired"),
    ];

    [Fact]
    public async Task Both_refuse_the_same_tokens_for_the_same_reason()
    {
        await using var cluster = await TestCluster.StartAsync(time: new FakeTimeProvider(Now));
        foreach (var (part, instead, rule, refusal) in Mutations)
        {
            var url = part.Length == 0 ? Good : Good.Replace(part, instead, StringComparison.Ordinal);
            Assert.True(part.Length == 0 || url != Good, part);
            await AgreeAsync(cluster, FakeIdentity.Token(url: url), rule, refusal);
        }
    }

    [Theory]
    [InlineData("aGVsbG8", 2, "missing expected")]
    [InlineData("k8s-aws-v2.aGVsbG8", 2, "missing expected")]
    [InlineData("k8s-aws-v1.aGVsbG8=", 3, "not unpadded base64url")]
    [InlineData("k8s-aws-v1.aGVs+G8", 3, "not unpadded base64url")]
    [InlineData("k8s-aws-v1.aGVsb", 3, "not unpadded base64url")]
    public async Task Both_refuse_what_cannot_be_decoded(string token, int rule, string refusal)
    {
        await using var cluster = await TestCluster.StartAsync(time: new FakeTimeProvider(Now));
        await AgreeAsync(cluster, token, rule, refusal);
    }

    [Fact]
    public async Task Both_refuse_the_global_host_outside_of_the_partition_aws()
    {
        await using var cluster = await TestCluster.StartAsync(time: new FakeTimeProvider(Now));
        cluster.Identity.Partition = "aws-cn";
        await AgreeAsync(cluster, FakeIdentity.Token(url: Good.Replace("sts.us-west-2", "sts", StringComparison.Ordinal)), 6, "global endpoint unsupported");
    }

    private static async Task AgreeAsync(TestCluster cluster, string token, int? rule, string? refusal)
    {
        var before = cluster.Api.RefusedTokens.Count;
        var (code, _) = await TestHttp.GetAsync(cluster, "/api/v1/nodes", token);
        var inspected = EksTokenInspector.Inspect(token, cluster.Identity.Partition, Now);
        var reason = cluster.Api.RefusedTokens.Skip(before).SingleOrDefault();

        Assert.Equal(rule, inspected.Findings.FirstOrDefault(f => f.IsRefusal)?.Rule);
        Assert.Equal((rule is null, rule is null), (inspected.IsValid, code == System.Net.HttpStatusCode.OK));
        Assert.Equal(rule is null, reason is null);
        Assert.Contains(refusal ?? "", reason ?? "", StringComparison.Ordinal);
    }
}
