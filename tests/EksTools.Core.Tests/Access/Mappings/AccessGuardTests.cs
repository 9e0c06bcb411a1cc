using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Guard;
using EksTools.Errors;
using static EksTools.Core.Tests.Access.Mappings.MappingFacts;

namespace EksTools.Core.Tests.Access.Mappings;

public sealed class AccessGuardTests
{
    private const string Admin = "AmazonEKSClusterAdminPolicy";
    private const string Node = "system:node:{{EC2PrivateDNSName}}";

    private static readonly NodeRolesInUse InUse = new(new Dictionary<string, string> { [Principal("node").Key] = "the node group g" }, null);

    [Fact]
    public void The_last_administrator_is_kept_whichever_way_it_has_its_rights()
    {
        ClusterAccess one = Letting(mapRoles: Row("a", "u", "system:masters"), entries: Entry("b", policy: Admin));
        Assert.Equal(["LastAdministrator"], Check(one, Letting(mapRoles: "[]")));
        Assert.Empty(Check(one, Letting(mapRoles: Row("a", "u", "system:masters"))));
        Assert.Empty(Check(one, Letting(mapRoles: "[]", entries: Entry("b", policy: Admin))));

        // An entry without the policy comes before the row with the group, and of a namespace nobody is administrator of the cluster.
        Assert.Equal(["LastAdministrator"], Check(one, Letting(mapRoles: Row("a", "u", "system:masters"), entries: [Entry("a"), Entry("b", policy: Admin, namespaces: "web")])));
        Assert.Empty(Check(Letting(), Letting()));
    }

    [Fact]
    public void In_the_mode_of_entries_alone_rows_keep_nobody_in()
    {
        ClusterAccess before = Letting(ClusterAccess.ApiMode, Row("a", "u", "system:masters"), Entry("b", policy: Admin));
        Assert.Equal(["LastAdministrator"], Check(before, Letting(ClusterAccess.ApiMode, Row("a", "u", "system:masters"))));
    }

    [Theory]
    [InlineData("", "CallerLockedOut")]
    [InlineData("devs", "CallerLosesRights")]
    [InlineData("devs ops", null)]
    [InlineData("ops devs more", null)]
    [InlineData("system:masters", null)]
    public void The_caller_keeps_what_it_has(string groups, string? refusal)
    {
        ClusterAccess before = Letting(mapRoles: Row("me", "u", "devs", "ops") + Row("other", "u", "system:masters"));
        ClusterAccess after = Letting(mapRoles: (groups.Length == 0 ? string.Empty : Row("me", "u", groups.Split(' '))) + Row("other", "u", "system:masters"));
        Assert.Equal(refusal is null ? [] : [refusal], Check(before, after, Principal("me")));
        Assert.Empty(Check(before, after, Principal("other")));
        Assert.Empty(Check(before, after));
    }

    [Fact]
    public void A_caller_whom_no_mapping_names_is_not_locked_out_by_one()
    {
        Assert.Empty(Check(Letting(ClusterAccess.ConfigMapMode, Row("a")), Letting(ClusterAccess.ConfigMapMode, "[]"), Principal("creator")));
    }

    [Fact]
    public void Narrower_policies_and_another_username_are_losses_that_are_named()
    {
        ClusterAccess before = Letting(entries: Entry("me", policy: "AmazonEKSEditPolicy"));
        Assert.Contains("the policy AmazonEKSEditPolicy outside web", Refusals(before, Letting(entries: Entry("me", policy: "AmazonEKSEditPolicy", namespaces: "web")), Principal("me"))[0].Message, StringComparison.Ordinal);
        Assert.Contains("the username someone", Refusals(before, Letting(entries: Entry("me", policy: "AmazonEKSEditPolicy") with { Username = "else" }), Principal("me"))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_of_nodes_in_use_is_kept_and_one_that_is_not_may_go()
    {
        string row = Row("node", Node, "system:bootstrappers", "system:nodes");
        Assert.Equal(["NodeRoleInUse"], Check(Letting(mapRoles: row), Letting(mapRoles: "[]"), nodes: InUse));
        Assert.Equal(["NodeRoleInUse"], Check(Letting(mapRoles: row), Letting(mapRoles: Row("node", Node, "system:nodes")), nodes: InUse));
        Assert.Empty(Check(Letting(mapRoles: row), Letting(mapRoles: Row("node", Node, "system:bootstrappers", "system:nodes", "more")), nodes: InUse));
        Assert.Empty(Check(Letting(mapRoles: row), Letting(mapRoles: "[]"), nodes: NodeRolesInUse.None));

        // The entry of the same role takes over; one that is for people does not.
        Assert.Empty(Check(Letting(mapRoles: row), Letting(mapRoles: "[]", entries: Entry("node", "EC2_LINUX")), nodes: InUse));
        Assert.Equal(["NodeRoleInUse"], Check(Letting(mapRoles: row), Letting(mapRoles: row, entries: Entry("node")), nodes: InUse));
    }

    [Theory]
    [InlineData("EC2_LINUX", true)]
    [InlineData("EC2_WINDOWS", false)]
    public void An_entry_for_Linux_takes_from_Windows_nodes_the_group_that_their_row_gives(string type, bool refused)
    {
        string row = Row("node", Node, "system:bootstrappers", "system:nodes", "eks:kube-proxy-windows");
        Assert.Equal(refused ? ["NodeRoleInUse"] : [], Check(Letting(mapRoles: row), Letting(mapRoles: row, entries: Entry("node", type)), nodes: InUse));

        // An entry for Windows that goes leaves a row which must give the group too.
        Assert.Empty(Check(Letting(mapRoles: row, entries: Entry("node", "EC2_WINDOWS")), Letting(mapRoles: row), nodes: InUse));
        string linux = Row("node", Node, "system:bootstrappers", "system:nodes");
        Assert.Equal(["NodeRoleInUse"], Check(Letting(mapRoles: linux, entries: Entry("node", "EC2_WINDOWS")), Letting(mapRoles: linux), nodes: InUse));
    }

    [Theory]
    [InlineData("HYBRID_LINUX")]
    [InlineData("HYPERPOD_LINUX")]
    public void Nodes_that_AWS_does_not_tell_of_count_as_there(string type)
    {
        EksToolsException refusal = Assert.Single(Refusals(Letting(entries: Entry("edge", type)), Letting(), null));
        Assert.Equal("NodeRoleInUse", refusal.ErrorId);
        Assert.Contains($"type {type}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_username_that_is_lost_is_a_loss_whatever_takes_its_place()
    {
        ClusterAccess before = Letting(mapRoles: Row("me", "jane"));
        ClusterAccess After(string? username) => Letting(mapRoles: Row("me", "jane"), entries: Entry("me", policy: "AmazonEKSViewPolicy") with { Username = username });
        Assert.Contains("the username jane", Assert.Single(Refusals(before, After(null), Principal("me"))).Message, StringComparison.Ordinal);
        Assert.Empty(Check(before, After("jane"), Principal("me")));
    }

    [Fact]
    public void Where_aws_auth_was_not_seen_entries_for_the_caller_and_for_nodes_must_give_all_that_it_may_give()
    {
        EksToolsException failure = new(EksErrorKind.Network, "ApiServerUnreachable", "Nothing answers.");
        string[] Unseen(NodeRolesInUse nodes, params EksIamMapping[] added) => [.. AccessGuard.Unseen(added, Principal("me"), nodes, failure).Select(static refusal => refusal.ErrorId)];
        Assert.Equal(["CallerLosesRights"], Unseen(InUse, Entry("me", policy: "AmazonEKSViewPolicy")));
        Assert.Equal(["CallerLosesRights"], Unseen(InUse, Entry("me", policy: Admin, namespaces: "web")));
        Assert.Empty(Unseen(InUse, Entry("me", policy: Admin), Entry("other")));
        Assert.Equal(["NodeRoleInUse"], Unseen(InUse, Entry("node")));
        Assert.Empty(Unseen(InUse, Entry("node", "EC2_LINUX")));

        // Nobody can tell: one refusal for all of them, and none for users.
        NodeRolesInUse unknown = new(new Dictionary<string, string>(), "node groups: no.");
        Assert.Equal(["NodeRoleInUse"], Unseen(unknown, Entry("a"), Entry("b")));
        Assert.Empty(Unseen(unknown, Entry("a") with { Kind = EksIamPrincipalKind.User, PrincipalArn = "arn:aws:iam::111122223333:user/a" }));
        Assert.Contains("Nothing answers.", AccessGuard.Unseen([Entry("node")], null, InUse, failure).Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nodes_cannot_be_looked_up_their_roles_count_as_in_use()
    {
        EksToolsException refusal = Assert.Single(Refusals(Letting(entries: Entry("node", "EC2_LINUX")), Letting(), null, new NodeRolesInUse(new Dictionary<string, string>(), "node groups: no.")));
        Assert.Equal("NodeRoleInUse", refusal.ErrorId);
        Assert.Contains("node groups: no.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_does_not_parse_is_told_with_its_place()
    {
        EksToolsException refusal = AccessGuard.Unparsable(Letting(mapRoles: "- rolearn: a\n  groups: [\n").ConfigMap, "demo")!;
        Assert.Equal("AwsAuthUnreadable", refusal.ErrorId);
        Assert.Matches(@"mapRoles, line \d+, column \d+", refusal.Message);
        Assert.Null(AccessGuard.Unparsable(Letting(mapRoles: Row("a")).ConfigMap, "demo"));
    }

    private static string[] Check(ClusterAccess before, ClusterAccess after, IamPrincipal? caller = null, NodeRolesInUse? nodes = null) => [.. Refusals(before, after, caller, nodes).Select(static refusal => refusal.ErrorId)];

    private static IReadOnlyList<EksToolsException> Refusals(ClusterAccess before, ClusterAccess after, IamPrincipal? caller, NodeRolesInUse? nodes = null) => new AccessGuard(before, after).Check(caller, nodes ?? NodeRolesInUse.None);
}
