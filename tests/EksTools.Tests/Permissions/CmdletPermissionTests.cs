namespace EksTools.Tests.Permissions;

/// <summary>Every cmdlet works with exactly the permissions that New-EksIamPolicy gives it, and needs each of them.</summary>
public sealed class CmdletPermissionTests
{
    public static TheoryData<string> Commands { get; } = [.. PermissionCase.All.Select(static one => one.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_cmdlet_works_with_its_policy_and_needs_all_of_it(string command)
    {
        PermissionCase one = PermissionCase.All.Single(one => one.Command == command);
        using Session session = new();
        HashSet<string> allowed = [], asked = [];
        foreach (PermissionAct act in one.Acts)
        {
            string[] documents = [.. session.Run($"New-EksIamPolicy $args[0] {act.Policy} -AsJson -WarningAction Ignore", command).Good().Select(static text => (string)text.BaseObject)];
            allowed.UnionWith(documents.SelectMany(PermissionStage.Actions));
            await using PermissionStage stage = await PermissionStage.StartAsync(documents);
            await stage.Iam.CreateRoleAsync("One");
            await stage.Iam.CreateRoleAsync("Two");
            await stage.Iam.Client.CreateUserAsync(new() { UserName = "alice" });
            stage.Rehearsal.Session.Run(act.Before).Good();
            await act.Prepare(stage.Rehearsal.Sandbox);
            Answer answer = stage.Run(act.Script);
            string refused = string.Join(", ", stage.Refused.Distinct());
            Assert.True(refused.Length == 0, refused);
            string[] failures = [.. answer.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]), .. answer.Thrown is null ? [] : new[] { answer.Thrown.Message }];
            Assert.Equal(act.Failures, failures);
            asked.UnionWith(stage.Asked);
        }

        string unused = string.Join(", ", allowed.Where(action => !asked.Contains(action) && !PermissionCase.Rare.Any(rare => (rare.Command == "*" || rare.Command == command) && rare.Action == action)).Order(StringComparer.Ordinal));
        Assert.True(unused.Length == 0, unused);
    }

    [Fact]
    public void Every_cmdlet_that_needs_permissions_has_a_case()
    {
        using Session session = new();
        string[] exported = [.. session.Run("(Get-Module EksTools).ExportedCmdlets.Keys").Good().Select(static name => (string)name.BaseObject)];
        string[] needing = [.. exported.Where(name => session.Run("New-EksIamPolicy $args[0] -WarningAction Ignore", name).Good().Count > 0)];
        Assert.Equal(needing.Order(StringComparer.Ordinal), PermissionCase.All.Select(static one => one.Command).Order(StringComparer.Ordinal));
        Assert.Equal(["Get-EksToken", "Install-EksTokenHelper", "New-EksIamPolicy", "New-EksTrustPolicy", "Test-EksToken"], exported.Except(needing).Order(StringComparer.Ordinal));
    }
}
