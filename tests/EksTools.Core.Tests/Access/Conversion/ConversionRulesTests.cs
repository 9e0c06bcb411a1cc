using EksTools.Access;
using EksTools.Core.Access.Conversion;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;
using static EksTools.Core.Tests.Access.Reviews.Samples;

namespace EksTools.Core.Tests.Access.Conversion;

public sealed class ConversionRulesTests
{
    private static RowConversion One(string row, AccessFacts facts, params EksIamMapping[] entries) => Assert.Single(ConversionRules.Convert(Cluster(row, entries: entries), facts));

    private static string Policies(RowConversion row) => string.Join(" ", row.Change!.After.AccessPolicies.Select(static policy => $"{policy}"));

    [Theory]
    [InlineData("aws")]
    [InlineData("aws-cn")]
    [InlineData("aws-us-gov")]
    [InlineData("aws-iso-b")]
    public void Masters_become_the_policy_of_the_partition_and_the_path_comes_back(string partition)
    {
        string real = Role("aws-reserved/sso.amazonaws.com/x/AWSReservedSSO_Admin_0123", partition);
        RowConversion row = One(Row(Role("AWSReservedSSO_Admin_0123", partition), "admin:{{SessionName}}", "system:masters"), Facts([real], partition: partition));
        Assert.Equal(EksIamMappingConversionAction.Moved, row.Action);
        EksIamMappingConversion told = row.Describe(removing: true);
        Assert.Equal(real, told.PrincipalArn);
        Assert.Equal(Policy("AmazonEKSClusterAdminPolicy", partition), Assert.Single(told.AccessPolicies).PolicyArn);
        Assert.Equal("admin:{{SessionName}}", told.Entry!.Username);
        Assert.Empty(told.Entry.Groups);
        Assert.True(told.RowRemoved);
        Assert.Contains("path /aws-reserved/sso.amazonaws.com/x/ is restored", told.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("EC2_LINUX", "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers", "system:nodes")]
    [InlineData("EC2_WINDOWS", "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers", "system:nodes", "eks:kube-proxy-windows")]
    [InlineData("FARGATE_LINUX", "system:node:{{SessionName}}", "system:bootstrappers", "system:nodes", "system:node-proxier")]
    public void Node_roles_become_entries_of_their_type(string type, string username, params string[] groups)
    {
        RowConversion row = One(Row(Role("node"), username, groups), Facts([Role("node")]));
        Assert.Equal(type, row.Wish!.Type);
        Assert.Null(row.Wish.Username);
        Assert.Empty(row.Wish.Groups);
        Assert.Equal(EksIamMappingConversionAction.AlreadyThere, One(Row(Role("node"), username, groups), Facts([Role("node")]), Entry(Role("node"), type)).Action);
        Assert.Contains("type cannot be changed", One(Row(Role("node"), username, groups), Facts([Role("node")]), Entry(Role("node"))).Obstacle, StringComparison.Ordinal);
        Assert.Contains("system:masters", One(Row(Role("node"), username, [.. groups, "system:masters"]), Facts([Role("node")])).Obstacle, StringComparison.Ordinal);
        Assert.Contains("another account", One(Row(Role("node", account: "444455556666"), username, groups), Facts([])).Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_with_built_in_roles_become_policies_with_their_scope()
    {
        AccessFacts facts = Facts([Role("dev")], bindings: [Bound("viewers", "view"), Bound("editors", "edit", "a"), Bound("editors", "edit", "b"), Bound("owners", "admin", "c"), Bound("mixed", "view"), Bound("mixed", "custom"), new BoundRole("local", true, "edit", false, "a", "local")]);
        RowConversion row = One(Row(Role("dev"), "dev", "viewers", "editors", "owners", "mixed", "local", "free", "system:authenticated"), facts);
        Assert.Equal("AmazonEKSViewPolicy AmazonEKSEditPolicy (a, b) AmazonEKSAdminPolicy (c)", Policies(row));
        Assert.Equal(["mixed", "local", "free"], row.Wish!.Groups);
        Assert.Contains("viewers becomes AmazonEKSViewPolicy", row.Describe(false).Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_built_in_role_that_others_extend_keeps_its_group()
    {
        AccessFacts facts = Facts([Role("dev")], bindings: Bound("viewers", "view"));
        RowConversion row = One(Row(Role("dev"), "dev", "viewers"), facts with { Bindings = facts.Bindings! with { Extended = new HashSet<string> { "view" } } });
        Assert.Equal(["viewers"], row.Wish!.Groups);
        Assert.Equal("AmazonEKSViewPolicy", Policies(row));
    }

    [Theory]
    [InlineData("jane", "jane")]
    [InlineData("dev:{{SessionName}}", "dev:{{SessionName}}")]
    [InlineData("dev-{{SessionName}}", null)]
    [InlineData("system:jane", null)]
    [InlineData("dev:{{EC2PrivateDNSName}}", null)]
    public void A_username_is_kept_where_entries_allow_it(string username, string? kept)
    {
        RowConversion row = One(Row(Role("dev"), username, "devs"), Facts([Role("dev")]));
        Assert.Equal(kept, row.Wish!.Username);
        Assert.Equal(kept is null, row.Remarks.Any(static remark => remark.Contains("EKS gives its own", StringComparison.Ordinal)));
        if (kept is null)
        {
            Assert.Contains("a role binding names it", One(Row(Role("dev"), username, "devs"), Facts([Role("dev")], bindings: new BoundRole(username, false, "view", true, null, "b"))).Obstacle, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("dev-{{SessionName}}", "dev-alice", true)]
    [InlineData("dev-{{SessionNameRaw}}", "dev-alice@x.org", true)]
    [InlineData("dev-{{SessionName}}", "ops-alice", false)]
    [InlineData("dev.{{SessionName}}", "dev-alice", false)]
    [InlineData("system:{{AccountID}}", "system:111122223333", true)]
    [InlineData("system:{{AccountID}}", "system:444455556666", false)]
    [InlineData("system:jane", "system:jane", true)]
    [InlineData("system:jane", "system:janet", false)]
    public void A_username_that_a_binding_may_name_is_not_replaced(string username, string bound, bool named)
    {
        BoundRole binding = new(bound, false, "view", true, "a", "b");
        RowConversion row = One(Row(Role("dev"), username, "devs"), Facts([Role("dev")], bindings: binding));
        Assert.Equal(named ? EksIamMappingConversionAction.CannotMove : EksIamMappingConversionAction.Moved, row.Action);
        if (named)
        {
            Assert.Contains(bound == username ? "a role binding names it" : $"a role binding names {bound}", row.Obstacle, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Where_bindings_cannot_be_read_usernames_matter()
    {
        AccessFacts facts = Facts([Role("dev")]) with { Bindings = null };
        RowConversion refused = One(Row(Role("dev"), "dev-{{SessionName}}", "devs"), facts);
        Assert.Contains("could not be read", refused.Obstacle, StringComparison.Ordinal);
        Assert.False(refused.Goes);
        RowConversion kept = One(Row(Role("dev"), "dev:{{SessionName}}", "devs"), facts);
        Assert.Equal("dev:{{SessionName}} True True", $"{kept.Wish!.Username} {kept.Wish.UsernameMatters} {kept.Goes}");

        // An entry of another username counts already; what the row's was good for is to stay readable.
        RowConversion other = One(Row(Role("dev"), "dev", "devs"), facts, Entry(Role("dev"), username: "mine"));
        Assert.False(other.Goes);
        Assert.Contains("could not be read", other.Stays, StringComparison.Ordinal);
        Assert.True(One(Row(Role("dev"), "dev", "devs"), Facts([Role("dev")]), Entry(Role("dev"), username: "mine")).Goes);
        Assert.Contains("names it", One(Row(Role("dev"), "dev", "devs"), Facts([Role("dev")], bindings: new BoundRole("dev", false, "view", true, null, "b")), Entry(Role("dev"), username: "mine")).Stays, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_afterwards_compares_usernames_that_bindings_name()
    {
        EntryWish named = One(Row(Role("dev"), "dev:{{SessionName}}", "devs"), Facts([Role("dev")], bindings: new BoundRole("dev:alice", false, "view", true, null, "b"))).Wish!;
        Assert.Contains("lacks some of", MappingConversionJob.Missing(Cluster(entries: Entry(Role("dev"), username: "other", groups: ["devs"])), [named]), StringComparison.Ordinal);
        Assert.Null(MappingConversionJob.Missing(Cluster(entries: Entry(Role("dev"), username: "dev:{{SessionName}}", groups: ["devs"])), [named]));
        Assert.Contains("role bindings name dev:{{SessionName}}", EntryDelta.Obstacle(named, Entry(Role("dev"), username: "other")), StringComparison.Ordinal);
        Assert.Null(MappingConversionJob.Missing(Cluster(entries: Entry(Role("dev"), username: "other", groups: ["devs"])), [One(Row(Role("dev"), "dev:{{SessionName}}", "devs"), Facts([Role("dev")])).Wish!]));
    }

    [Fact]
    public void A_row_that_was_changed_meanwhile_is_not_told_as_removed()
    {
        ClusterAccess access = Cluster(Row(Role("gone"), "x", "a") + Row(Role("changed"), "x", "a") + Row(Role("removed"), "x", "a") + Row(Role("twice"), "x", "a") + Row(Role("twice"), "x", "a"));
        RowConversion[] rows = [.. ConversionRules.Convert(access, Facts([Role("gone"), Role("changed"), Role("removed"), Role("twice")]))];
        EksIamMapping[] going = [.. rows.Select(static row => row.Row)];
        EksIamMappingChange[] done = [.. new[] { going[2], going[3] }.Select(static row => new EksIamMappingChange { ClusterName = "demo", Region = "us-west-2", Change = EksIamMappingChangeKind.Removed, Before = row })];
        AwsAuthMap after = Cluster(Row(Role("changed"), "x", "a", "more") + Row(Role("twice"), "x", "a")).ConfigMap!;
        IReadOnlyList<EksIamMapping> staying = RemovedRows.Staying(going, done, after);
        Assert.Equal([going[1], going[4]], staying);
        Assert.Empty(RemovedRows.Staying(going, done, null));

        ConversionProgress progress = new(rows);
        progress.Keep(staying[0], "it was changed meanwhile");
        Assert.Equal([true, false, true, true, true], progress.Rows.Select(static row => row.Describe(removing: true).RowRemoved));
        Assert.Contains("the row stays: it was changed meanwhile", progress.Rows[1].Describe(removing: true).Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_entry_that_is_there_is_given_what_it_lacks_and_loses_nothing()
    {
        EksIamMapping there = Entry(Role("dev"), username: "mine", groups: ["x"], policies: [Scope("AmazonEKSEditPolicy", "a"), Scope("AmazonEKSAdminPolicy", "z")]);
        RowConversion row = One(Row(Role("dev"), "dev", "more", "editors"), Facts([Role("dev")], bindings: Bound("editors", "edit", "b")), there);
        Assert.Equal(EksIamMappingConversionAction.Merged, row.Action);
        Assert.Equal(["x", "more"], row.Change!.Groups);
        Assert.Equal("AmazonEKSEditPolicy (b, a)", $"{Assert.Single(row.Change.Policies)}");
        Assert.Equal("AmazonEKSAdminPolicy (z) AmazonEKSEditPolicy (b, a)", Policies(row));
        Assert.Equal("mine", row.Change.After.Username);
        Assert.Contains("keeps its username, mine", row.Describe(false).Reason, StringComparison.Ordinal);
        Assert.Equal(EksIamMappingConversionAction.AlreadyThere, One(Row(Role("dev"), "mine", "more"), Facts([Role("dev")]), row.Change.After).Action);

        // The whole cluster holds every namespace.
        Assert.Equal(EksIamMappingConversionAction.AlreadyThere, One(Row(Role("dev"), "mine", "editors"), Facts([Role("dev")], bindings: Bound("editors", "edit", "b")), Entry(Role("dev"), policies: Scope("AmazonEKSEditPolicy"))).Action);
    }

    public static TheoryData<string, string> Obstacles() => new()
    {
        { Row(Role("gone"), "x", "devs"), "IAM knows no role gone" },
        { Row(Role("dev", "aws-cn"), "x", "devs"), "partition aws-cn" },
        { Row(Role("dev"), "x", "system:kube-controller-manager"), "system:kube-controller-manager" },
        { Row(Role("dev"), "x", "eks:cluster-bootstrap"), "eks:cluster-bootstrap" },
        { Row($"arn:aws:iam::{Account}:root", "x", "devs"), "neither" },
        { Row($"arn:aws:sts::{Account}:assumed-role/dev/jane", "x", "devs"), "session" },
        { "- username: x\n", "no rolearn" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void What_cannot_be_moved_says_why(string row, string why)
    {
        EksIamMappingConversion told = One(row, Facts([Role("dev")], [Role("gone")])).Describe(removing: true);
        Assert.Equal(EksIamMappingConversionAction.CannotMove, told.Action);
        Assert.Contains(why, told.Reason, StringComparison.Ordinal);
        Assert.False(told.RowRemoved);
        Assert.Null(told.Entry);
    }

    [Fact]
    public void Of_rows_of_one_principal_the_one_that_counts_is_moved()
    {
        ClusterAccess access = Cluster(Row(Role("dev"), "one", "a") + Row(Role("dev"), "two", "b") + Row(Role("dev"), "two", "b"), accounts: "- \"444455556666\"\n");
        IReadOnlyList<RowConversion> rows = ConversionRules.Convert(access, Facts([Role("dev")]));
        Assert.Equal(["CannotMove", "AlreadyThere", "Moved", "CannotMove"], rows.Select(static row => $"{row.Action}"));
        Assert.Contains("Line 9 names the same principal with other rights", rows[0].Describe(false).Reason, StringComparison.Ordinal);
        Assert.Equal([false, true, true, false], rows.Select(static row => row.Describe(removing: true).RowRemoved));
    }

    [Fact]
    public void Rows_whose_path_nobody_can_tell_get_an_entry_and_stay()
    {
        RowConversion foreign = One(Row(Role("dev", account: "444455556666"), "x", "devs"), Facts([]));
        Assert.Equal(EksIamMappingConversionAction.Moved, foreign.Action);
        Assert.False(foreign.Describe(removing: true).RowRemoved);
        Assert.Contains("The row stays", foreign.Describe(removing: true).Reason, StringComparison.OrdinalIgnoreCase);
        Assert.False(One(Row(Role("dev"), "x", "devs"), Facts([])).Goes);
    }

    [Fact]
    public void An_entry_that_is_there_tells_the_path_that_IAM_does_not()
    {
        RowConversion row = One(Row(Role("dev", account: "444455556666"), "x", "devs"), Facts([]), Entry(Role("teams/dev", account: "444455556666")));
        Assert.Equal($"Merged {Role("teams/dev", account: "444455556666")} True", $"{row.Action} {row.Wish!.Principal} {row.Goes}");

        // One of another path is another principal's, and no help.
        Assert.Equal(EksIamMappingConversionAction.Moved, One(Row(Role("dev"), "x", "devs"), Facts([Role("new/dev")]), Entry(Role("old/dev"))).Action);
    }

    [Fact]
    public void The_check_afterwards_names_who_lacks_what()
    {
        EntryWish wish = One(Row(Role("dev"), "x", "devs", "system:masters"), Facts([Role("dev")])).Wish!;
        Assert.Contains("has no access entry that counts", MappingConversionJob.Missing(Cluster(), [wish]), StringComparison.Ordinal);
        Assert.Contains("lacks some of: group devs, AmazonEKSClusterAdminPolicy", MappingConversionJob.Missing(Cluster(entries: Entry(Role("dev"), groups: ["devs"])), [wish]), StringComparison.Ordinal);
        Assert.Null(MappingConversionJob.Missing(Cluster(entries: Entry(Role("dev"), groups: ["devs", "x"], policies: Scope("AmazonEKSClusterAdminPolicy"))), [wish]));
        Assert.Contains("no access entry that counts", MappingConversionJob.Missing(Cluster(mode: ClusterAccess.ConfigMapMode, entries: Entry(Role("dev"), groups: ["devs"])), [wish]), StringComparison.Ordinal);
    }
}
