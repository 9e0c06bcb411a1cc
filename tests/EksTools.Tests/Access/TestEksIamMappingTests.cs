using System.Management.Automation;
using System.Management.Automation.Language;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

public sealed class TestEksIamMappingTests
{
    private const string Account = "arn:aws:iam::111122223333:";

    // As the authenticator takes it, nothing of it lets anybody in as it was meant.
    private const string Roles = """
        - rolearn: arn:aws:iam::111122223333:role/teams/Path
          username: path
          groups: [devs]
        - rolearn: arn:aws:iam::111122223333:role/Twice
          username: first
          groups: [devs]
        - rolearn: arn:aws:iam::111122223333:role/Twice
          username: second
          groups: [devs]
        - rolearn: arn:aws:iam::111122223333:role/Merged
          username: merged
          groups:
          - devs
            - system:masters
        - rolearn: arn:aws:iam::111122223333:role/Gone
          username: gone
          groups: [devs]
        - rolearn: arn:aws-cn:iam::111122223333:role/Path
          username: china
          groups: [devs]
        - rolearn: arn:aws:iam::111122223333:role/OldNodes
          username: system:node:{{EC2PrivateDNSName}}
          groups: [system:bootstrappers, system:nodes]
        - rolearn: arn:aws:iam::111122223333:role/Reserved
          username: system:me
          groups: [devs]
        - rolearn: arn:aws:iam::111122223333:role/Group
          username: group
          groups: [nobody]
        - username: nobody
        - rolearn: arn:aws:iam::444455556666:role/Other
          username: other
          groups: [devs]
        - rolearn: arn:aws:iam::11122223333:role/Path
          username: number
          groups: [devs]
        - rolearn: arn:aws:iam::111122223333:role/Nodish
          username: nodish
          groups: [devs, system:nodes]

        """;

    [Fact]
    public async Task Finds_what_is_wrong_and_each_fix_parses_and_works()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        foreach (string role in new[] { "Twice", "Merged", "OldNodes", "Reserved", "Group", "Nodish" })
        {
            await stage.RoleAsync(role);
        }

        await stage.RoleAsync("Path", "/teams/");
        await stage.BindAsync("devs", "view");
        string both = await stage.RoleAsync("Both");
        stage.Session.Run("Add-EksIamMapping demo $args[0] -Group devs", both).Good();
        await stage.WriteAsync(
            ("mapRoles", Roles + $"- rolearn: {both}\n  username: both\n  groups: [devs]\n"),
            ("mapUsers", $"- userarn: {Account}role/Group\n  username: shadowed\n  groups: [devs]\n"),
            ("mapAccounts", "- \"444455556666\"\n- 12345\n"),
            ("MapUsers", ""));
        string[] expected =
        [
            "Error KeyOfWrongCase", "Error RolePathInRow", "Error GroupsMerged", "Error OtherPartition", "Error RowDropped", "Error AccountIdNotValid", "Error NodeGroupsOnOthers", "Error AccountIdNotValid",
            "Warning DuplicateRow", "Warning PrincipalUnknown", "Warning NodeRoleUnused", "Warning UsernameReserved", "Warning OverriddenByEntry", "Warning ShadowedByRole", "Warning WholeAccount",
            "Information GroupUnknown", "Information OtherAccount",
        ];
        PSObject[] findings = [.. stage.Session.Run("Test-EksIamMapping demo").Good()];
        Assert.Equal(expected, findings.Select(static finding => $"{Text(finding, "Severity")} {Text(finding, "Rule")}"));
        Assert.All(findings, static finding => Assert.Equal("demo us-west-2", $"{Text(finding, "ClusterName")} {Text(finding, "Region")}"));
        Assert.False((bool)stage.Session.Run("Test-EksIamMapping demo -Quiet").Good()[0].BaseObject);

        foreach (PSObject finding in findings)
        {
            Parser.ParseInput(Text(finding, "Fix"), out _, out ParseError[] errors);
            Assert.Empty(errors);
        }

        // Ours are run as they are, each after a new look: the line of a row may be another by then.
        string[] rules = [.. findings.Where(static finding => Text(finding, "Fix").Contains("EksIamMapping", StringComparison.Ordinal)).Select(static finding => Text(finding, "Rule"))];
        Assert.True(rules.Length >= 11, string.Join(" ", rules));
        foreach (string rule in rules)
        {
            PSObject finding = stage.Session.Run("Test-EksIamMapping demo").Good().First(finding => Text(finding, "Rule") == rule && Text(finding, "Fix").Contains("EksIamMapping", StringComparison.Ordinal));
            stage.Session.Run(Text(finding, "Fix")).Good();
            Assert.DoesNotContain(stage.Session.Run("Test-EksIamMapping demo").Good(), after => Text(after, "Rule") == rule && Text(after, "PrincipalArn") == Text(finding, "PrincipalArn") && Text(after, "Fix") == Text(finding, "Fix"));
        }

        Assert.Equal(["AccountIdNotValid", "GroupUnknown", "KeyOfWrongCase", "OtherAccount", "OtherAccount", "RowDropped"], stage.Session.Run("Test-EksIamMapping demo | ForEach-Object Rule").Good().Select(static rule => $"{rule}").Order(StringComparer.Ordinal));
        Assert.True((bool)stage.Session.Run("(Get-EksEffectiveAccess demo arn:aws:iam::111122223333:role/Merged).IsAdmin").Good()[0].BaseObject);
    }

    /// <summary>Each fix that takes a row away shifts the lines of those below it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_fixes_of_one_look_one_after_the_other_hit_their_own_rows_alone(bool backwards)
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        List<string> rows = [];
        foreach (string name in new[] { "A", "B", "C", "D", "E" })
        {
            // Rows of three lines each: the line of one that goes is then that of the next.
            string role = await stage.RoleAsync(name);
            rows.Add($"- rolearn: {role}\n  username: old\n  groups: [devs]\n");
            rows.Add($"- rolearn: {role}\n  username: new\n  groups: [devs]\n");
        }

        string same = await stage.RoleAsync("Same");
        rows.InsertRange(3, Enumerable.Repeat($"- rolearn: {same}\n  username: same\n  groups: [devs]\n", 3));
        rows.Insert(6, "- rolearn: arn:aws-cn:iam::111122223333:role/A\n  username: china\n  groups: [devs]\n");
        await stage.BindAsync("devs", "view");
        await stage.WriteAsync(("mapRoles", string.Concat(rows)));
        PSObject[] findings = [.. stage.Session.Run("Test-EksIamMapping demo").Good()];
        Assert.Equal(["DuplicateRow 7", "OtherPartition 1"], findings.GroupBy(static finding => Text(finding, "Rule")).Select(static rule => $"{rule.Key} {rule.Count()}").Order(StringComparer.Ordinal));
        foreach (string fix in (backwards ? findings.Reverse() : findings).Select(static finding => Text(finding, "Fix")))
        {
            // Run twice it has nothing left to do.
            stage.Session.Run(fix).Good();
        }

        stage.Session.Run(Text(findings[^1], "Fix")).Good();
        Assert.Empty(stage.Session.Run("Test-EksIamMapping demo").Good());
        Assert.Equal(["A new", "B new", "C new", "D new", "E new", "Same same"], stage.Session.Run("Get-EksIamMapping demo -Source ConfigMap | ForEach-Object { '{0} {1}' -f $_.PrincipalArn.Split('/')[-1], $_.Username }").Good().Select(static row => $"{row}").Order(StringComparer.Ordinal));
    }

    /// <summary>Who may write aws-auth is not to run commands on the machine of who mends it. PowerShell takes four characters more for a quotation mark.</summary>
    [Theory]
    [InlineData("'")]
    [InlineData("\u2018")]
    [InlineData("\u2019")]
    [InlineData("\u201A")]
    [InlineData("\u201B")]
    public async Task What_stands_in_aws_auth_never_becomes_a_command(string quote)
    {
        string[] allowed = ["Add-EksIamMapping", "Get-EksIamMapping", "Remove-EksIamMapping", "Where-Object", "Select-Object", "kubectl"];
        await using MappingStage stage = await MappingStage.StartAsync();
        string role = await stage.RoleAsync("A");
        string evil = $"x{quote}; $global:owned = 1; {quote}\\u001b[2K";
        await stage.WriteAsync(("mapRoles", $"- rolearn: {role}\n  username: \"system:{evil}\"\n  groups: [\"g{evil}\"]\n- rolearn: arn:aws-cn:iam::111122223333:role/A\n  username: \"{evil}\"\n- rolearn: {role}\n  username: \"system:{evil}\"\n  groups: [\"h{evil}\"]\n"));
        PSObject[] findings = [.. stage.Session.Run("Test-EksIamMapping demo").Good()];
        Assert.True(findings.Length >= 4);
        foreach (string fix in findings.Select(static finding => Text(finding, "Fix")))
        {
            ScriptBlockAst read = Parser.ParseInput(fix, out _, out ParseError[] errors);
            Assert.Empty(errors);
            Assert.DoesNotContain('\u001b', fix);
            Assert.All(read.FindAll(static node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>(), command => Assert.Contains(command.GetCommandName(), allowed));
            Assert.Empty(read.FindAll(static node => node is AssignmentStatementAst, searchNestedScriptBlocks: true));
        }
    }

    [Fact]
    public async Task A_cluster_in_order_is_told_so_and_a_broken_value_is_the_gravest()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        Assert.Empty(stage.Session.Run("Test-EksIamMapping demo").Good());
        Assert.True((bool)stage.Session.Run("Test-EksIamMapping demo -Quiet").Good()[0].BaseObject);
        await stage.WriteAsync(("mapRoles", "- rolearn: arn:aws:iam::111122223333:role/A\n  username: [\n"), ("mapUsers", ""));
        PSObject finding = stage.Session.Run("Get-EksCluster demo | Test-EksIamMapping").Good()[0];
        Assert.Equal("ValueNotValid Error ConfigMap", $"{Text(finding, "Rule")} {Text(finding, "Severity")} {Text(finding, "Source")}");
        Assert.Contains("the nodes' roles", Text(finding, "Message"), StringComparison.Ordinal);
        string shown = stage.Session.Show("Test-EksIamMapping demo");
        Assert.Matches("^\\s*Error ValueNotValid: aws-auth mapRoles, line 3", shown);
        Assert.Contains("Fix: kubectl", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_of_nodes_are_held_against_the_nodes()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig -NodeCount 1").Good();
        Assert.Empty(rehearsal.Session.Run("Test-EksIamMapping demo").Good());
        PSObject entry = Assert.Single(rehearsal.Session.Run("Get-EksIamMapping demo | Where-Object Type -eq EC2_LINUX").Good());
        rehearsal.Session.Run("Remove-EksIamMapping demo $args[0] -Force", Text(entry, "PrincipalArn")).Good();
        PSObject finding = Assert.Single(rehearsal.Session.Run("Test-EksIamMapping demo").Good());
        Assert.Equal("NodeRoleMissing Error", $"{Text(finding, "Rule")} {Text(finding, "Severity")}");
        Assert.Contains("the node group default", Text(finding, "Message"), StringComparison.Ordinal);
        rehearsal.Session.Run(Text(finding, "Fix")).Good();
        Assert.Empty(rehearsal.Session.Run("Test-EksIamMapping demo").Good());
    }

    [Fact]
    public async Task Entries_whose_principal_is_gone_or_was_made_anew_are_told()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        string gone = await stage.RoleAsync("Gone");
        string anew = await stage.RoleAsync("Anew");
        stage.Session.Run("$args[0] | Add-EksIamMapping demo -AccessPolicy AmazonEKSViewPolicy -Namespace web", new object[] { new[] { gone, anew } }).Good();
        await stage.DeleteRoleAsync("Gone");
        await stage.DeleteRoleAsync("Anew");

        // IAM tells whole seconds.
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await stage.RoleAsync("Anew");
        PSObject[] findings = [.. stage.Session.Run("Test-EksIamMapping demo").Good().OrderBy(static finding => Text(finding, "Rule"), StringComparer.Ordinal)];
        Assert.Equal(["PrincipalMadeAnew", "PrincipalUnknown"], findings.Select(static finding => Text(finding, "Rule")));
        foreach (PSObject finding in findings)
        {
            stage.Session.Run(Text(finding, "Fix")).Good();
        }

        Assert.Empty(stage.Session.Run("Test-EksIamMapping demo").Good());
        Assert.Equal("AmazonEKSViewPolicy (web)", Text(Assert.Single(stage.Session.Run("Get-EksIamMapping demo $args[0]", anew).Good()), "AccessPolicies"));
    }

    [Fact]
    public async Task The_fixes_of_kubectl_work_in_PowerShell()
    {
        string kubectl = Tool.Require("kubectl");
        await using MappingStage stage = await MappingStage.StartAsync();
        string role = await stage.RoleAsync("A");
        await stage.WriteAsync(("maproles", $"- rolearn: {role}\n  username: a\n  groups: [it's/me]\n"));
        string endpoint = $"{stage.Session.Run("(EksTools\\Get-EksCluster demo).Endpoint").Good()[0]}", token = $"{stage.Session.Run("(Get-EksToken demo -AsPlainText).Token").Good()[0]}";
        await File.WriteAllTextAsync(stage.Rehearsal.Kubeconfig, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: demo
              cluster:
                server: {endpoint}
                insecure-skip-tls-verify: true
            users:
            - name: demo
              user:
                token: {token}
            contexts:
            - name: demo
              context:
                cluster: demo
                user: demo
            current-context: demo
            """, TestContext.Current.CancellationToken);
        foreach (string rule in new[] { "KeyOfWrongCase", "GroupUnknown" })
        {
            PSObject finding = Assert.Single(stage.Session.Run("Test-EksIamMapping demo").Good(), finding => Text(finding, "Rule") == rule);
            Assert.StartsWith("kubectl ", Text(finding, "Fix"), StringComparison.Ordinal);
            ProcessRun run = await ProcessRun.RunAsync(BuiltModule.PowerShell, ["-NoProfile", "-Command", $"& '{kubectl}' {Text(finding, "Fix")["kubectl ".Length..]}"], stage.Rehearsal.Environment);
            Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
            Assert.DoesNotContain(stage.Session.Run("Test-EksIamMapping demo").Good(), after => Text(after, "Rule") == rule);
        }

        Assert.Empty(stage.Session.Run("Test-EksIamMapping demo").Good());
    }

    [Fact]
    public async Task What_may_not_be_read_is_a_warning_and_no_failure()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.RoleAsync("A");
        await stage.WriteAsync(("mapRoles", $"- rolearn: {Account}role/A\n  username: a\n  groups: [nobody]\n"));
        foreach ((string service, string operation) in new[] { ("iam", "GetRole"), ("eks", "ListNodegroups"), ("eks", "ListAccessPolicies") })
        {
            stage.Rehearsal.Sandbox.Faults.Add(service, operation, FaultKind.AccessDenied);
        }

        Answer answer = stage.Session.Run("Test-EksIamMapping demo");
        Assert.Equal("GroupUnknown", Text(Assert.Single(answer.Good()), "Rule"));
        Assert.Equal(3, answer.Warnings.Count);
        Assert.Contains(answer.Warnings, static warning => warning.Contains("iam:GetRole", StringComparison.Ordinal));

        // A principal whom the cluster does not know reads no aws-auth.
        await stage.BecomeAsync(await stage.RoleAsync("Stranger"));
        answer = stage.Session.Run("Test-EksIamMapping demo");
        Assert.Empty(answer.Good());
        Assert.Contains(answer.Warnings, static warning => warning.StartsWith("aws-auth was not tested.", StringComparison.Ordinal));
    }

    private static string Text(PSObject value, string property) => value.Properties[property].Value is System.Collections.IEnumerable list and not string
        ? string.Join(" ", list.Cast<object>())
        : $"{value.Properties[property].Value}";
}
