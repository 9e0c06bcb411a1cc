using System.Globalization;
using System.Management.Automation;

namespace EksTools.Tests.Access;

public sealed class AddEksIamMappingTests
{
    private const string Rows = "# who\n- rolearn: arn:aws:iam::111122223333:role/Old   # kept\n  username: old\n  groups: [devs]\n- {rolearn: 'arn:aws:iam::111122223333:role/Twice', username: first, groups: [a]}\n- {rolearn: 'arn:aws:iam::111122223333:role/Twice', username: second, groups: [b]}\n";

    [Fact]
    public async Task Takes_access_entries_where_the_mode_has_them_and_says_what_it_did()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        string role = await stage.RoleAsync("Reader", "/teams/a/");
        PSObject added = Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy -Namespace 'web-*', shop -Group readers -Tag @{ team = 'a' }", MappingStage.Arn("role/Reader")).Good());
        Assert.Equal(("Added", "AccessEntry", role, "readers"), (Text(added, "Change"), Text(added, "Source"), Text(added, "PrincipalArn"), Text(added, "Groups")));
        Assert.Equal("AmazonEKSViewPolicy (web-*, shop)", Text(added, "AccessPolicies"));
        Assert.Equal("arn:aws:sts::111122223333:assumed-role/Reader/{{SessionName}}", Text(added, "Username"));
        Assert.Contains("path /teams/a/ put into the ARN", Text(added, "Details"), StringComparison.Ordinal);
        Assert.Equal("demo us-west-2", $"{Text(added, "ClusterName")} {Text(added, "Region")}");
        Assert.Equal("readers", Text(added, "KubernetesGroup"));

        // What was not said stays; another ARN of the same role is the same principal.
        PSObject updated = Assert.Single(stage.Session.Run("Add-EksIamMapping demo arn:aws:sts::111122223333:assumed-role/reader/me -AccessPolicy AmazonEKSEditPolicy").Good());
        Assert.Equal(("Updated", role, "readers", "AmazonEKSEditPolicy"), (Text(updated, "Change"), Text(updated, "PrincipalArn"), Text(updated, "Groups"), Text(updated, "AccessPolicies")));
        PSObject same = Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -Group readers", role).Good());
        Assert.Equal("Unchanged", Text(same, "Change"));
        PSObject listed = Assert.Single(stage.Session.Run("Get-EksIamMapping demo $args[0]", role).Good());
        Assert.Equal("AmazonEKSEditPolicy readers", $"{Text(listed, "AccessPolicies")} {Text(listed, "Groups")}");
        Assert.Equal(1, stage.Calls("CreateAccessEntry"));
        Assert.Equal(0, stage.Calls("UpdateAccessEntry"));
        Assert.Equal(2, stage.Calls("AssociateAccessPolicy"));
        Assert.Equal(1, stage.Calls("DisassociateAccessPolicy"));
        Assert.Null(await stage.ConfigMapAsync());
    }

    [Fact]
    public async Task Edits_aws_auth_and_leaves_the_rest_of_it_byte_for_byte()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        await stage.WriteAsync(("mapRoles", Rows), ("others", "not: ours"));
        Answer answer = stage.Session.Run("""
            'arn:aws:iam::111122223333:role/teams/New', 'arn:aws:iam::111122223333:user/path/alice' | Add-EksIamMapping demo -Group devs
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/Old -Username renamed
            Add-EksIamMapping demo -AccountId '012345678901'
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/TWICE -Group c
            """);
        PSObject[] changes = [.. answer.Good()];
        Assert.Equal(["Added", "Added", "Updated", "Added", "Updated"], changes.Select(static change => Text(change, "Change")));
        Assert.Contains("path /teams/ left out of the ARN", Text(changes[0], "Details"), StringComparison.Ordinal);
        Assert.Equal("arn:aws:iam::111122223333:role/New", Text(changes[0], "PrincipalArn"));
        Assert.Equal("arn:aws:iam::111122223333:user/path/alice", Text(changes[1], "PrincipalArn"));
        Assert.Contains("stay without effect", Text(changes[4], "Details"), StringComparison.Ordinal);
        Assert.Equal("second", Text(changes[4], "Username"));

        string roles = (await stage.TextAsync("mapRoles"))!;
        Assert.StartsWith("# who\n- rolearn: arn:aws:iam::111122223333:role/Old   # kept\n  username: renamed\n  groups: [devs]\n- {rolearn: 'arn:aws:iam::111122223333:role/Twice', username: first, groups: [a]}\n", roles, StringComparison.Ordinal);
        Assert.Equal("not: ours", await stage.TextAsync("others"));
        System.Text.Json.Nodes.JsonObject map = (await stage.ConfigMapAsync())!;
        Assert.Equal("others kept", $"{map["metadata"]!["labels"]!["owner"]} {map["metadata"]!["annotations"]!["others/note"]}");
        Assert.Equal(["Role", "Role", "Role", "Role", "User", "Account"], stage.Session.Run("Get-EksIamMapping demo").Good().Select(static row => Text(row, "Kind")));
        Assert.Equal(4, await stage.WritesAsync());
    }

    [Fact]
    public async Task Stays_where_the_principal_is_mapped_already()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows));
        string role = await stage.RoleAsync("Old");
        Assert.Equal("ConfigMap", Text(Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -Group devs, ops", role).Good()), "Source"));

        // An entry would take the row's groups away: not without a word.
        ErrorRecord refused = Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy", role).Errors);
        Assert.StartsWith("RowWouldBeShadowed,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        PSObject moved = Assert.Single(stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy -Group devs", role).Good());
        Assert.Equal("AccessEntry", Text(moved, "Source"));
        Assert.Contains("no longer counts", Text(moved, "Details"), StringComparison.Ordinal);
        Assert.Equal("ConfigMap", Text(Assert.Single(stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/Other -Group ops -Target ConfigMap").Good()), "Source"));
    }

    [Fact]
    public async Task Takes_tables_of_text_and_objects_of_AWS_Tools()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        PSObject[] changes =
        [
            .. stage.Session.Run("""
                # What Import-Csv makes: every column is there, and empty where nothing was said.
                foreach ($line in 'demo,arn:aws:iam::111122223333:role/One,one,a; b,,,,', 'demo,arn:aws:iam::111122223333:user/Two,,c,,,,ConfigMap', 'demo,arn:aws:iam::111122223333:role/Nodes,,,,Linux;Windows,,', 'demo,,,,,,444455556666,') {
                    $cell = $line.Split(',')
                    $rows += @([pscustomobject]@{ ClusterName = $cell[0]; PrincipalArn = $cell[1]; Username = $cell[2]; Groups = $cell[3]; AccessPolicy = $cell[4]; NodeRole = $cell[5]; AccountId = $cell[6]; Target = $cell[7] })
                }
                $rows | Add-EksIamMapping
                [pscustomobject]@{ Arn = 'arn:aws:iam::111122223333:role/teams/Three'; RoleName = 'Three'; Path = '/teams/'; RoleId = 'AROA'; Tags = @() } | Add-EksIamMapping demo -Group d
                [pscustomobject]@{ Arn = 'arn:aws:iam::111122223333:user/four'; UserName = 'four'; UserId = 'AIDA'; Path = '/' } | Add-EksIamMapping demo -Group d
                """).Good(),
        ];
        Assert.Equal(["one: a b", "arn:aws:iam::111122223333:user/Two: c", "system:node:{{EC2PrivateDNSName}}: system:bootstrappers system:nodes eks:kube-proxy-windows", ": ", "arn:aws:sts::111122223333:assumed-role/Three/{{SessionName}}: d", "arn:aws:iam::111122223333:user/four: d"],
            changes.Select(static change => $"{Text(change, "Username")}: {Text(change, "Groups")}"));
        Assert.Equal(3, await stage.WritesAsync());
        ErrorRecord lost = Assert.Single(stage.Session.Run("[pscustomobject]@{ PrincipalArn = 'arn:aws:iam::111122223333:role/One'; Groups = 'System.String[]' } | Add-EksIamMapping demo").Errors);
        Assert.StartsWith("ListLostInText,", lost.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -Group system:masters", "ReservedGroup")]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -Username system:me", "InvalidUsername")]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -Username 'me-{{SessionName}}'", "InvalidUsername")]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -AccessPolicy NoSuchPolicy", "AccessPolicyNotOffered")]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -Namespace web", "NamespaceWithoutPolicy")]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -Target ConfigMap", "ConfigMapNotUsed")]
    [InlineData("API", "arn:aws:iam::111122223333:role/Absent", "PrincipalNotFound")]
    [InlineData("API", "arn:aws:iam::111122223333:role/wrong/R", "PrincipalNotFound")]
    [InlineData("API", "arn:aws-cn:iam::111122223333:role/R", "ArnOfOtherPartition")]
    [InlineData("API", "R", "InvalidPrincipalArn")]
    [InlineData("API", "-AccountId 111122223333", "AccountNeedsConfigMap")]
    [InlineData("API", "-AccountId 1111", "InvalidAccountId")]
    [InlineData("API", "-Group devs", "PrincipalMissing")]
    [InlineData("API", "arn:aws:iam::111122223333:role/R -NodeRole Linux, Fargate", "ContradictoryMapping")]
    [InlineData("CONFIG_MAP", "arn:aws:iam::111122223333:role/R -AccessPolicy AmazonEKSViewPolicy", "AccessEntryNeeded")]
    [InlineData("CONFIG_MAP", "arn:aws:iam::111122223333:role/R -Target AccessEntry", "AccessEntryNeeded")]
    [InlineData("CONFIG_MAP", "arn:aws:iam::111122223333:role/R -Target ConfigMap -Tag @{ a = 'b' }", "AccessEntryNeeded")]
    public async Task Refuses_what_cannot_be(string mode, string parameters, string errorId)
    {
        await using MappingStage stage = await MappingStage.StartAsync(mode);
        await stage.RoleAsync("R");
        Answer answer = stage.Session.Run($"Add-EksIamMapping demo {parameters}");
        ErrorRecord error = Assert.Single(answer.Errors);
        Assert.StartsWith($"{errorId},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Empty(answer.Output);
        Assert.Null(await stage.ConfigMapAsync());
    }

    [Fact]
    public async Task One_wrong_input_does_not_hold_the_others_up()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        Answer answer = stage.Session.Run("'arn:aws:iam::111122223333:role/A', 'nonsense', 'arn:aws:iam::111122223333:role/B' | Add-EksIamMapping demo -Group g");
        Assert.Equal("nonsense", Assert.Single(answer.Errors).TargetObject);
        Assert.Equal(2, answer.Output.Count);
        Assert.Equal(1, await stage.WritesAsync());
    }

    [Fact]
    public async Task WhatIf_writes_the_plan_and_nothing_else()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows));
        await stage.RoleAsync("R");
        PSObject[] planned = [.. stage.Session.Run("'arn:aws:iam::111122223333:role/R', 'arn:aws:iam::111122223333:role/Old' | Add-EksIamMapping demo -Group x -WhatIf").Good()];
        Assert.Equal(["Added AccessEntry", "Updated ConfigMap"], planned.Select(static change => $"{Text(change, "Change")} {Text(change, "Source")}"));
        string shown = stage.Session.Show("Add-EksIamMapping demo arn:aws:iam::111122223333:role/R -Group x -WhatIf");
        Assert.Contains("Add arn:aws:iam::111122223333:role/R (access entry): groups x", shown, StringComparison.Ordinal);
        Assert.Matches(@"Change\s+Source\s+Principal", shown);
        Assert.Equal(Rows, await stage.TextAsync("mapRoles"));
        Assert.Equal(0, stage.Calls("CreateAccessEntry"));
    }

    [Fact]
    public async Task Copies_the_mappings_of_another_cluster_and_puts_back_what_was_removed()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows), ("mapAccounts", "- '444455556666'\n"));
        await stage.RoleAsync("Reader");
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/Reader -AccessPolicy AmazonEKSViewPolicy -Namespace web").Good();
        stage.Session.Run("New-EksCluster other -NoNodeGroup -NatGateway None -NoKubeconfig -AuthenticationMode API_AND_CONFIG_MAP").Good();
        Answer copied = stage.Session.Run("Get-EksIamMapping demo | Add-EksIamMapping -ClusterName other");
        Assert.Empty(copied.Errors.Select(static error => error.ToString()));
        Assert.Contains("is left out", Assert.Single(copied.Warnings), StringComparison.Ordinal);
        const string Effective = "Get-EksIamMapping {0} | ForEach-Object {{ if (-not $_.Ineffective) {{ '{{0}} {{1}} {{2}} {{3}} {{4}}' -f $_.Source, $_, $_.Username, ($_.Groups -join ','), ($_.AccessPolicies -join ',') }} }}";
        string[] of = [.. stage.Session.Run(string.Format(CultureInfo.InvariantCulture, Effective, "demo")).Good().Select(static row => (string)row.BaseObject)];
        Assert.Equal(of, stage.Session.Run(string.Format(CultureInfo.InvariantCulture, Effective, "other")).Good().Select(static row => (string)row.BaseObject));
        Assert.Equal(5, of.Length);

        stage.Session.Run("$removed = 'arn:aws:iam::111122223333:role/Old', 'arn:aws:iam::111122223333:role/Reader' | Remove-EksIamMapping demo -PassThru").Good();
        Assert.Equal(3, stage.Session.Run(string.Format(CultureInfo.InvariantCulture, Effective, "demo")).Good().Count);
        Assert.Equal(2, stage.Session.Run("$removed | Add-EksIamMapping").Good().Count);
        Assert.Equal(of.Order(), stage.Session.Run(string.Format(CultureInfo.InvariantCulture, Effective, "demo")).Good().Select(static row => (string)row.BaseObject).Order());
    }

    [Fact]
    public async Task Completes_policies_and_mapped_principals()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        Assert.Equal(["AmazonEKSViewPolicy"], Complete(stage, "Add-EksIamMapping demo -AccessPolicy AmazonEKSVi"));
        Assert.Equal(["'arn:aws:iam::111122223333:user/Administrator'"], Complete(stage, "Remove-EksIamMapping demo -PrincipalArn "));
    }

    private static IEnumerable<string> Complete(MappingStage stage, string line) =>
        stage.Session.Run("(TabExpansion2 $args[0] $args[1]).CompletionMatches.CompletionText", $"{line} -AccessKey {stage.Rehearsal.Sandbox.AccessKey} -SecretKey {stage.Rehearsal.Sandbox.SecretKey} -EndpointUrl {stage.Rehearsal.Sandbox.Endpoint} -Region us-west-2", line.Length).Good().Select(static text => (string)text.BaseObject);

    private static string Text(PSObject record, string property) => record.Properties[property].Value switch
    {
        null => string.Empty,
        string text => text,
        System.Collections.IEnumerable list => string.Join(property is "AccessPolicies" or "Details" ? "; " : " ", list.Cast<object>()),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
