using EksTools.Sandbox.Account;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>What undisturbed runs of creation and removal call, and what the first makes: learnt once.</summary>
/// <param name="Creating">The operations of a creation.</param>
/// <param name="Made">What it makes.</param>
/// <param name="Removing">The operations of a removal.</param>
internal sealed record CalmRun(IReadOnlyList<string> Creating, IReadOnlyList<string> Made, IReadOnlyList<string> Removing)
{
    public const string Create = "New-EksCluster demo", Remove = "Remove-EksCluster demo -Confirm:$false";
    private static readonly Lazy<Task<CalmRun>> Learned = new(LearnAsync);

    public static Task<CalmRun> LearnedAsync() => Learned.Value;

    /// <summary>Whether an operation only looks.</summary>
    public static bool IsRead(string operation) => operation.Split(':')[1] is var name && (name.StartsWith("Describe", StringComparison.Ordinal) || name.StartsWith("List", StringComparison.Ordinal) || name.StartsWith("Get", StringComparison.Ordinal));

    /// <summary>A fault of an operation.</summary>
    public static FaultRule Fault(string operation, FaultKind kind, int count = 1) => new() { Service = operation.Split(':')[0], Operation = operation.Split(':')[1], Kind = kind, Count = count };

    private static async Task<CalmRun> LearnAsync()
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        calm.Session.Run(Create).Good();

        // A creation tags its role when it renews its lease, which hangs on how long it takes.
        string[] creating = [.. Operations(calm.Sandbox.Requests).Where(static operation => operation != "iam:TagRole")];
        IReadOnlyList<string> made = await Inventory.ReadAsync(calm.Sandbox);
        int before = calm.Sandbox.Requests.Count;
        calm.Session.Run(Remove).Good();
        string[] removing = Operations(calm.Sandbox.Requests.Skip(before));
        Assert.Contains("eks:CreateNodegroup", creating);
        Assert.Contains("ec2:DeleteVpc", removing);
        return new CalmRun(creating, made, removing);
    }

    private static string[] Operations(IEnumerable<SandboxRequest> requests) =>
        [.. requests.Select(static request => $"{request.Service}:{request.Operation}").Distinct().Where(static operation => !operation.StartsWith("sts:", StringComparison.Ordinal))];
}
