using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using EksTools.Sandbox;

namespace EksTools.Tests.Modules;

/// <summary>What the documents promise beside the help pages, which the build itself holds against the cmdlets.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(BuiltModule.Folder, "..", ".."));

    [Fact]
    public async Task README_s_policy_allows_every_call_of_a_whole_job()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway PerZone -LogType api; Get-EksCluster -AllRegion; Get-EksCluster demo | Update-EksKubeconfig -WarningAction Ignore; New-EksServiceAccountRole demo a -Mode Irsa -WellKnownPolicy ExternalDns; New-EksServiceAccountRole demo a, b -Mode PodIdentity; New-EksServiceAccountRole demo b -Mode PodIdentity; Remove-EksCluster demo -Confirm:$false -WarningAction Ignore").Good();
        using JsonDocument policy = await ReadPolicyAsync();
        HashSet<string> allowed = [.. policy.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(static statement => Texts(statement.GetProperty("Action")))];
        string[] denied = [.. rehearsal.Sandbox.Requests.Select(static request => $"{request.Service}:{request.Operation}").Distinct().Where(action => action != "sts:GetCallerIdentity" && !allowed.Contains(action)).Order(StringComparer.Ordinal)];
        Assert.Equal([], denied);
    }

    [Fact]
    public async Task README_s_policy_allows_every_call_of_a_repair()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        await EarlierVersion.CreateAsync(rehearsal, "demo");
        int before = rehearsal.Sandbox.Requests.Count;
        rehearsal.Session.Run("New-EksCluster demo -Repair -WhatIf; New-EksCluster demo -Repair").Good();
        using JsonDocument policy = await ReadPolicyAsync();
        HashSet<string> allowed = [.. policy.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(static statement => Texts(statement.GetProperty("Action")))];
        string[] called = [.. rehearsal.Sandbox.Requests.Skip(before).Select(static request => $"{request.Service}:{request.Operation}").Distinct()];
        Assert.Contains("eks:UpdateAddon", called);
        Assert.Equal([], called.Where(action => action != "sts:GetCallerIdentity" && !allowed.Contains(action)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task README_s_policy_allows_every_call_about_mappings()
    {
        await using MappingStage stage = await MappingStage.StartAsync();
        IReadOnlyList<string> roles = await stage.RolesAsync("Role", 26);
        string user = await stage.UserAsync("alice");
        stage.Session.Run("""
            $args[0] | Add-EksIamMapping demo -Group g
            $args[1] | Add-EksIamMapping demo -AccessPolicy AmazonEKSViewPolicy -Tag @{ a = 'b' }
            $args[1] | Add-EksIamMapping demo -AccessPolicy AmazonEKSEditPolicy -Group h -Tag @{ a = 'c' }
            Add-EksIamMapping demo $args[2] -NodeRole Linux
            $args[1], $args[2] | Remove-EksIamMapping demo
            $null = Test-EksIamMapping demo
            """, roles.Take(25).ToArray(), user, roles[25]).Good();
        using JsonDocument policy = await ReadPolicyAsync();
        HashSet<string> allowed = [.. policy.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(static statement => Texts(statement.GetProperty("Action")))];
        await using MappingStage old = await MappingStage.StartAsync("CONFIG_MAP");
        await old.WriteAsync(("mapRoles", $"- rolearn: {await old.RoleAsync("Role")}\n  username: x\n  groups: [system:masters]\n"), ("mapUsers", $"- userarn: {await old.UserAsync("alice")}\n  username: x\n  groups: [g]\n"));
        old.Session.Run("$null = Convert-EksIamMapping demo -To AccessEntry -RemoveConfigMap -Force; $null = Get-EksEffectiveAccess demo -Verify").Good();
        string[] called = [.. stage.Rehearsal.Sandbox.Requests.Concat(old.Rehearsal.Sandbox.Requests).Select(static request => $"{request.Service}:{request.Operation}").Distinct()];
        Assert.Contains("eks:UpdateClusterConfig", called);
        Assert.Contains("eks:DisassociateAccessPolicy", called);
        Assert.Contains("iam:ListRoles", called);
        Assert.Equal([], called.Where(action => action is not ("sts:GetCallerIdentity" or "iam:CreateUser" or "iam:CreateRole") && !allowed.Contains(action)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task README_s_policy_allows_the_roles_and_the_managed_policies_that_are_used()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig; Remove-EksCluster demo -Confirm:$false").Good();
        using JsonDocument policy = await ReadPolicyAsync();
        JsonElement attach = policy.RootElement.GetProperty("Statement").EnumerateArray().Single(static statement => Texts(statement.GetProperty("Action")).Contains("iam:AttachRolePolicy"));
        HashSet<string> allowed = [.. Texts(attach.GetProperty("Condition").GetProperty("ArnEquals").GetProperty("iam:PolicyARN"))];
        System.Collections.Specialized.NameValueCollection[] calls = [.. rehearsal.Sandbox.Requests.Where(static request => request.Service == "iam").Select(static request => HttpUtility.ParseQueryString(request.Body))];
        Assert.NotEmpty(calls);
        Assert.All(calls.Select(static call => call["RoleName"]).OfType<string>(), static role => Assert.StartsWith("ekstools-", role, StringComparison.Ordinal));
        string[] attached = [.. calls.Select(static call => call["PolicyArn"]).OfType<string>().Distinct()];
        Assert.NotEmpty(attached);
        Assert.Equal([], attached.Except(allowed));
    }

    [Fact]
    public void Every_error_id_is_explained_and_none_that_is_gone()
    {
        string[] sources = [.. new[] { "EksTools", "EksTools.Core" }.SelectMany(static room => Directory.EnumerateFiles(Path.Combine(Root, "src", room), "*.cs", SearchOption.AllDirectories)).Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText)];
        string kinds = File.ReadAllText(Path.Combine(Root, "src", "EksTools.Authentication", "AwsAuthenticationException.cs"));
        HashSet<string> raised =
        [
            .. sources.SelectMany(static text => RaisedId().Matches(text)).Select(static match => match.Groups["id"].Value),
            .. EnumMember().Matches(kinds).Select(static match => $"AwsAuthentication{match.Groups["name"].Value}"),
        ];
        HashSet<string> explained = [.. ExplainedId().Matches(File.ReadAllText(Path.Combine(Root, "en-US", "about_EksTools_Errors.help.txt"))).Select(static match => match.Groups["id"].Value)];
        Assert.Equal([], raised.Except(explained).Order(StringComparer.Ordinal));
        Assert.Equal([], explained.Except(raised).Order(StringComparer.Ordinal));
    }

    private static async Task<JsonDocument> ReadPolicyAsync() =>
        JsonDocument.Parse(JsonBlock().Match(await File.ReadAllTextAsync(Path.Combine(Root, "README.md"), TestContext.Current.CancellationToken)).Groups["json"].Value);

    private static IEnumerable<string> Texts(JsonElement one) =>
        one.ValueKind == JsonValueKind.Array ? one.EnumerateArray().Select(static each => each.GetString()!) : [one.GetString()!];

    [GeneratedRegex(@"```json\s(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    // new EksToolsException(EksErrorKind.X, "Id", ...), also by way of new(kind, ...) and Wrong("Id", ...).
    [GeneratedRegex(@"(EksErrorKind\.\w+,\s*|\(kind, |Wrong\()""(?<id>[A-Z]\w+)""")]
    private static partial Regex RaisedId();

    [GeneratedRegex(@"^    (?<name>[A-Z]\w+),", RegexOptions.Multiline)]
    private static partial Regex EnumMember();

    // An id with its meaning from column 33 on, or alone on its line where it is too long for that.
    [GeneratedRegex(@"^    ((?<id>[A-Z][A-Za-z]+) +(?<=^.{32})(?=\S)|(?<id>[A-Z][a-z]+[A-Z][A-Za-z]+)\r?$)", RegexOptions.Multiline)]
    private static partial Regex ExplainedId();
}
