using System.Diagnostics;
using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

public sealed class ConvertEksIamMappingTests
{
    private const string Nodes = "- rolearn: arn:aws:iam::111122223333:role/Node\n  username: system:node:{{EC2PrivateDNSName}}\n  groups:\n  - system:bootstrappers\n  - system:nodes\n";

    // One of each kind: an administrator behind a path, nodes, groups with and without bindings, and what cannot be moved.
    private const string People = """
        - rolearn: arn:aws:iam::111122223333:role/Admin
          username: admin:{{SessionName}}
          groups: [system:masters]
        - rolearn: arn:aws:iam::111122223333:role/Dev   # theirs
          username: dev-{{SessionName}}
          groups: [editors, auditors]
        - rolearn: arn:aws:iam::111122223333:role/Gone
          username: gone
          groups: [editors]
        - rolearn: arn:aws:iam::111122223333:role/System
          username: sys
          groups: [system:kube-controller-manager]

        """;

    private const string Users = "- userarn: arn:aws:iam::111122223333:user/team/jane\n  username: jane\n  groups: [viewers]\n";

    /// <summary>With the sandbox's own Kubernetes, and with a real API server, whose cluster roles and bindings are Kubernetes' own.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Raises_the_mode_makes_the_entries_checks_them_and_only_then_removes_the_rows(bool realKubernetes)
    {
        await using MappingStage stage = await StartAsync(realKubernetes);
        string before = (await stage.TextAsync("mapRoles"))!;

        // First -WhatIf: everything is told, nothing is written.
        int calls = stage.Rehearsal.Sandbox.Requests.Count;
        PSObject[] planned = [.. stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -WhatIf").Good()];
        string told = stage.Session.Show("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -WhatIf");
        Assert.Contains("authentication mode CONFIG_MAP → API_AND_CONFIG_MAP; cannot be taken back", told, StringComparison.Ordinal);
        Assert.Contains("access entry for arn:aws:iam::111122223333:role/aws-reserved/Admin: AmazonEKSClusterAdminPolicy", told, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Rehearsal.Sandbox.Requests.Skip(calls), static request => request.Operation.StartsWith("Create", StringComparison.Ordinal) || request.Operation.StartsWith("Update", StringComparison.Ordinal) || request.Operation.StartsWith("Associate", StringComparison.Ordinal));
        Assert.Equal(before, await stage.TextAsync("mapRoles"));

        string[] expected =
        [
            "Moved arn:aws:iam::111122223333:role/Node EC2_LINUX:  () True",
            "Moved arn:aws:iam::111122223333:role/aws-reserved/Admin STANDARD:  (AmazonEKSClusterAdminPolicy) True",
            "Moved arn:aws:iam::111122223333:role/Dev STANDARD: auditors (AmazonEKSEditPolicy (default)) True",
            "CannotMove arn:aws:iam::111122223333:role/Gone :  () False",
            "CannotMove arn:aws:iam::111122223333:role/System :  () False",
            "Moved arn:aws:iam::111122223333:user/team/jane STANDARD:  (AmazonEKSViewPolicy) True",
            "CannotMove  :  () False",
        ];
        Assert.Equal(expected, planned.Select(Line));

        Answer answer = stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Confirm:$false");
        PSObject[] rows = [.. answer.Good()];
        Assert.Equal(expected, rows.Select(Line));
        Assert.Contains("IAM knows no role Gone", Text(rows[3], "Reason"), StringComparison.Ordinal);
        Assert.Contains("system:kube-controller-manager", Text(rows[4], "Reason"), StringComparison.Ordinal);
        Assert.Contains("has no colon before {{SessionName}}", Text(rows[2], "Reason"), StringComparison.Ordinal);
        Assert.Equal("API_AND_CONFIG_MAP", stage.Session.Run("(Get-EksCluster demo).AccessConfig.AuthenticationMode").Good()[0].BaseObject);

        // What could not be moved stands there as it stood; the history brings the rest back.
        string left = (await stage.TextAsync("mapRoles"))!;
        Assert.Equal(before[before.IndexOf("- rolearn: arn:aws:iam::111122223333:role/Gone", StringComparison.Ordinal)..], left);
        Assert.Equal(1, await stage.WritesAsync());
        Assert.Equal("- \"444455556666\"\n", await stage.TextAsync("mapAccounts"));
        PSObject access = Assert.Single(stage.Session.Run("Get-EksEffectiveAccess demo arn:aws:sts::111122223333:assumed-role/Admin/me@here").Good());
        Assert.Equal("AccessEntry admin:me-here True", $"{Text((PSObject)PSObject.AsPSObject(access.Properties["Rule"].Value), "Source")} {Text(access, "Username")} {Text(access, "IsAdmin")}");

        // Again: what is left cannot be moved, and nothing is changed.
        calls = stage.Rehearsal.Sandbox.Requests.Count;
        Assert.All(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap").Good(), static row => Assert.Equal("CannotMove", Text(row, "Action")));
        Assert.DoesNotContain(stage.Rehearsal.Sandbox.Requests.Skip(calls), static request => request.Operation.StartsWith("Create", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cn-north-1", "aws-cn")]
    [InlineData("us-gov-west-1", "aws-us-gov")]
    public async Task Policies_and_principals_are_those_of_the_partition(string region, string partition)
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP", () => Rehearsal.StartAsync(region: region));
        string role = await stage.RoleAsync("Admin", "/teams/");
        Assert.Equal($"arn:{partition}:iam::111122223333:role/teams/Admin", role);
        await stage.WriteAsync(("mapRoles", $"- rolearn: arn:{partition}:iam::111122223333:role/Admin\n  username: admin\n  groups: [system:masters]\n- rolearn: arn:aws:iam::111122223333:role/Admin\n  username: other\n  groups: [a]\n"));
        PSObject[] rows = [.. stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Force").Good()];
        Assert.Equal(["Moved", partition == "aws" ? "Moved" : "CannotMove"], rows.Select(static row => Text(row, "Action")));
        Assert.Equal(role, Text(rows[0], "PrincipalArn"));
        Assert.Equal($"arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", stage.Session.Run("(Get-EksIamMapping demo $args[0] -Source AccessEntry).AccessPolicies.PolicyArn", role).Good()[0].BaseObject);
    }

    [Fact]
    public async Task Entries_that_are_there_are_given_what_they_lack()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        string role = await stage.RoleAsync("Dev", "/teams/");
        await stage.BindAsync("editors", "edit", "default");
        stage.Session.Run("Add-EksIamMapping demo $args[0] -Username mine -Group theirs -AccessPolicy AmazonEKSEditPolicy -Namespace kube-system", role).Good();
        await stage.WriteAsync(("mapRoles", "- rolearn: arn:aws:iam::111122223333:role/Dev\n  username: dev\n  groups: [editors, more]\n"));
        PSObject row = Assert.Single(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Force").Good());
        Assert.Equal("Merged", Text(row, "Action"));
        Assert.Contains("keeps its username, mine", Text(row, "Reason"), StringComparison.Ordinal);
        PSObject entry = Assert.Single(stage.Session.Run("Get-EksIamMapping demo -Source AccessEntry | Where-Object PrincipalArn -like '*Dev'").Good());
        Assert.Equal("mine theirs more AmazonEKSEditPolicy (default, kube-system)", $"{Text(entry, "Username")} {Text(entry, "Groups")} {Text(entry, "AccessPolicies")}");
        Assert.Equal("AlreadyThere", Text(Assert.Single(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry").Good()), "Action"));
        Assert.NotNull(await stage.TextAsync("mapRoles"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(22)]
    public async Task Killed_after_some_calls_and_run_again_it_is_done(int calls)
    {
        await using MappingStage stage = await StartAsync();
        await KillAsync(stage.Rehearsal, "Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force", stage.Rehearsal.Sandbox.Requests.Count + calls);

        // Whatever the moment: nobody whom a rule lets in has lost it, and administrators are that still. Killed between the two calls that make one, it leaves
        // the one who went first and alone, and nobody else.
        Assert.True(IsAdmin(stage, "Admin") || (stage.Calls("CreateAccessEntry") == 1 && stage.Calls("AssociateAccessPolicy") == 0));
        Assert.Equal("True True", string.Join(" ", stage.Session.Run("'Admin', 'Node' | ForEach-Object { (Get-EksEffectiveAccess demo \"arn:aws:iam::111122223333:role/$_\").Allowed }").Good()));
        stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force").Good();
        Assert.Equal(
            ["AmazonEKSClusterAdminPolicy", "EC2_LINUX", "auditors AmazonEKSEditPolicy (default)", "AmazonEKSViewPolicy"],
            new[] { "role/aws-reserved/Admin", "role/Node", "role/Dev", "user/team/jane" }.Select(name => Describe(Assert.Single(stage.Session.Run("Get-EksIamMapping demo $args[0] -Source AccessEntry", MappingStage.Arn(name)).Good()))));
        Assert.DoesNotContain("role/Dev", await stage.TextAsync("mapRoles"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_in_progress_throttling_and_lost_answers_delay_it_only()
    {
        await using MappingStage stage = await StartAsync();
        using Amazon.EKS.AmazonEKSClient eks = new(new Amazon.Runtime.BasicAWSCredentials(stage.Rehearsal.Sandbox.AccessKey, stage.Rehearsal.Sandbox.SecretKey), new Amazon.EKS.AmazonEKSConfig { ServiceURL = stage.Rehearsal.Sandbox.Endpoint.OriginalString, AuthenticationRegion = "us-west-2" });
        await eks.UpdateClusterConfigAsync(new Amazon.EKS.Model.UpdateClusterConfigRequest { Name = "demo", Logging = new Amazon.EKS.Model.Logging { ClusterLogging = [new Amazon.EKS.Model.LogSetup { Enabled = true, Types = ["api"] }] } });
        stage.Rehearsal.Sandbox.Faults.Add("eks", "CreateAccessEntry", FaultKind.Throttle, 2);
        stage.Rehearsal.Sandbox.Faults.Add("eks", "CreateAccessEntry", FaultKind.DropAfter);
        stage.Rehearsal.Sandbox.Faults.Add("eks", "AssociateAccessPolicy", FaultKind.Error500, 2);
        PSObject[] rows = [.. stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Force").Good()];
        Assert.Equal(4, rows.Count(static row => Text(row, "Action") == "Moved"));
        Assert.Equal("True", $"{stage.Session.Run("(Get-EksEffectiveAccess demo arn:aws:iam::111122223333:role/Admin).IsAdmin").Good()[0]}");
    }

    [Fact]
    public async Task What_IAM_or_EKS_denies_is_told_and_takes_nothing_away()
    {
        await using MappingStage stage = await StartAsync();
        stage.Rehearsal.Sandbox.Faults.Add("iam", "GetRole", FaultKind.AccessDenied, 100);
        Answer answer = stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force");
        Assert.Contains(answer.Warnings, static warning => warning.Contains("could not be found out", StringComparison.Ordinal) && warning.Contains("iam:GetRole", StringComparison.Ordinal));
        PSObject admin = answer.Output.Single(static row => Text(row, "PrincipalArn") == MappingStage.Arn("role/Admin"));
        Assert.Equal("CannotMove", Text(admin, "Action"));
        Assert.Contains("EKS refuses it", Text(admin, "Reason"), StringComparison.Ordinal);
        Assert.Contains("role/Admin", await stage.TextAsync("mapRoles"), StringComparison.Ordinal);

        stage.Rehearsal.Sandbox.Faults.Clear();
        stage.Rehearsal.Sandbox.Faults.Add("eks", "CreateAccessEntry", FaultKind.AccessDenied, 100);
        ErrorRecord error = Assert.Single(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force").Errors);
        Assert.StartsWith("AwsAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("eks:CreateAccessEntry", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("role/Admin", await stage.TextAsync("mapRoles"), StringComparison.Ordinal);
    }

    /// <summary>Making an entry and giving it policies are two actions of IAM, and an entry comes before its row at once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_policies_are_denied_every_administrator_is_one_still(bool callerToo)
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        IReadOnlyList<string> roles = await stage.RolesAsync("Admin", 8);
        string rows = string.Concat((callerToo ? roles : roles.Skip(1)).Select(static role => $"- rolearn: {role}\n  username: x\n  groups: [system:masters]\n"));
        await stage.WriteAsync(("mapRoles", rows), ("mapUsers", "- userarn: arn:aws:iam::111122223333:user/none\n  username: none\n  groups: [system:masters]\n"));
        if (callerToo)
        {
            await stage.BecomeAsync(roles[0]);
        }

        stage.Rehearsal.Sandbox.Faults.Add("eks", "AssociateAccessPolicy", FaultKind.AccessDenied, 100);
        ErrorRecord error = Assert.Single(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force").Errors);
        Assert.StartsWith("AwsAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("eks:AssociateAccessPolicy", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("was taken back", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(rows, await stage.TextAsync("mapRoles"));
        Assert.All(callerToo ? roles : roles.Skip(1), role => Assert.True(IsAdmin(stage, role[(role.LastIndexOf('/') + 1)..]), role));

        // One was tried, and it was not the caller.
        Assert.Equal("1 1", $"{stage.Calls("CreateAccessEntry")} {stage.Calls("DeleteAccessEntry")}");
        stage.Rehearsal.Sandbox.Faults.Clear();
        Assert.Equal(callerToo ? 8 : 7, stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force").Good().Count(static row => Text(row, "Action") == "Moved" && Text(row, "RowRemoved") == "True"));
        Assert.Equal(callerToo, stage.Rehearsal.Sandbox.Requests.Last(static request => request.Operation == "CreateAccessEntry").Body.Contains(roles[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_that_is_changed_while_the_entries_are_made_stays_and_is_told_so()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        string one = await stage.RoleAsync("One"), two = await stage.RoleAsync("Two");
        await stage.WriteAsync(("mapRoles", $"- rolearn: {one}\n  username: x\n  groups: [a]\n- rolearn: {two}\n  username: x\n  groups: [a]\n"));

        // The check afterwards lists the entries; until it has its answer somebody else edits.
        stage.Rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "eks", Operation = "ListAccessEntries", Kind = FaultKind.Delay, Delay = TimeSpan.FromSeconds(1.5) });
        string changed = $"- rolearn: {one}\n  username: x\n  groups: [a, system:masters]\n";
        Task edit = Task.Run(async () =>
        {
            await UntilAsync(() => stage.Calls("CreateAccessEntry") == 2);
            await stage.PatchAsync(new System.Text.Json.Nodes.JsonObject { ["data"] = new System.Text.Json.Nodes.JsonObject { ["mapRoles"] = changed + $"- rolearn: {two}\n  username: x\n  groups: [a]\n" } }.ToJsonString());
        });
        Answer answer = stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force");
        await edit;
        Assert.Equal([$"Moved {one} False", $"Moved {two} True"], answer.Good().Select(static row => $"{Text(row, "Action")} {Text(row, "PrincipalArn")} {Text(row, "RowRemoved")}"));
        Assert.Contains("it was changed meanwhile", Text(answer.Output[0], "Reason"), StringComparison.Ordinal);
        Assert.Contains(answer.Warnings, warning => warning.Contains($"The row of {one}", StringComparison.Ordinal));
        Assert.Equal(changed, await stage.TextAsync("mapRoles"));
    }

    [Fact]
    public async Task A_role_that_EKS_does_not_see_yet_is_waited_for()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        string role = await stage.RoleAsync("Late");
        await stage.WriteAsync(("mapRoles", $"- rolearn: {role}\n  username: x\n  groups: [system:masters]\n"));

        // IAM tells of it, and EKS refuses it the first time.
        stage.Rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "eks", Operation = "DescribeAccessEntry", Kind = FaultKind.Delay, Delay = TimeSpan.FromSeconds(1.5) });
        Task late = Task.Run(async () =>
        {
            await UntilAsync(() => stage.Calls("UpdateClusterConfig") == 1);
            await stage.DeleteRoleAsync("Late");
            await UntilAsync(() => stage.Calls("CreateAccessEntry") > 0);
            await stage.RoleAsync("Late");
        });
        PSObject row = Assert.Single(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Force").Good());
        await late;
        Assert.Equal($"Moved {role}", $"{Text(row, "Action")} {Text(row, "PrincipalArn")}");
        Assert.True(IsAdmin(stage, "Late"));
        Assert.True(stage.Calls("CreateAccessEntry") > 1);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_taken_back_is_told_with_the_command_that_mends_it()
    {
        await using MappingStage stage = await StartAsync();
        stage.Rehearsal.Sandbox.Faults.Add("eks", "AssociateAccessPolicy", FaultKind.AccessDenied, 100);
        stage.Rehearsal.Sandbox.Faults.Add("eks", "DeleteAccessEntry", FaultKind.AccessDenied, 100);
        ErrorRecord error = Assert.Single(stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force").Errors);
        Assert.Contains("eks:AssociateAccessPolicy", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("could not be taken back", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("eks:DeleteAccessEntry", error.ToString(), StringComparison.Ordinal);
        Assert.False(IsAdmin(stage, "Admin"));
        stage.Rehearsal.Sandbox.Faults.Clear();
        string fix = error.ErrorDetails.RecommendedAction;
        stage.Session.Run(fix[fix.IndexOf("Remove-EksIamMapping", StringComparison.Ordinal)..].Split(". Run", 2)[0].Split(" Run the", 2)[0] + " -Force").Good();
        Assert.True(IsAdmin(stage, "Admin"));
    }

    [Fact]
    public async Task What_does_not_count_or_does_not_parse_is_refused()
    {
        await using MappingStage api = await MappingStage.StartAsync("API");
        Assert.StartsWith("ConfigMapNotUsed,", Assert.Single(api.Session.Run("Convert-EksIamMapping demo -To AccessEntry -WhatIf").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("ClusterNotFound,", Assert.Single(api.Session.Run("Convert-EksIamMapping other -To AccessEntry -WhatIf").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        await using MappingStage broken = await MappingStage.StartAsync("CONFIG_MAP");
        await broken.WriteAsync(("mapRoles", "- rolearn: [\n"));
        ErrorRecord error = Assert.Single(broken.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Force").Errors);
        Assert.StartsWith("AwsAuthUnreadable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("CONFIG_MAP", broken.Session.Run("(Get-EksCluster demo).AccessConfig.AuthenticationMode").Good()[0].BaseObject);

        // Nothing to move: the mode is raised all the same.
        await broken.PatchAsync("""{"data":{"mapRoles":""}}""");
        Assert.Empty(broken.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Confirm:$false").Good());
        Assert.Equal("API_AND_CONFIG_MAP", broken.Session.Run("(Get-EksCluster demo).AccessConfig.AuthenticationMode").Good()[0].BaseObject);
    }

    [Fact]
    public async Task Hundreds_of_rows_take_one_listing_of_roles()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        IReadOnlyList<string> roles = await stage.RolesAsync("r", 120);
        await stage.WriteAsync(("mapRoles", string.Concat(roles.Select(static role => $"- rolearn: {role}\n  username: x\n  groups: [g]\n"))));
        Assert.Equal(120, stage.Session.Run("Convert-EksIamMapping demo -To AccessEntry -Force").Good().Count(static row => Text(row, "Action") == "Moved"));
        Assert.Equal(0, stage.Calls("GetRole"));
        Assert.Equal(120, stage.Calls("CreateAccessEntry"));
    }

    private static async Task<MappingStage> StartAsync(bool realKubernetes = false)
    {
        MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP", () => Rehearsal.StartAsync(realKubernetes: realKubernetes));
        await stage.RoleAsync("Node");
        await stage.RoleAsync("Admin", "/aws-reserved/");
        await stage.RoleAsync("Dev");
        await stage.RoleAsync("System");
        await stage.UserAsync("jane", "/team/");
        await stage.BindAsync("viewers", "view");
        await stage.BindAsync("editors", "edit", "default");
        await stage.WriteAsync(("mapRoles", Nodes + People), ("mapUsers", Users), ("mapAccounts", "- \"444455556666\"\n"));
        return stage;
    }

    private static bool IsAdmin(MappingStage stage, string role) => Assert.Single(stage.Session.Run($"(Get-EksEffectiveAccess demo arn:aws:iam::111122223333:role/{role}).IsAdmin").Good()).BaseObject is true;

    private static string Line(PSObject row) =>
        $"{Text(row, "Action")} {Text(row, "PrincipalArn")} {(row.Properties["Entry"].Value is { } entry ? Text(PSObject.AsPSObject(entry), "Type") : string.Empty)}: {(row.Properties["Entry"].Value is { } there ? Text(PSObject.AsPSObject(there), "Groups") : string.Empty)} ({Text(row, "AccessPolicies")}) {Text(row, "RowRemoved")}";

    private static string Describe(PSObject entry) => Text(entry, "Type") != "STANDARD" ? Text(entry, "Type") : $"{Text(entry, "Groups")} {Text(entry, "AccessPolicies")}".Trim();

    private static string Text(PSObject value, string property) => value.Properties[property].Value is System.Collections.IEnumerable list and not string
        ? string.Join(" ", list.Cast<object>())
        : $"{value.Properties[property].Value}";

    private static async Task UntilAsync(Func<bool> happened)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(15));
        while (!happened())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static async Task KillAsync(Rehearsal rehearsal, string command, int calls)
    {
        ProcessStartInfo start = new(BuiltModule.PowerShell, ["-NoProfile", "-Command", $"Import-Module '{BuiltModule.Manifest}'; {rehearsal.Defaults}; {command}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task output = process.StandardOutput.ReadToEndAsync();
        Task error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        while (!process.HasExited && rehearsal.Sandbox.Requests.Count < calls)
        {
            await Task.Delay(2, patience.Token);
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(output, error);
    }
}
