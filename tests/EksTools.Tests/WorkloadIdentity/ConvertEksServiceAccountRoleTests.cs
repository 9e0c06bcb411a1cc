using System.Management.Automation;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.WorkloadIdentity;

/// <summary>Convert-EksServiceAccountRole in the engine, against the sandbox.</summary>
public sealed class ConvertEksServiceAccountRoleTests : IAsyncLifetime
{
    private const string Convert = "Convert-EksServiceAccountRole demo a -To PodIdentity";
    private Rehearsal rehearsal = null!;
    private Iam iam = null!;
    private Kubernetes kubernetes = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        rehearsal.Session.Run("New-EksCluster demo -NoNodeGroup -NatGateway None -NoKubeconfig; New-EksServiceAccountRole demo a -Mode Irsa -RoleName shared -Path /team/; New-EksServiceAccountRole demo b -Mode Irsa -RoleName shared -Path /team/").Good();
        kubernetes = new Kubernetes(rehearsal, "demo");
        await AddPodAsync("old");
    }

    [Fact]
    public async Task Both_are_trusted_until_the_end()
    {
        Assert.Equal(["pod-identity-agent Planned", "trust Planned", "association Planned"], Steps($"{Convert} -WhatIf"));
        Assert.Equal(2, (await iam.ReadTrustAsync("shared")).Count);
        Assert.StartsWith("ConversionNotBegun,", Refused($"{Convert} -Finish"), StringComparison.Ordinal);

        Assert.Equal(["pod-identity-agent Created", "trust Updated", "association Created"], Steps(Convert));
        Assert.Equal(["pod-identity-agent Found", "trust Found", "association Found"], Steps(Convert));
        Assert.Equal(3, (await iam.ReadTrustAsync("shared")).Count);
        await AddPodAsync("new");
        Assert.Equal(["new PodIdentity", "old Irsa"], Pods());
        Assert.StartsWith("ServiceAccountInUse,", Refused($"{Convert} -Finish"), StringComparison.Ordinal);

        Assert.Equal(["pod-identity-agent Found", "trust Found", "association Found", "annotations Updated", "former-trust Updated"], Steps($"{Convert} -Finish -Force"));
        Assert.Equal(["sts:AssumeRoleWithWebIdentity b", "sts:AssumeRole,sts:TagSession a"], (await iam.ReadTrustAsync("shared")).Select(static statement =>
            $"{string.Join(',', statement!["Action"] is System.Text.Json.Nodes.JsonArray many ? many.Select(static action => (string)action!) : [(string)statement["Action"]!])} {(statement.ToJsonString().Contains("default:b\"", StringComparison.Ordinal) ? "b" : "a")}"));
        PSObject role = Assert.Single(rehearsal.Session.Run("Get-EksServiceAccountRole demo a").Good());
        Assert.Equal("PodIdentity arn:aws:iam::111122223333:role/team/shared ", $"{role.Properties["Mode"].Value} {role.Properties["RoleArn"].Value} {role.Properties["ShadowedRoleArn"].Value}");
    }

    [Fact]
    public void An_interrupted_move_goes_on()
    {
        rehearsal.Sandbox.Faults.Add(new FaultRule { Operation = "CreatePodIdentityAssociation", Kind = FaultKind.AccessDenied, Count = 1 });
        Assert.StartsWith("AwsAccessDenied,", Refused(Convert), StringComparison.Ordinal);
        Assert.Equal(["pod-identity-agent Found", "trust Found", "association Created"], Steps(Convert));
    }

    [Fact]
    public async Task What_has_no_role_here_is_told()
    {
        Assert.StartsWith("ServiceAccountRoleNotFound,", Refused("Convert-EksServiceAccountRole demo nobody -To PodIdentity"), StringComparison.Ordinal);
        await kubernetes.CreateAsync("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"theirs","annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::444455556666:role/x"}}}""");
        Assert.StartsWith("RoleOfOtherAccount,", Refused("Convert-EksServiceAccountRole demo theirs -To PodIdentity"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }

    private Task AddPodAsync(string name) => kubernetes.CreateAsync("/api/v1/namespaces/default/pods", $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"},"spec":{"serviceAccountName":"a","containers":[{"name":"c","image":"i"}]}}""");

    private IEnumerable<string> Pods() => rehearsal.Session.Run("(Get-EksServiceAccountRole demo a -Pod).Pods").Good().Select(static pod => $"{pod} {pod.Properties["Mode"].Value}").Order(StringComparer.Ordinal);

    private IEnumerable<string> Steps(string script) => rehearsal.Session.Run(script).Good().Select(static step => $"{step} {step.Properties["Outcome"].Value}");

    private string Refused(string script) => Assert.Single(rehearsal.Session.Run(script).Errors).FullyQualifiedErrorId;
}
