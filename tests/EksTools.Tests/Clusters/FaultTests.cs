using EksTools.Sandbox;
using EksTools.Sandbox.Faults;
using EksTools.Tests.Hosting;

namespace EksTools.Tests.Clusters;

/// <summary>Every operation that creating and removing a cluster calls fails once; the jobs still end as if nothing had been.</summary>
public sealed class FaultTests
{
    private const string Create = "New-EksCluster demo", Remove = "Remove-EksCluster demo -Confirm:$false";

    [Theory]
    [InlineData(FaultKind.Throttle)]
    [InlineData(FaultKind.Error500)]
    [InlineData(FaultKind.Error503)]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.DropAfter)]
    public async Task Faults_that_pass_leave_no_trace(FaultKind kind)
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run(Create).Good();
        string[] creating = Operations(calm.Sandbox);
        IReadOnlyList<string> expected = await Inventory.ReadAsync(calm.Sandbox);
        calm.Session.Run(Remove).Good();
        string[] removing = [.. Operations(calm.Sandbox).Except(creating)];
        Assert.Contains("eks:CreateNodegroup", creating);
        Assert.Contains("ec2:DeleteVpc", removing);

        await using Rehearsal rough = await Rehearsal.StartAsync();
        Inject(rough.Sandbox, creating, kind);
        rough.Session.Run(Create).Good();
        Assert.Equal(expected, await Inventory.ReadAsync(rough.Sandbox));

        Inject(rough.Sandbox, [.. creating.Where(static operation => operation.Contains(":Describe", StringComparison.Ordinal) || operation.Contains(":List", StringComparison.Ordinal)), .. removing], kind);
        rough.Session.Run(Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rough.Sandbox));
    }

    [Fact]
    public async Task Reads_that_lag_behind_make_no_duplicates()
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run("New-EksCluster demo -NoNodeGroup").Good();

        await using Rehearsal stale = await Rehearsal.StartAsync();
        foreach (string operation in Operations(calm.Sandbox).Where(static operation => operation.StartsWith("ec2:Describe", StringComparison.Ordinal)))
        {
            string[] parts = operation.Split(':');
            stale.Sandbox.Faults.Add(new FaultRule { Service = parts[0], Operation = parts[1], Kind = FaultKind.Stale, Count = 3, Delay = TimeSpan.FromSeconds(1) });
        }

        stale.Session.Run("New-EksCluster demo -NoNodeGroup").Good();
        Assert.Equal(await Inventory.ReadAsync(calm.Sandbox), await Inventory.ReadAsync(stale.Sandbox));
    }

    [Fact]
    public async Task A_node_group_without_capacity_fails_with_what_AWS_says()
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Sandbox.Faults.Add("eks", "CreateNodegroup", FaultKind.Capacity);
        string message = Assert.Single(rehearsal.Session.Run("New-EksCluster demo -NoKubeconfig").Errors).Exception.Message;
        Assert.Contains("The node group default is CREATE_FAILED", message, StringComparison.Ordinal);
        Assert.Contains("not done: ", message, StringComparison.Ordinal);
    }

    private static string[] Operations(SandboxServer sandbox) => [.. sandbox.Requests.Select(static request => $"{request.Service}:{request.Operation}").Distinct().Where(static operation => !operation.StartsWith("sts:", StringComparison.Ordinal))];

    private static void Inject(SandboxServer sandbox, IEnumerable<string> operations, FaultKind kind)
    {
        foreach (string[] operation in operations.Select(static operation => operation.Split(':')))
        {
            sandbox.Faults.Add(operation[0], operation[1], kind);
        }
    }
}
