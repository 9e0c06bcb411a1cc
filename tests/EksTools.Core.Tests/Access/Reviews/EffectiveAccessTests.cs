using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;
using static EksTools.Core.Tests.Access.Reviews.Samples;

namespace EksTools.Core.Tests.Access.Reviews;

public sealed class EffectiveAccessTests
{
    private static EksEffectiveAccess Of(ClusterAccess access, string arn) => EffectiveAccess.Of(access, AccessSubject.Parse(arn)!);

    [Fact]
    public void An_access_entry_comes_before_rows_and_brings_the_groups_of_its_type()
    {
        EksEffectiveAccess access = Of(Cluster(NodeRow(Role("node")) + Row(Role("node"), "other", "system:masters"), entries: Entry(Role("node"), "EC2_WINDOWS", "system:node:{{EC2PrivateDNSName}}")), Role("node"));
        Assert.Equal(EksIamMappingSource.AccessEntry, access.Rule!.Source);
        Assert.Equal(["system:nodes", "eks:kube-proxy-windows", "system:authenticated"], access.Groups);
        Assert.False(access.IsAdmin == true);
        Assert.Equal(2, access.ShadowedRules.Count);
        Assert.All(access.ShadowedRules, static rule => Assert.Equal("an access entry of the principal comes first", rule.Ineffective));
        Assert.Contains("EC2PrivateDNSName", Assert.Single(access.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_row_of_an_ARN_wins_and_a_path_never_does()
    {
        string rows = Row(Role("dev"), "one", "a") + Row(Role("teams/dev"), "path", "system:masters") + Row(Role("DEV"), "two", "b");
        EksEffectiveAccess access = Of(Cluster(rows, mode: ClusterAccess.ConfigMapMode), Role("dev"));
        Assert.Equal("two", access.Username);
        Assert.Equal(["b", "system:authenticated"], access.Groups);
        Assert.Contains("Line", access.Reason, StringComparison.Ordinal);
        Assert.Equal(["line 9 names the same ARN, and the last one wins", "its ARN has a path, which STS never tells; the row matches nobody"], access.ShadowedRules.Select(static rule => rule.Ineffective));
    }

    [Fact]
    public void A_session_fills_in_the_templates()
    {
        string row = Row(Role("dev"), "dev:{{SessionName}}:{{SessionNameRaw}}:{{AccountID}}", "team-{{SessionName}}");
        EksEffectiveAccess session = Of(Cluster(row), $"arn:aws:sts::{Account}:assumed-role/dev/jane@example.com");
        Assert.Equal($"dev:jane-example.com:jane@example.com:{Account}", session.Username);
        Assert.Equal(["team-jane-example.com", "system:authenticated"], session.Groups);
        Assert.Empty(session.Notes);
        Assert.Equal("dev:{{SessionName}}:{{SessionNameRaw}}:" + Account, Of(Cluster(row), Role("dev")).Username);
        Assert.Contains("{{SessionName}}", Assert.Single(Of(Cluster(row), Role("dev")).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_lets_in_without_groups_and_only_whom_no_rule_names()
    {
        ClusterAccess access = Cluster(Row(Role("dev"), "dev", "devs"), accounts: $"- \"{Account}\"\n");
        EksEffectiveAccess other = Of(access, Role("ops/other"));
        Assert.Equal(Role("other"), other.Username);
        Assert.Equal(["system:authenticated"], other.Groups);
        EksEffectiveAccess named = Of(access, Role("dev"));
        Assert.Equal("dev", named.Username);
        Assert.Equal("a rule for the principal itself comes first", Assert.Single(named.ShadowedRules).Ineffective);
        Assert.True(Of(access, $"arn:aws:iam::{Account}:root").Allowed);
    }

    [Theory]
    [InlineData(ClusterAccess.BothMode, false)]
    [InlineData(ClusterAccess.ApiMode, false)]
    [InlineData(ClusterAccess.ConfigMapMode, null)]
    public void No_way_in_says_what_to_do(string mode, bool? allowed)
    {
        EksEffectiveAccess access = Of(Cluster(mode: mode), Role("dev"));
        Assert.Equal(allowed, access.Allowed);
        Assert.Null(access.Rule);
        Assert.Null(access.Username);
        Assert.Contains($"Add-EksIamMapping demo -Region us-west-2 -PrincipalArn {Role("dev")}", access.Reason, StringComparison.Ordinal);
        Assert.Equal(mode == ClusterAccess.ConfigMapMode, access.Notes.Any(static note => note.Contains("created the cluster", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_cannot_be_read_is_not_denied()
    {
        EksEffectiveAccess access = Of(Cluster() with { ConfigMap = null, ConfigMapUnreadable = "Nobody answers." }, Role("dev"));
        Assert.Null(access.Allowed);
        Assert.Contains("Nobody answers.", Assert.Single(access.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AmazonEKSClusterAdminPolicy", null, true)]
    [InlineData("AmazonEKSClusterAdminPolicy", "dev", false)]
    [InlineData("AmazonEKSAdminPolicy", null, false)]
    public void An_administrator_is_one_in_the_whole_cluster(string policy, string? space, bool admin) =>
        Assert.Equal(admin, Of(Cluster(entries: Entry(Role("dev"), policies: Scope(policy, space is null ? [] : [space]))), Role("dev")).IsAdmin);

    [Theory]
    [InlineData("arn:aws:iam::111122223333:group/x")]
    [InlineData("arn:aws:iam::1234:role/x")]
    [InlineData("role/x")]
    [InlineData("arn:aws:ec2:us-west-2:111122223333:instance/i-1")]
    public void What_is_no_principal_is_none(string arn) => Assert.Null(AccessSubject.Parse(arn));

    [Fact]
    public void Thousands_of_rows_are_looked_up_in_no_time()
    {
        string rows = string.Concat(Enumerable.Range(0, 3000).Select(static number => Row(Role($"r{number}"), "x", "g")));
        AccessLookup lookup = new(Cluster(rows));
        Assert.All(Enumerable.Range(0, 3000), number => Assert.NotNull(lookup.Resolve(AccessSubject.Parse(Role($"r{number}"))!).Rule));
    }
}
