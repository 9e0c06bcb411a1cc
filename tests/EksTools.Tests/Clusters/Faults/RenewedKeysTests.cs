using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using Iam = EksTools.Testing.Iam;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>Keys that AWS calls expired in the middle of a job: every command that runs a plan asks its source for others and goes on.</summary>
public sealed class RenewedKeysTests : IAsyncLifetime
{
    private Rehearsal rehearsal = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        using Iam iam = new(rehearsal.Sandbox);
        string role = await iam.CreateRoleAsync("operators");
        await iam.Client.AttachRolePolicyAsync(new AttachRolePolicyRequest { RoleName = "operators", PolicyArn = Iam.Administrator }, TestContext.Current.CancellationToken);
        await rehearsal.AssumeAsync(role);
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NodeCount 1 -NoKubeconfig").Good();
    }

    public ValueTask DisposeAsync() => rehearsal.DisposeAsync();

    [Theory]
    [InlineData("Set-EksCluster demo -ZonalShift", "eks:UpdateClusterConfig", "eks:DescribeUpdate")]
    [InlineData("Install-EksLoadBalancerController demo -Mode Irsa -HelmPath '{helm}' -WarningAction Ignore", "iam:CreateRole", "iam:PutRolePolicy")]
    [InlineData("New-EksServiceAccountRole demo default/app -WellKnownPolicy ExternalDns", "iam:CreateRole", "iam:PutRolePolicy")]
    [InlineData("Add-EksIamMapping demo arn:aws:iam::111122223333:role/operators-two -AccessPolicy AmazonEKSViewPolicy -Force", "eks:CreateAccessEntry", "eks:AssociateAccessPolicy")]
    [InlineData("New-EksCluster demo -Repair", "eks:ListNodegroups", "iam:ListOpenIDConnectProviders")]
    [InlineData("Remove-EksCluster demo -Confirm:$false -KeepKubeconfig", "eks:DeleteNodegroup", "ec2:DeleteVpc")]
    public async Task The_job_goes_on_with_others(string command, params string[] operations)
    {
        using Iam iam = new(rehearsal.Sandbox);
        await iam.CreateRoleAsync("operators-two");
        int assumed = Assumed();
        foreach (string operation in operations)
        {
            rehearsal.Sandbox.Faults.Add(CalmRun.Fault(operation, FaultKind.Expired));
        }

        rehearsal.Session.Run(command.Replace("{helm}", BuiltModule.Helm, StringComparison.Ordinal)).Good();
        Assert.Equal([], rehearsal.Sandbox.Faults.Waiting.Select(static rule => rule.Operation));
        Assert.InRange(Assumed() - assumed, 2, 1 + operations.Length);
    }

    private int Assumed() => rehearsal.Sandbox.Requests.Count(static request => request is { Operation: "AssumeRole", Status: 200 });
}
