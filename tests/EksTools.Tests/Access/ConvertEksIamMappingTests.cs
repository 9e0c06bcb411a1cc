using System.Diagnostics;
using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

public sealed partial class ConvertEksIamMappingTests
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
