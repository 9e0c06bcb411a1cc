using System.Diagnostics;
using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

/// <summary>Interrupted, denied, delayed: whatever happens, an administrator stays one.</summary>
public sealed partial class ConvertEksIamMappingTests
{
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
}
