using System.Management.Automation;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>Get- and Remove-EksServiceAccountRole in the engine, against the sandbox.</summary>
public sealed class GetEksServiceAccountRoleTests : IAsyncLifetime
{
    private const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"NAME","annotations":{"eks.amazonaws.com/skip-containers":"skipped"}},
         "spec":{"serviceAccountName":"a","containers":[{"name":"c","image":"i"},{"name":"skipped","image":"i"}]}}
        """;

    private Rehearsal rehearsal = null!;
    private Iam iam = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig; New-EksServiceAccountRole demo a -Mode Irsa; New-EksServiceAccountRole demo b -Mode PodIdentity").Good();
    }

    [Fact]
    public void Lists_both_mechanisms_and_says_which_counts()
    {
        Assert.Equal(["default/a Irsa", "default/b PodIdentity", "kube-system/aws-node Irsa"], rehearsal.Session.Run("Get-EksServiceAccountRole demo").Good().Select(static role => $"{role} {role.Properties["Mode"].Value}"));
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode PodIdentity -RoleName other").Good();
        PSObject both = Assert.Single(rehearsal.Session.Run("Get-EksCluster demo | Get-EksServiceAccountRole -ServiceAccount default/[ac]").Good());
        Assert.Equal("PodIdentity", $"{both.Properties["Mode"].Value}");
        Assert.EndsWith(":role/other", (string)both.Properties["RoleArn"].Value, StringComparison.Ordinal);
        Assert.EndsWith("-default.a", (string)both.Properties["ShadowedRoleArn"].Value, StringComparison.Ordinal);
        PSObject without = Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo default -Namespace kube-system -WithoutRole").Good());
        Assert.Null(without.Properties["RoleArn"].Value);
        Assert.Equal("kube-system/aws-node", $"{Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo -Namespace kube-system").Good())}");
    }

    [Fact]
    public void A_denied_look_at_the_last_use_is_one_warning()
    {
        rehearsal.Sandbox.Faults.Add(new FaultRule { Service = "iam", Operation = "GetRole", Kind = FaultKind.AccessDenied, Count = 100 });
        Answer answer = rehearsal.Session.Run("Get-EksServiceAccountRole demo");
        Assert.Equal(3, answer.Good().Count);
        Assert.Contains("iam:GetRole", Assert.Single(answer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_show_what_they_were_given()
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/pods", Pod.Replace("NAME", "first", StringComparison.Ordinal));
        Assert.Equal(["first Irsa True skipped"], Pods());
        rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -Force -Confirm:$false; New-EksServiceAccountRole demo a -Mode Irsa -RoleName another").Good();
        await kubernetes.CreateAsync("/api/v1/namespaces/default/pods", Pod.Replace("NAME", "second", StringComparison.Ordinal));
        Assert.Equal(["first Irsa False skipped", "second Irsa True skipped"], Pods());
        rehearsal.Session.Run("New-EksServiceAccountRole demo a -Mode PodIdentity").Good();
        await kubernetes.CreateAsync("/api/v1/namespaces/default/pods", Pod.Replace("NAME", "third", StringComparison.Ordinal));
        Assert.Equal(["first Irsa False skipped", "second Irsa False skipped", "third PodIdentity True skipped"], Pods());

        PSObject[] pods = [.. rehearsal.Session.Run("(Get-EksServiceAccountRole demo a -Pod).Pods").Good()];
        Assert.EndsWith(":role/another", (string)pods.Single(static pod => $"{pod}" == "second").Properties["RoleArn"].Value, StringComparison.Ordinal);
        string[] Pods() => [.. rehearsal.Session.Run("(Get-EksServiceAccountRole demo a -Pod).Pods").Good().Select(static pod => $"{pod} {pod.Properties["Mode"].Value} {pod.Properties["IsCurrent"].Value} {string.Join(' ', (IReadOnlyList<string>)pod.Properties["SkippedContainers"].Value)}").Order(StringComparer.Ordinal)];
        Assert.Equal("/var/run/secrets/eks.amazonaws.com/serviceaccount/token", pods.Single(static pod => $"{pod}" == "first").Properties["TokenFile"].Value);
    }

    [Fact]
    public async Task Removing_takes_away_what_is_ours_and_can_be_run_again()
    {
        Assert.Equal(["service-account", "role-ekstools-demo-us-west-2-default.a"], rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -WhatIf").Good().Select(static step => $"{step}"));
        rehearsal.Sandbox.Faults.Add(new FaultRule { Operation = "DeleteRole", Kind = FaultKind.AccessDenied, Count = 1 });
        Assert.StartsWith("AwsAccessDenied,", Assert.Single(rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);

        // The annotation is gone, the role is not: the second run finds it by its trust.
        Assert.Equal(["Deleted"], rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -Confirm:$false -PassThru").Good().Select(static step => $"{step.Properties["Outcome"].Value}"));
        rehearsal.Session.Run("Get-EksServiceAccountRole demo b | Remove-EksServiceAccountRole -Confirm:$false").Good();
        Assert.Equal("kube-system/aws-node", $"{Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo").Good())}");
        Assert.DoesNotContain((await iam.Client.ListRolesAsync(new ListRolesRequest(), TestContext.Current.CancellationToken)).Roles, static role => role.RoleName.Contains("-default.", StringComparison.Ordinal));
        Assert.Single(await iam.ReadProvidersAsync());
        Assert.StartsWith("ServiceAccountRoleNotFound,", Assert.Single(rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_role_of_an_add_on_goes_only_by_force()
    {
        const string command = "Remove-EksServiceAccountRole demo kube-system/aws-node -Confirm:$false";
        ErrorRecord refused = Assert.Single(rehearsal.Session.Run(command).Errors);
        Assert.StartsWith("RoleOfAddon,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("add-on vpc-cni", refused.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Repair", refused.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(await iam.ReadTrustAsync(EarlierVersion.CniRole("demo")));
        rehearsal.Session.Run(command + " -Force").Good();
        Assert.DoesNotContain((await iam.Client.ListRolesAsync(new ListRolesRequest(), TestContext.Current.CancellationToken)).Roles, static role => role.RoleName == EarlierVersion.CniRole("demo"));
    }

    [Fact]
    public async Task A_shared_role_loses_one_trust_and_stays()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo x, y -RoleName shared -Mode Irsa; New-EksServiceAccountRole demo z -RoleName shared -Mode PodIdentity").Good();
        rehearsal.Session.Run("Remove-EksServiceAccountRole demo x -Confirm:$false; Remove-EksServiceAccountRole demo z -Confirm:$false").Good();
        string trust = Assert.Single(await iam.ReadTrustAsync("shared"))!.ToJsonString();
        Assert.Contains("system:serviceaccount:default:y\"", trust, StringComparison.Ordinal);
        Assert.DoesNotContain("default:x", trust, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_role_of_a_pattern_and_one_that_is_named_no_more_can_be_removed()
    {
        rehearsal.Session.Run("New-EksServiceAccountRole demo 'job-*' -RoleName jobs; Remove-EksServiceAccountRole demo 'job-*' -Confirm:$false").Good();
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"c"}}""");
        rehearsal.Session.Run("New-EksServiceAccountRole demo c -Mode Irsa -RoleName mine").Good();
        await kubernetes.PatchAsync("/api/v1/namespaces/default/serviceaccounts/c", """{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/Typo"}}}""");
        rehearsal.Session.Run("Remove-EksServiceAccountRole demo c -Confirm:$false").Good();
        Assert.DoesNotContain((await iam.Client.ListRolesAsync(new ListRolesRequest(), TestContext.Current.CancellationToken)).Roles, static role => role.RoleName is "jobs" or "mine");
    }

    [Fact]
    public async Task An_adopted_role_loses_what_was_added_and_stays()
    {
        const string trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
        await iam.Client.CreateRoleAsync(new CreateRoleRequest { RoleName = "theirs", AssumeRolePolicyDocument = trust }, TestContext.Current.CancellationToken);
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts?fieldManager=helm", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"chart","annotations":{"meta.helm.sh/release-name":"x","eks.amazonaws.com/sts-regional-endpoints":"true"}}}""");
        rehearsal.Session.Run("New-EksServiceAccountRole demo chart -RoleName theirs -Adopt -Mode Irsa -TokenExpiration 01:00:00").Good();
        Assert.Equal(2, (await iam.ReadTrustAsync("theirs")).Count);
        rehearsal.Session.Run("Remove-EksServiceAccountRole demo chart -Confirm:$false").Good();
        Assert.Single(await iam.ReadTrustAsync("theirs"));
        Assert.Equal("""{"meta.helm.sh/release-name":"x","eks.amazonaws.com/sts-regional-endpoints":"true"}""", (await kubernetes.ReadAsync("/api/v1/namespaces/default/serviceaccounts/chart"))!["metadata"]!["annotations"]!.ToJsonString());
    }

    [Fact]
    public async Task Pods_in_use_and_foreign_roles_are_refused()
    {
        using Kubernetes kubernetes = new(rehearsal, "demo");
        await kubernetes.CreateAsync("/api/v1/namespaces/default/pods", Pod.Replace("NAME", "busy", StringComparison.Ordinal));
        ErrorRecord used = Assert.Single(rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -Confirm:$false").Errors);
        Assert.StartsWith("ServiceAccountInUse,", used.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("busy", used.Exception.Message, StringComparison.Ordinal);
        rehearsal.Session.Run("Remove-EksServiceAccountRole demo a -Force -Confirm:$false").Good();
        Assert.NotNull(await kubernetes.ReadAsync("/api/v1/namespaces/default/serviceaccounts/a"));

        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"theirs","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/eksctl-made"}}}""");
        Assert.StartsWith("RoleNotManaged,", Assert.Single(rehearsal.Session.Run("Remove-EksServiceAccountRole demo theirs -Confirm:$false").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }
}
