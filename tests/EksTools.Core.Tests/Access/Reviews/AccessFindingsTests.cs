using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;
using EksTools.Findings;
using static EksTools.Core.Tests.Access.Reviews.Samples;
using EksTools.Core.Nodes;

namespace EksTools.Core.Tests.Access.Reviews;

public sealed class AccessFindingsTests
{
    private static readonly EksIamMapping Admin = Entry(Role("admin"), policies: Scope("AmazonEKSClusterAdminPolicy"));
    private static readonly AccessFacts Known = Facts([Role("admin"), Role("dev"), Role("node"), User("jane")], [Role("gone")], bindings: Bound("devs", "view"));

    private static EksIamMappingFinding One(string rule, ClusterAccess access, AccessFacts? facts = null)
    {
        EksIamMappingFinding finding = Assert.Single(AccessFindings.Find(access, facts ?? Known), finding => finding.Rule == rule);
        Assert.Equal("demo us-west-2", $"{finding.ClusterName} {finding.Region}");
        Assert.EndsWith(".", finding.Message, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Where);
        Assert.NotEmpty(finding.Fix);
        return finding;
    }

    private static ClusterAccess With(string? roles = null, string? users = null, string? accounts = null) => Cluster(roles, users, accounts, entries: Admin);

    [Fact]
    public void A_cluster_in_order_has_no_findings() => Assert.Empty(AccessFindings.Find(
        Cluster(NodeRow(Role("node")) + Row(Role("dev"), "dev:{{SessionName}}", "devs"), Row(User("jane"), "jane", "system:masters"), entries: Admin),
        Known with { NodeRoles = [new NodeRole(Role("node"), NodeKind.Linux, "the node group default")] }));

    public static TheoryData<string, EksFindingSeverity, string, int?> Rows() => new()
    {
        { "RolePathInRow", EksFindingSeverity.Error, Row(Role("teams/dev"), "dev", "devs"), 1 },
        { "ArnNotCanonical", EksFindingSeverity.Error, Row($"arn:aws:sts::{Account}:assumed-role/dev/jane", "dev", "devs"), 1 },
        { "AccountIdNotValid", EksFindingSeverity.Error, Row("arn:aws:iam::11223333:role/dev", "dev", "devs"), 1 },
        { "NotAPrincipal", EksFindingSeverity.Error, Row($"arn:aws:iam::{Account}:instance-profile/dev", "dev", "devs"), 1 },
        { "OtherPartition", EksFindingSeverity.Error, Row(Role("dev", "aws-cn"), "dev", "devs"), 1 },
        { "OtherAccount", EksFindingSeverity.Information, Row(Role("dev", account: "444455556666"), "dev", "devs"), 1 },
        { "OtherAccount", EksFindingSeverity.Warning, Row(Role("dev", account: "444455556666"), "dev", "system:masters"), 1 },
        { "PrincipalUnknown", EksFindingSeverity.Warning, Row(Role("gone"), "gone", "devs"), 1 },
        { "NodeRoleUnused", EksFindingSeverity.Warning, NodeRow(Role("node")), 1 },
        { "UsernameMissing", EksFindingSeverity.Warning, $"- rolearn: {Role("dev")}\n  groups: [devs]\n", 1 },
        { "UsernameReserved", EksFindingSeverity.Warning, Row(Role("dev"), "system:kube-scheduler", "devs"), 1 },
        { "TemplateUnknown", EksFindingSeverity.Warning, Row(Role("dev"), "dev:{{Session}}", "devs"), 1 },
        { "GroupsMerged", EksFindingSeverity.Error, Row(Role("dev"), "dev", "devs\n    - system:masters"), 1 },
        { "GroupUnknown", EksFindingSeverity.Information, Row(Role("dev"), "dev", "nobody"), 1 },
        { "NodesAreMasters", EksFindingSeverity.Error, Row(Role("node"), "system:node:{{EC2PrivateDNSName}}", "system:nodes", "system:masters"), 1 },
        { "NodeGroupsOnOthers", EksFindingSeverity.Error, Row(Role("dev"), "dev", "system:nodes"), 1 },
        { "DuplicateRow", EksFindingSeverity.Warning, Row(Role("dev"), "dev", "devs") + Row(Role("dev"), "dev", "devs"), 1 },
        { "OverriddenByEntry", EksFindingSeverity.Warning, Row(Role("admin"), "admin", "system:masters"), 1 },
        { "RowDropped", EksFindingSeverity.Error, Row(Role("dev"), "dev", "devs") + "- username: x\n", 5 },
        { "RowMisread", EksFindingSeverity.Warning, $"- rolearn: {Role("dev")}\n  username: dev\n  groups: devs\n", 1 },
        { "RowKeyOfWrongCase", EksFindingSeverity.Information, $"- RoleARN: {Role("dev")}\n  username: dev\n  groups: [devs]\n", 1 },
        { "ValueNotValid", EksFindingSeverity.Error, Row(Role("dev"), "dev", "devs") + "- rolearn: [\n", null },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_is_found_out(string rule, EksFindingSeverity severity, string rows, int? line)
    {
        EksIamMappingFinding finding = One(rule, With(rows));
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(EksIamMappingSource.ConfigMap, finding.Source);
        Assert.Equal(line ?? finding.Line, finding.Line);
    }

    [Fact]
    public void A_row_of_mapUsers_is_shadowed_by_mapRoles() =>
        Assert.Contains("mapRoles", One("ShadowedByRole", With(Row(Role("dev"), "dev", "devs"), $"- userarn: {Role("dev")}\n  username: dev\n  groups: [devs]\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Accounts_are_told_and_must_have_twelve_digits()
    {
        Assert.Equal(EksFindingSeverity.Warning, One("WholeAccount", With(accounts: "- \"444455556666\"\n")).Severity);
        EksIamMappingFinding finding = One("AccountIdNotValid", With(accounts: "- \"444455556666\"\n- 12345\n"));
        Assert.Equal("2 Error", $"{finding.Line} {finding.Severity}");
    }

    [Fact]
    public void A_key_of_the_wrong_case_is_renamed_unless_both_are_there()
    {
        Assert.Contains("\"from\":\"/data/maproles\",\"path\":\"/data/mapRoles\"", One("KeyOfWrongCase", Cluster(new Dictionary<string, string> { ["maproles"] = Row(Role("dev"), "dev") }, entries: Admin)).Fix, StringComparison.Ordinal);
        Assert.StartsWith("kubectl edit", One("KeyOfWrongCase", Cluster(new Dictionary<string, string> { ["MapRoles"] = "", ["mapRoles"] = "" }, entries: Admin)).Fix, StringComparison.Ordinal);
        One("KeyUnknown", Cluster(new Dictionary<string, string> { ["mapGroups"] = "" }, entries: Admin));
    }

    [Fact]
    public void A_broken_mapRoles_is_the_gravest_and_comes_first()
    {
        EksIamMappingFinding finding = AccessFindings.Find(With(Row(Role("x"), "x", "y") + " broken: [\n", Row(User("jane"), "jane", "nobody")), Known)[0];
        Assert.Equal("ValueNotValid", finding.Rule);
        Assert.Contains("the nodes' roles", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_are_held_against_IAM()
    {
        Assert.Equal(EksFindingSeverity.Error, One("PrincipalUnknown", Cluster(entries: [Admin, Entry(Role("gone"))])).Severity);
        AccessFacts moved = Facts([Role("admin"), Role("teams/dev")]);
        Assert.Contains(Role("teams/dev"), One("EntryOtherPath", Cluster(entries: [Admin, Entry(Role("dev"))]), moved).Fix, StringComparison.Ordinal);
        AccessFacts young = Known with { Principals = new Dictionary<string, PrincipalFact> { [Role("dev")] = new(Role("dev"), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), true) } };
        One("PrincipalMadeAnew", Cluster(entries: [Admin, Entry(Role("dev"))]), young);
        One("NodeRoleUnused", Cluster(entries: [Admin, Entry(Role("node"), "EC2_LINUX")]));
        One("AccessPolicyUnknown", Cluster(entries: [Admin, Entry(Role("dev"), policies: Scope("AmazonEKSNoSuchPolicy"))]));
        One("GroupUnknown", Cluster(entries: [Admin, Entry(Role("dev"), groups: ["nobody"])]));
    }

    [Fact]
    public void Nodes_that_cannot_join_are_told()
    {
        AccessFacts facts = Known with { NodeRoles = [new NodeRole(Role("node"), NodeKind.Linux, "the node group default")] };
        EksIamMappingFinding finding = One("NodeRoleMissing", With(), facts);
        Assert.Contains("the node group default", finding.Message, StringComparison.Ordinal);
        Assert.Equal(EksFindingSeverity.Error, finding.Severity);
        One("NodeRoleNotForNodes", With(Row(Role("node"), "dev", "devs")), facts);
        One("WindowsGroupMissing", With(NodeRow(Role("node"))), Known with { NodeRoles = [new NodeRole(Role("node"), NodeKind.Windows, "the node group win")] });

        // What may not be read, and a value that is lost anyway, say nothing about nodes.
        Assert.DoesNotContain(AccessFindings.Find(With() with { ConfigMap = null, ConfigMapUnreadable = "denied" }, facts), static finding => finding.Rule == "NodeRoleMissing");
        Assert.DoesNotContain(AccessFindings.Find(With("- ["), facts), static finding => finding.Rule == "NodeRoleMissing");
    }

    [Fact]
    public void The_mode_is_judged()
    {
        Assert.Contains("-WhatIf", One("ConfigMapMode", Cluster(mode: ClusterAccess.ConfigMapMode)).Fix, StringComparison.Ordinal);
        One("ConfigMapUnused", Cluster(Row(Role("dev"), "dev"), mode: ClusterAccess.ApiMode, entries: Admin));
        One("NoAdministrator", Cluster(entries: Entry(Role("dev"))));
    }

    [Fact]
    public void What_could_not_be_found_out_is_not_held_against_anybody() => Assert.Empty(AccessFindings.Find(
        Cluster(NodeRow(Role("node")) + Row(Role("gone"), "gone", "nobody"), entries: Admin with { AccessPolicies = [Scope("AmazonEKSClusterAdminPolicy"), Scope("AmazonEKSNoSuchPolicy")] }),
        new AccessFacts { AccountId = Account, Partition = "aws" }));
}
