using System.Management.Automation;
using Amazon.IdentityManagement.Model;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>New-EksCluster -Repair that is denied, disturbed and killed: aws-node never is without its permissions, and the same command goes on.</summary>
public sealed class RepairInterruptionTests : IAsyncLifetime
{
    private const string Repair = "New-EksCluster demo -Repair";
    private static readonly string NodeRole = EarlierVersion.NodeRole("demo");

    private static readonly string[] Operations =
    [
        "eks:DescribeCluster", "eks:DescribeAddon", "eks:UpdateAddon", "eks:ListPodIdentityAssociations", "eks:ListNodegroups", "iam:ListOpenIDConnectProviders", "iam:CreateOpenIDConnectProvider", "iam:CreateRole", "iam:ListRoleTags",
        "iam:TagRole", "iam:UntagRole", "iam:ListAttachedRolePolicies", "iam:AttachRolePolicy", "iam:DetachRolePolicy",
        "kubernetes:get serviceaccounts", "kubernetes:get daemonsets", "kubernetes:list pods", "kubernetes:patch daemonsets",
    ];

    private static readonly string[] Changes = ["iam:CreateOpenIDConnectProvider", "iam:CreateRole", "iam:AttachRolePolicy", "eks:UpdateAddon", "kubernetes:patch daemonsets", "iam:DetachRolePolicy"];

    private Rehearsal rehearsal = null!;
    private Iam iam = null!;

    public async ValueTask InitializeAsync()
    {
        rehearsal = await Rehearsal.StartAsync();
        iam = new Iam(rehearsal.Sandbox);
        await EarlierVersion.CreateAsync(rehearsal, "demo");
    }

    public static TheoryData<FaultKind> Passing() => [FaultKind.Throttle, FaultKind.Error500, FaultKind.DropBefore, FaultKind.DropAfter];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Ends_right_when_every_operation_fails_once(FaultKind kind)
    {
        foreach (string[] operation in Operations.Select(static operation => operation.Split(':')))
        {
            rehearsal.Sandbox.Faults.Add(operation[0], operation[1], kind);
        }

        rehearsal.Session.Run(Repair).Good();
        rehearsal.Sandbox.Faults.Clear();
        await RepairTests.RequireRepairedAsync(rehearsal, iam);
    }

    [Fact]
    public async Task Stopped_at_any_change_aws_node_keeps_its_permissions_and_the_same_command_goes_on()
    {
        foreach (string operation in Changes.Where(static change => !change.StartsWith("kubernetes:", StringComparison.Ordinal)))
        {
            string[] parts = operation.Split(':');
            rehearsal.Sandbox.Faults.Add(parts[0], parts[1], FaultKind.AccessDenied);
            ErrorRecord error = Assert.Single(rehearsal.Session.Run(Repair).Errors);
            Assert.Contains(parts[1], error.Exception.Message, StringComparison.Ordinal);
            rehearsal.Sandbox.Faults.Clear();
            Assert.Contains(EarlierVersion.CniPolicy, await iam.ReadPoliciesAsync(NodeRole));
            RepairTests.RequireReadyNodes(rehearsal);
        }

        rehearsal.Session.Run(Repair).Good();
        await RepairTests.RequireRepairedAsync(rehearsal, iam);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 6)]
    public async Task Cut_off_after_each_change_aws_node_keeps_its_permissions_and_the_next_run_goes_on(int first, int end)
    {
        foreach (string change in Changes[first..end])
        {
            string[] parts = change.Split(':');
            Assert.True(await Interruption.CutAsync(rehearsal, Repair, new FaultRule { Service = parts[0], Operation = parts[1], Kind = FaultKind.CutAfter }), change);

            // The process that held the lease would be gone, and lives on here.
            await iam.Client.UntagRoleAsync(new UntagRoleRequest { RoleName = "ekstools-demo-us-west-2-cluster", TagKeys = ["ekstools:lease-run", "ekstools:lease-holder", "ekstools:lease-expires"] }, TestContext.Current.CancellationToken);
            Assert.Equal(change != Changes[^1], (await iam.ReadPoliciesAsync(NodeRole)).Contains(EarlierVersion.CniPolicy));
            RepairTests.RequireReadyNodes(rehearsal);
        }

        rehearsal.Session.Run(Repair).Good();
        await RepairTests.RequireRepairedAsync(rehearsal, iam);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    public async Task Killed_after_some_calls_and_run_again_it_is_repaired(int calls)
    {
        await InterruptionTests.KillAsync(rehearsal, Repair, rehearsal.Sandbox.Requests.Count + calls);
        RepairTests.RequireReadyNodes(rehearsal);
        rehearsal.Session.Run(Repair).Good();
        await RepairTests.RequireRepairedAsync(rehearsal, iam);
    }

    public async ValueTask DisposeAsync()
    {
        iam.Dispose();
        await rehearsal.DisposeAsync();
    }
}
