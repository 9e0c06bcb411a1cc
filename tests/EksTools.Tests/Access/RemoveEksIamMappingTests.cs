using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Access;

/// <summary>Removing, listing, and the guard before both adding and removing.</summary>
public sealed class RemoveEksIamMappingTests
{
    private const string Me = "arn:aws:iam::111122223333:user/Administrator";
    private const string Rows = "- rolearn: arn:aws:iam::111122223333:role/A\n  username: one\n# between\n- rolearn: arn:aws:iam::111122223333:role/B\n  username: b\n- rolearn: arn:aws:iam::111122223333:role/A\n  username: two\n";

    [Fact]
    public async Task Takes_entry_and_every_row_of_a_principal_or_only_what_is_named()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows), ("mapUsers", "- {userarn: 'arn:aws:iam::111122223333:user/u', username: u}\n"), ("mapAccounts", "- '444455556666'\n"));
        await stage.RoleAsync("A");
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A -Target AccessEntry -AccessPolicy AmazonEKSViewPolicy").Good();

        // One row of two for the principal, by its object; the text around stays.
        PSObject one = Assert.Single(stage.Session.Run("Get-EksIamMapping demo -Source ConfigMap | ForEach-Object { if ($_.Username -eq 'two') { $_ } } | Remove-EksIamMapping -PassThru").Good());
        Assert.Equal("Removed", one.Properties["Change"].Value.ToString());
        Assert.Equal(Rows[..Rows.LastIndexOf("- rolearn", StringComparison.Ordinal)], await stage.TextAsync("mapRoles"));

        Assert.Equal(2, stage.Session.Run("Remove-EksIamMapping demo arn:aws:sts::111122223333:assumed-role/A/s -PassThru").Good().Count);
        Assert.Equal(["arn:aws:iam::111122223333:user/Administrator", "arn:aws:iam::111122223333:role/B", "arn:aws:iam::111122223333:user/u", "444455556666"], Listed(stage));
        stage.Session.Run("Get-EksIamMapping demo -Source ConfigMap | Remove-EksIamMapping").Good();
        Assert.Equal([Me], Listed(stage));
        ErrorRecord error = Assert.Single(stage.Session.Run("Remove-EksIamMapping demo arn:aws:iam::111122223333:role/A").Errors);
        Assert.StartsWith("MappingNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("arn:aws:iam::111122223333:role/A", error.TargetObject);
    }

    [Fact]
    public async Task WhatIf_removes_nothing()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows));
        Assert.Equal(2, stage.Session.Run("Remove-EksIamMapping demo arn:aws:iam::111122223333:role/A -WhatIf").Good().Count);
        Assert.Equal(Rows, await stage.TextAsync("mapRoles"));
        Assert.Equal(0, await stage.WritesAsync());
    }

    [Fact]
    public async Task Lists_in_the_authenticator_s_order_and_says_what_does_nothing()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows), ("mapAccounts", "- '444455556666'\n"));
        string table = stage.Session.Show("Get-EksIamMapping demo");
        Assert.Matches(@"Source\s+Principal\s+Username\s+Groups, policies\s+Ineffective", table);
        Assert.Equal(["AccessEntry", "ConfigMap", "ConfigMap", "ConfigMap", "ConfigMap"], stage.Session.Run("Get-EksIamMapping demo | ForEach-Object { \"$($_.Source)\" }").Good().Select(static source => (string)source.BaseObject));
        Assert.Contains("the last one wins", (string)stage.Session.Run("(Get-EksIamMapping demo '*role/A').Ineffective").Good()[0].BaseObject, StringComparison.Ordinal);
        Assert.Equal(2, stage.Session.Run("Get-EksIamMapping demo arn:aws:sts::111122223333:assumed-role/a/s").Good().Count);
        Assert.Equal(Me, stage.Session.Run("EksTools\\Get-EksCluster demo | Get-EksIamMapping -Source AccessEntry | ForEach-Object PrincipalArn").Good().Single().BaseObject);
        Assert.StartsWith("ClusterNotFound,", Assert.Single(stage.Session.Run("Get-EksIamMapping absent").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_last_administrator_and_the_caller_s_own_way_in()
    {
        await using MappingStage stage = await MappingStage.StartAsync("API");
        await stage.RoleAsync("Second");
        ErrorRecord last = Assert.Single(stage.Session.Run($"Remove-EksIamMapping demo {Me}").Errors);
        Assert.StartsWith("LastAdministrator,", last.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(Me, last.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Force", last.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/Second -AccessPolicy AmazonEKSClusterAdminPolicy").Good();
        Assert.StartsWith("CallerLockedOut,", Assert.Single(stage.Session.Run($"Remove-EksIamMapping demo {Me}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        ErrorRecord less = Assert.Single(stage.Session.Run($"Add-EksIamMapping demo {Me} -AccessPolicy AmazonEKSClusterAdminPolicy -Namespace web").Errors);
        Assert.StartsWith("CallerLosesRights,", less.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("AmazonEKSClusterAdminPolicy outside web", less.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, stage.Calls("DeleteAccessEntry") + stage.Calls("DisassociateAccessPolicy"));

        // With -WhatIf it is refused too: a plan that would not be carried out is none.
        Assert.Single(stage.Session.Run($"Remove-EksIamMapping demo {Me} -WhatIf").Errors);
        stage.Session.Run($"Remove-EksIamMapping demo {Me} -Force").Good();
        Assert.Equal(["arn:aws:iam::111122223333:role/Second"], Listed(stage));
    }

    [Fact]
    public async Task Keeps_the_last_administrator_of_aws_auth()
    {
        await using MappingStage stage = await MappingStage.StartAsync("CONFIG_MAP");
        stage.Session.Run("'arn:aws:iam::111122223333:role/A', 'arn:aws:iam::111122223333:role/B' | Add-EksIamMapping demo -Group system:masters").Good();
        stage.Session.Run("Remove-EksIamMapping demo arn:aws:iam::111122223333:role/A").Good();
        foreach (string change in new[] { "Remove-EksIamMapping demo arn:aws:iam::111122223333:role/B", "Add-EksIamMapping demo arn:aws:iam::111122223333:role/B -Group devs" })
        {
            ErrorRecord error = Assert.Single(stage.Session.Run(change).Errors);
            Assert.StartsWith("LastAdministrator,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("made the cluster", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        stage.Session.Run("Remove-EksIamMapping demo arn:aws:iam::111122223333:role/B -Force").Good();
        Assert.Empty(stage.Session.Run("Get-EksIamMapping demo").Good());

        // What an undo would lock out counts as well.
        stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/B -Group system:masters").Good();
        Assert.StartsWith("LastAdministrator,", Assert.Single(stage.Session.Run("Undo-EksIamMapping demo -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_behind_an_access_entry_is_no_administrator()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.RoleAsync("A");
        stage.Session.Run("""
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/A -Group system:masters -Target ConfigMap
            Add-EksIamMapping demo arn:aws:iam::111122223333:role/A -AccessPolicy AmazonEKSViewPolicy -Group g
            """).Good();
        Assert.StartsWith("LastAdministrator,", Assert.Single(stage.Session.Run($"Remove-EksIamMapping demo {Me}").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_roles_of_nodes_that_are_there()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NoKubeconfig -AuthenticationMode API -NodeCount 1 -MinNodes 1 -MaxNodes 1").Good();
        const string Nodes = "Get-EksIamMapping demo '*-node' | ";
        ErrorRecord error = Assert.Single(rehearsal.Session.Run($"{Nodes} Remove-EksIamMapping").Errors);
        Assert.StartsWith("NodeRoleInUse,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("the node group default", error.Exception.Message, StringComparison.Ordinal);

        rehearsal.Sandbox.Faults.Add("eks", "ListNodegroups", FaultKind.AccessDenied, count: 100);
        rehearsal.Sandbox.Faults.Add("ec2", "DescribeInstances", FaultKind.AccessDenied, count: 100);
        Assert.Contains("could not be found out: node groups:", Assert.Single(rehearsal.Session.Run($"{Nodes} Remove-EksIamMapping").Errors).Exception.Message, StringComparison.Ordinal);
        rehearsal.Sandbox.Faults.Clear();
        rehearsal.Session.Run($"{Nodes} Remove-EksIamMapping -Force").Good();
        Assert.Empty(rehearsal.Session.Run($"{Nodes} ForEach-Object {{ $_ }}").Good());
    }

    [Fact]
    public async Task Who_may_not_read_aws_auth_sees_the_entries_and_why()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        await stage.WriteAsync(("mapRoles", Rows));
        string role = await stage.RoleAsync("Reader"), stranger = await stage.RoleAsync("Stranger");
        stage.Session.Run("Add-EksIamMapping demo $args[0] -AccessPolicy AmazonEKSViewPolicy -Namespace web", role).Good();
        await stage.BecomeAsync(role);
        Answer listed = stage.Session.Run("Get-EksIamMapping demo");
        Assert.Equal(2, listed.Good().Count);
        Assert.Contains("assumed-role/Reader/someone to get the ConfigMap aws-auth", Assert.Single(listed.Warnings), StringComparison.Ordinal);
        ErrorRecord denied = Assert.Single(stage.Session.Run("Add-EksIamMapping demo arn:aws:iam::111122223333:role/A -Group g -Target ConfigMap").Errors);
        Assert.StartsWith("KubernetesForbidden,", denied.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.PermissionDenied, denied.CategoryInfo.Category);

        await stage.BecomeAsync(stranger);
        Assert.Contains("does not let arn:aws:sts::111122223333:assumed-role/Stranger/someone in", Assert.Single(stage.Session.Run("Get-EksIamMapping demo").Warnings), StringComparison.Ordinal);
        Assert.StartsWith("KubernetesUnauthorized,", Assert.Single(stage.Session.Run("Get-EksIamMapping demo -Source ConfigMap").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(Rows, await stage.TextAsync("mapRoles"));
    }

    private static IEnumerable<string> Listed(MappingStage stage) => stage.Session.Run("Get-EksIamMapping demo | ForEach-Object { \"$_\" }").Good().Select(static name => (string)name.BaseObject);
}
