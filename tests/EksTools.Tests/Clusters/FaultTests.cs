using EksTools.Sandbox;
using EksTools.Sandbox.Faults;
using EksTools.Testing;

namespace EksTools.Tests.Clusters;

/// <summary>Every operation that creating and removing a cluster calls fails once; the jobs still end as if nothing had been.</summary>
public sealed class FaultTests
{
    private const string Create = "New-EksCluster demo", Remove = "Remove-EksCluster demo -Confirm:$false";

    // What an undisturbed run calls and leaves: learnt once.
    private static readonly Lazy<Task<Calm>> Undisturbed = new(RunCalmAsync);

    public static TheoryData<FaultKind> Passing() => [FaultKind.Throttle, FaultKind.Error500, FaultKind.Error503, FaultKind.DropBefore, FaultKind.DropAfter];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Creating_ends_right_when_every_operation_fails_once(FaultKind kind)
    {
        Calm calm = await Undisturbed.Value;
        await using Rehearsal rough = await Rehearsal.StartAsync();
        Inject(rough.Sandbox, calm.Creating, kind);
        rough.Session.Run(Create).Good();
        rough.Sandbox.Faults.Clear();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rough.Sandbox));
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Removing_ends_right_when_every_operation_fails_once(FaultKind kind)
    {
        Calm calm = await Undisturbed.Value;
        await using Rehearsal rough = await Rehearsal.StartAsync();
        rough.Session.Run(Create).Good();
        Inject(rough.Sandbox, calm.Removing, kind);
        rough.Session.Run(Remove).Good();
        rough.Sandbox.Faults.Clear();
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

    private sealed record Calm(IReadOnlyList<string> Creating, IReadOnlyList<string> Made, IReadOnlyList<string> Removing);

    private static async Task<Calm> RunCalmAsync()
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run(Create).Good();
        string[] creating = Operations(calm.Sandbox);
        IReadOnlyList<string> made = await Inventory.ReadAsync(calm.Sandbox);
        int before = calm.Sandbox.Requests.Count;
        calm.Session.Run(Remove).Good();
        string[] removing = [.. calm.Sandbox.Requests.Skip(before).Select(static request => $"{request.Service}:{request.Operation}").Distinct()];
        Assert.Contains("eks:CreateNodegroup", creating);
        Assert.Contains("ec2:DeleteVpc", removing);
        return new Calm(creating, made, removing);
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
