using System.Management.Automation;

namespace EksTools.Tests.Access;

public sealed class GetEksEffectiveAccessTests
{
    private static string Row(string arn) => $"- rolearn: {arn}\n  username: dev:{{{{SessionName}}}}\n  groups: [devs]\n";

    [Fact]
    public async Task Says_by_default_what_the_caller_is_and_the_API_server_agrees()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        PSObject access = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo -Verify").Good());
        Assert.Equal("demo us-west-2 True True", $"{Text(access, "ClusterName")} {Text(access, "Region")} {Text(access, "Allowed")} {Text(access, "IsAdmin")}");
        Assert.Equal("arn:aws:iam::111122223333:user/Administrator", Text(access, "Username"));
        Assert.Equal("system:authenticated AmazonEKSClusterAdminPolicy", $"{Text(access, "Groups")} {Text(access, "AccessPolicies")}");
        PSObject verification = Value(access, "Verification");
        Assert.Equal("True The API server agrees.", $"{Text(verification, "Agrees")} {Text(verification, "Message")}");
        Assert.Equal(Text(access, "Username"), Text(verification, "Username"));
        Assert.Contains("* *: yes", Text(verification, "Rights"), StringComparison.Ordinal);
        Assert.Null(Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo").Good()).Properties["Verification"].Value);
    }

    [Fact]
    public async Task A_session_is_expanded_as_the_API_server_expands_it()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        string role = await stage.RoleAsync("Dev", "/teams/");
        await stage.BindAsync("devs", "view");
        await stage.WriteAsync(("mapRoles", Row(MappingStage.Arn("role/Dev"))));
        await stage.BecomeAsync(role);
        PSObject access = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo -Verify").Good());

        Assert.Equal("dev:someone devs system:authenticated ConfigMap", $"{Text(access, "Username")} {Text(access, "Groups")} {Text(Value(access, "Rule"), "Source")}");
        PSObject verification = Value(access, "Verification");
        Assert.Equal("True", Text(verification, "Agrees"));
        Assert.Contains("list pods: yes", Text(verification, "Rights"), StringComparison.Ordinal);
        Assert.Contains("get secrets in default: no", Text(verification, "Rights"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_principal_is_asked_about_by_its_user_and_groups()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.RoleAsync("Dev");
        string admin = await stage.RoleAsync("Admin");
        await stage.BindAsync("devs", "view");
        await stage.WriteAsync(("mapRoles", Row(MappingStage.Arn("role/Dev")) + $"- rolearn: {admin}\n  username: admin\n  groups: [system:masters]\n"));
        PSObject[] both = [.. stage.Session.Run("Get-EksIamMapping demo -Source ConfigMap | Get-EksEffectiveAccess -Verify").Good()];
        Assert.Equal(["dev:{{SessionName}}", "admin"], both.Select(static access => Text(access, "Username")));
        Assert.Contains("list pods: yes", Text(Value(both[0], "Verification"), "Rights"), StringComparison.Ordinal);
        Assert.Contains("* *: no", Text(Value(both[0], "Verification"), "Rights"), StringComparison.Ordinal);
        Assert.Equal("True", Text(Value(both[1], "Verification"), "Agrees"));
        Assert.Equal("system:masters system:authenticated True", $"{Text(both[1], "Groups")} {Text(both[1], "IsAdmin")}");
    }

    [Fact]
    public async Task What_only_the_API_server_knows_is_learnt_from_it()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        PSObject guessed = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo").Good());
        Assert.Equal(" ", $"{Text(guessed, "Allowed")} {Text(guessed, "IsAdmin")}");
        PSObject told = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo -Verify").Good());
        Assert.Equal("True True kubernetes-admin", $"{Text(told, "Allowed")} {Text(told, "IsAdmin")} {Text(told, "Username")}");
        PSObject foreign = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo arn:aws-cn:iam::111122223333:role/Dev").Good());
        Assert.Equal("False A principal of partition aws-cn cannot enter a cluster of partition aws.", $"{Text(foreign, "Allowed")} {Text(foreign, "Reason")}");
    }

    /// <summary>Kubernetes 1.20 has no SelfSubjectReview: a review of the caller's own token tells who he is.</summary>
    [Fact]
    public async Task A_real_API_server_is_asked_in_the_way_that_its_version_knows()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP", static () => Rehearsal.StartAsync(realKubernetes: true));
        string role = await stage.RoleAsync("Admin");
        await stage.BindAsync("devs", "view");
        await stage.WriteAsync(("mapRoles", $"- rolearn: {role}\n  username: admin:{{{{SessionName}}}}\n  groups: [system:masters]\n" + Row(MappingStage.Arn("role/Dev"))));
        PSObject dev = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo arn:aws:sts::111122223333:assumed-role/Dev/me -Verify").Good());
        Assert.Contains("list pods: yes", Text(Value(dev, "Verification"), "Rights"), StringComparison.Ordinal);
        Assert.Contains("get secrets in default: no", Text(Value(dev, "Verification"), "Rights"), StringComparison.Ordinal);
        await stage.BecomeAsync(role);
        PSObject verification = Value(Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo -Verify").Good()), "Verification");
        Assert.Equal("True admin:someone The API server agrees.", $"{Text(verification, "Agrees")} {Text(verification, "Username")} {Text(verification, "Message")}");
        Assert.Contains("* *: yes", Text(verification, "Rights"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_way_in_says_how_to_make_one_and_that_way_works()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        string role = await stage.RoleAsync("Dev");
        await stage.WriteAsync(("mapRoles", Row(MappingStage.Arn("role/teams/Dev"))));
        PSObject access = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo arn:aws:sts::111122223333:assumed-role/Dev/me").Good());
        Assert.Equal("False", Text(access, "Allowed"));
        Assert.Contains("a path", Text(PSObject.AsPSObject(((System.Collections.IEnumerable)access.Properties["ShadowedRules"].Value).Cast<object>().Single()), "Ineffective"), StringComparison.Ordinal);
        string reason = Text(access, "Reason");
        stage.Session.Run(reason[reason.IndexOf("Add-EksIamMapping", StringComparison.Ordinal)..]).Good();
        Assert.Equal("True", Text(Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo $args[0]", role).Good()), "Allowed"));
    }

    [Fact]
    public async Task The_creator_in_mode_CONFIG_MAP_cannot_be_seen_and_the_API_server_knows()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        PSObject access = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo -Verify").Good());
        Assert.Equal(true, access.Properties["Allowed"].Value);
        Assert.Contains("created the cluster", Text(access, "Notes"), StringComparison.Ordinal);
        Assert.Contains("system:masters", Text(Value(access, "Verification"), "Message"), StringComparison.Ordinal);
        string shown = stage.Session.Show("Get-EksEffectiveAccess demo");
        Assert.Contains("cannot be told from here", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_refused_by_the_API_server_as_was_worked_out()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        await stage.BecomeAsync(await stage.RoleAsync("Stranger"));
        PSObject access = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo -Verify").Good());
        Assert.Equal("False True", $"{Text(access, "Allowed")} {Text(Value(access, "Verification"), "Agrees")}");
        PSObject other = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo arn:aws:iam::111122223333:user/Administrator -Verify").Good());
        Assert.Contains("could not be asked", Text(Value(other, "Verification"), "Message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_principal_is_an_error_and_the_others_follow()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        Answer answer = stage.Session.Run("Get-EksEffectiveAccess demo nonsense, arn:aws:iam::111122223333:root");
        Assert.StartsWith("InvalidPrincipalArn,", Assert.Single(answer.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("arn:aws:iam::111122223333:root", Text(Assert.Single(answer.Output), "PrincipalArn"));
        Assert.StartsWith("InvalidPrincipalArn,", Assert.Single(stage.Session.Run("[pscustomobject]@{ ClusterName = 'demo'; PrincipalArn = $null } | Get-EksEffectiveAccess").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ClusterNotFound,", Assert.Single(stage.Session.Run("Get-EksEffectiveAccess other").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("arn:aws:iam::111122223333:user/Administrator", stage.Session.Run("(TabExpansion2 $args[0] $args[1]).CompletionMatches.ListItemText", $"Get-EksEffectiveAccess demo -PrincipalArn  -AccessKey {stage.Rehearsal.Sandbox.AccessKey} -SecretKey {stage.Rehearsal.Sandbox.SecretKey} -EndpointUrl {stage.Rehearsal.Sandbox.Endpoint} -Region us-west-2", "Get-EksEffectiveAccess demo -PrincipalArn ".Length).Good().Select(static text => $"{text}"));
    }

    private static PSObject Value(PSObject value, string property) => PSObject.AsPSObject(value.Properties[property].Value);

    private static string Text(PSObject value, string property) => value.Properties[property].Value is System.Collections.IEnumerable list and not string
        ? string.Join(" ", list.Cast<object>())
        : $"{value.Properties[property].Value}";
}
