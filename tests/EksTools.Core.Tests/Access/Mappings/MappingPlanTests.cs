using System.Diagnostics;
using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Mappings.Undo;
using EksTools.Errors;
using static EksTools.Core.Tests.Access.Mappings.MappingFacts;

namespace EksTools.Core.Tests.Access.Mappings;

public sealed class MappingPlanTests
{
    [Theory]
    [InlineData(ClusterAccess.ConfigMapMode, "Auto", null, "ConfigMap")]
    [InlineData(ClusterAccess.BothMode, "Auto", null, "AccessEntry")]
    [InlineData(ClusterAccess.BothMode, "Auto", "ConfigMap", "ConfigMap")]
    [InlineData(ClusterAccess.BothMode, "ConfigMap", "AccessEntry", "ConfigMap")]
    [InlineData(ClusterAccess.ApiMode, "Auto", "ConfigMap", "AccessEntry")]
    [InlineData(ClusterAccess.ConfigMapMode, "Auto", "AccessEntry", "ConfigMap")]
    public void A_new_mapping_stands_where_it_is_said_or_was_or_where_the_mode_prefers(string mode, string target, string? copyOf, string source)
    {
        MappingIntent intent = Intend(Letting(mode), new EksIamMappingRequest { PrincipalArn = Role("a"), Groups = ["g"], Target = Enum.Parse<EksIamMappingTarget>(target), CopyOf = copyOf is null ? null : Enum.Parse<EksIamMappingSource>(copyOf) });
        Assert.Equal(source, intent.Source.ToString());
    }

    [Fact]
    public void Requests_about_one_principal_add_up_or_contradict_each_other()
    {
        MappingIntents intents = new(Letting(ClusterAccess.ApiMode), "aws", force: false);
        intents.Add(new EksIamMappingRequest { PrincipalArn = Role("a"), Groups = ["one"], AccessPolicies = [Policy("V", "web")] });
        intents.Add(new EksIamMappingRequest { PrincipalArn = "arn:aws:sts::111122223333:assumed-role/A/session", Groups = ["two"], Username = "x:{{SessionName}}", AccessPolicies = [Policy("V", "shop"), Policy("E")] });
        MappingIntent intent = Assert.Single(intents.Intents);
        Assert.Equal(["one", "two"], intent.Groups!);
        Assert.Equal(["V (web, shop)", "E"], intent.Policies!.Select(static policy => policy.ToString()));
        Assert.Equal("ContradictoryMapping", Assert.Throws<EksToolsException>(() => intents.Add(new EksIamMappingRequest { PrincipalArn = Role("a"), Username = "y" })).ErrorId);
    }

    [Theory]
    [InlineData("Linux", "EC2_LINUX", "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers system:nodes")]
    [InlineData("Windows", "EC2_WINDOWS", "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers system:nodes eks:kube-proxy-windows")]
    [InlineData("Linux, Windows", "EC2_WINDOWS", "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers system:nodes eks:kube-proxy-windows")]
    [InlineData("Fargate", "FARGATE_LINUX", "system:node:{{SessionName}}", "system:bootstrappers system:nodes system:node-proxier")]
    public void Roles_of_nodes_get_the_rows_and_the_types_that_let_nodes_join(string kinds, string type, string username, string groups)
    {
        EksNodeRoleKinds nodes = Enum.Parse<EksNodeRoleKinds>(kinds);
        MappingIntent row = Intend(Letting(ClusterAccess.ConfigMapMode), new EksIamMappingRequest { PrincipalArn = Role("n"), NodeRole = nodes });
        Assert.Equal((username, groups), (row.Username, string.Join(' ', row.Groups!)));
        MappingIntent entry = Intend(Letting(ClusterAccess.ApiMode), new EksIamMappingRequest { PrincipalArn = Role("n"), NodeRole = nodes });
        EksIamMapping made = EntryChanges.Upsert(Letting().Cluster, entry, null).Change.After!;
        Assert.Equal((type, null, 0), (made.Type, made.Username, made.Groups.Count));

        // A row of nodes that is piped in is one as an entry too.
        MappingIntent moved = Intend(Letting(ClusterAccess.ApiMode), new EksIamMappingRequest { PrincipalArn = Role("n"), Username = row.Username, Groups = row.Groups });
        Assert.Equal(type, EntryChanges.Upsert(Letting().Cluster, moved, null).Change.After!.Type);
    }

    [Fact]
    public void Naming_a_role_of_nodes_takes_no_group_away_from_it()
    {
        ClusterAccess access = Letting(ClusterAccess.ConfigMapMode, Row("n", "system:node:{{EC2PrivateDNSName}}", "system:bootstrappers", "system:nodes", "eks:kube-proxy-windows"));
        MappingIntent intent = Intend(access, new EksIamMappingRequest { PrincipalArn = Role("n"), NodeRole = EksNodeRoleKinds.Linux });
        Assert.Equal(EksIamMappingChangeKind.Unchanged, MappingPlan.Make(access, [new RowWish(changes => [changes.Upsert(intent)])], []).Rows[0][0].Change);
    }

    [Fact]
    public void A_row_with_a_path_is_brought_to_the_ARN_that_matches()
    {
        ClusterAccess access = Letting(ClusterAccess.ConfigMapMode, Row("team/a", "kept", "g"));
        MappingIntent intent = Intend(access, new EksIamMappingRequest { PrincipalArn = Role("team/a"), Groups = ["g"] });
        EksIamMappingChange change = MappingPlan.Make(access, [new RowWish(changes => [changes.Upsert(intent)])], []).Rows[0][0];
        Assert.Equal((EksIamMappingChangeKind.Updated, Role("a"), "kept", null), (change.Change, change.PrincipalArn, change.Username, change.After!.Ineffective));
        Assert.Equal(2, change.Details.Count);
    }

    [Fact]
    public void A_new_entry_keeps_the_username_of_the_row_that_it_comes_before()
    {
        EksIamMappingRequest request = new() { PrincipalArn = Role("j"), AccessPolicies = [Policy("V")] };
        MappingIntent intent = Intend(Letting(mapRoles: Row("j", "jane")), request);
        Assert.Equal("jane", EntryChanges.Upsert(Letting().Cluster, intent, null).Change.After!.Username);
        Assert.Contains("the row's username jane stays", intent.Details);

        // One that is said takes its place; what an entry cannot have is refused, and with force left to EKS.
        Assert.Equal("other", EntryChanges.Upsert(Letting().Cluster, Intend(Letting(mapRoles: Row("j", "jane")), request with { Username = "other" }), null).Change.After!.Username);
        ClusterAccess reserved = Letting(mapRoles: Row("j", "jane-{{SessionName}}"));
        Assert.Equal("RowWouldBeShadowed", Assert.Throws<EksToolsException>(() => Intend(reserved, request)).ErrorId);
        MappingIntents forced = new(reserved, "aws", force: true);
        forced.Add(request);
        Assert.Null(EntryChanges.Upsert(reserved.Cluster, forced.Intents[0], null).Change.After!.Username);
    }

    [Fact]
    public void Entries_are_told_by_their_whole_ARN_and_by_the_name_only_where_one_has_it()
    {
        EntryTable both = new([Entry("a"), Entry("team/a"), Entry("left/b")]);
        Assert.Equal(Role("a"), both.Find("arn:aws:sts::111122223333:assumed-role/A/session")!.PrincipalArn);
        Assert.Equal(Role("team/a"), both.Find(Role("team/A"))!.PrincipalArn);
        Assert.Null(both.Find(Role("other/a")));
        Assert.Equal(Role("left/b"), both.Find(Role("b"))!.PrincipalArn);
        Assert.Null(both.Find(Role("wrong/b")));
        Assert.Null(new EntryTable([Entry("x/a"), Entry("y/a")]).Find(Role("a")));

        // Both of one name in one plan, each its own.
        ClusterAccess access = Letting(entries: [Entry("a"), Entry("team/a")]);
        Assert.Equal([Role("a")], MappingPlan.Make(access, [], [EntryChanges.Remove(access.Cluster, access.Entries[1])]).After.Entries.Select(static entry => entry.PrincipalArn));
        Assert.Empty(MappingPlan.Make(access, [], [.. access.Entries.Select(entry => EntryChanges.Remove(access.Cluster, entry))]).After.Entries);
    }

    [Fact]
    public void From_an_entry_that_somebody_else_made_meanwhile_nothing_is_taken()
    {
        EksIamMapping theirs = Entry("a", policy: "V") with { Groups = ["theirs"] };
        MappingIntent intent = Intend(Letting(), new EksIamMappingRequest { PrincipalArn = Role("a"), Username = "mine", Groups = ["mine"], AccessPolicies = [new EksAccessPolicyScope { PolicyArn = theirs.AccessPolicies[0].PolicyArn, Namespaces = ["web"] }, Policy("E")] });
        EntryChange change = EntryChanges.Upsert(Letting().Cluster, EntryChanges.AddingTo(theirs, intent), theirs);
        Assert.Equal(("someone", "theirs mine", "V E"), (change.Change.After!.Username, string.Join(' ', change.Change.After.Groups), string.Join(' ', change.Change.After.AccessPolicies)));
        Assert.Equal(["E"], change.Associate.Select(static policy => policy.ToString()));
        Assert.Empty(change.Disassociate);
        Assert.Contains("somebody else made the entry meanwhile; its username someone stays", change.Change.Details);
    }

    [Fact]
    public void Five_thousand_rows_are_planned_in_a_moment()
    {
        ClusterAccess access = Letting(ClusterAccess.ConfigMapMode, Row("first"));
        MappingIntents intents = new(access, "aws", force: false);
        for (int i = 0; i < 5000; i++)
        {
            intents.Add(new EksIamMappingRequest { PrincipalArn = Role($"r{i:0000}"), Groups = ["devs", "ops"] });
        }

        Stopwatch watch = Stopwatch.StartNew();
        MappingPlan plan = MappingPlan.Make(access, [.. intents.Intents.Select(static intent => new RowWish(changes => [changes.Upsert(intent)]))], []);
        TimeSpan planned = watch.Elapsed;
        watch.Restart();
        AwsAuthMap.Parse(plan.After.ConfigMap!.Data);
        TimeSpan parsed = watch.Elapsed;
        watch.Restart();
        AccessRules.List(plan.After);
        TestContext.Current.TestOutputHelper!.WriteLine($"planned {planned.TotalSeconds:0.00} s, parsed {parsed.TotalSeconds:0.00} s, listed {watch.Elapsed.TotalSeconds:0.00} s");
        Assert.Equal(5000, plan.Rows.Count);
        Assert.InRange(planned.TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_difference_shows_the_lines_that_go_and_come()
    {
        string diff = AwsAuthDifference.Between(new Dictionary<string, string> { ["mapRoles"] = "a\nb\nc\nd\ne\nf\ng\n" }, new Dictionary<string, string> { ["mapRoles"] = "a\nb\nc\nd\nE\nf\ng", ["mapUsers"] = "x\u001b[31m\n" });
        Assert.Equal("mapRoles\n  …\n  c\n  d\n- e\n+ E\n  f\n  g\n+ \\ no line break at the end\nmapUsers (new)\n+ x\uFFFD[31m\n", diff);
    }

    private static EksAccessPolicyScope Policy(string name, params string[] namespaces) => new() { PolicyArn = name, Namespaces = namespaces };

    private static MappingIntent Intend(ClusterAccess access, EksIamMappingRequest request)
    {
        MappingIntents intents = new(access, "aws", force: false);
        intents.Add(request);
        return Assert.Single(intents.Intents);
    }
}
