using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>What undisturbed runs of creation and removal call, and what they make and leave: learnt once for each plan.</summary>
/// <param name="CreatingCalls">Every call of a creation, as <c>service:operation</c>: those of the API server last.</param>
/// <param name="Made">What it makes.</param>
/// <param name="Kubeconfig">The kubeconfig that it writes.</param>
/// <param name="RemovingCalls">Every call of a removal.</param>
/// <param name="Left">What is there afterwards, as before the creation.</param>
internal sealed partial record CalmRun(IReadOnlyList<string> CreatingCalls, IReadOnlyList<string> Made, string Kubeconfig, IReadOnlyList<string> RemovingCalls, IReadOnlyList<string> Left)
{
    public const string Create = "New-EksCluster demo", Remove = RehearsedPlan.Remove;
    private const string Kubernetes = "kubernetes:";
    private static readonly ConcurrentDictionary<RehearsedPlan, Lazy<Task<CalmRun>>> Learned = [];

    /// <summary>The AWS operations of a creation.</summary>
    public IReadOnlyList<string> Creating { get; } = Operations(CreatingCalls);

    /// <summary>The AWS operations of a removal.</summary>
    public IReadOnlyList<string> Removing { get; } = Operations(RemovingCalls);

    /// <summary>What a creation asks of the API server.</summary>
    public IReadOnlyList<string> CreatingKubernetes { get; } = OfKubernetes(CreatingCalls);

    /// <summary>What a removal asks of the API server.</summary>
    public IReadOnlyList<string> RemovingKubernetes { get; } = OfKubernetes(RemovingCalls);

    /// <summary>The plain plan's.</summary>
    public static Task<CalmRun> LearnedAsync() => LearnedAsync(RehearsedPlan.Plain);

    public static Task<CalmRun> LearnedAsync(RehearsedPlan plan) => Learned.GetOrAdd(plan, static plan => new Lazy<Task<CalmRun>>(() => LearnAsync(plan))).Value;

    /// <summary>Whether an operation only looks.</summary>
    public static bool IsRead(string operation) => operation.Split(':')[1] is var name && Looks.Any(look => name.StartsWith(look, StringComparison.OrdinalIgnoreCase));

    /// <summary>A fault of an operation; after <c>@</c> stands what the call concerns.</summary>
    public static FaultRule Fault(string operation, FaultKind kind, int count = 1)
    {
        string[] parts = operation.Split(':', 2), rest = parts[1].Split('@');
        return new FaultRule { Service = parts[0], Operation = rest[0], Concerning = rest.ElementAtOrDefault(1), Kind = kind, Count = count };
    }

    /// <summary>A kubeconfig without what differs from one sandbox to another.</summary>
    public static async Task<string> ReadKubeconfigAsync(Rehearsal rehearsal) =>
        Varying().Replace((await File.ReadAllTextAsync(rehearsal.Kubeconfig, TestContext.Current.CancellationToken)).Replace(rehearsal.Folder, string.Empty, StringComparison.Ordinal), string.Empty);

    private static string[] Looks { get; } = ["Describe", "List", "Get"];

    private static async Task<CalmRun> LearnAsync(RehearsedPlan rehearsed)
    {
        await using Rehearsal calm = await Rehearsal.StartAsync();
        RehearsedPlan plan = await rehearsed.PrepareAsync(calm);
        IReadOnlyList<string> before = await Inventory.ReadAsync(calm.Sandbox);
        int asked = calm.Sandbox.Requests.Count;
        calm.Session.Run(plan.Create).Good();
        IReadOnlyDictionary<string, int> kubernetes = calm.Sandbox.Faults.KubernetesCalls;

        // A creation tags its role when it renews its lease, which hangs on how long it takes.
        string[] creating = [.. Names(calm.Sandbox.Requests.Skip(asked)).Where(static call => call != "iam:TagRole"), .. Names(kubernetes, new Dictionary<string, int>())];
        IReadOnlyList<string> made = await Inventory.ReadAsync(calm.Sandbox);
        string kubeconfig = await ReadKubeconfigAsync(calm);
        asked = calm.Sandbox.Requests.Count;
        calm.Session.Run(Remove).Good();
        string[] removing = [.. Names(calm.Sandbox.Requests.Skip(asked)), .. Names(calm.Sandbox.Faults.KubernetesCalls, kubernetes)];
        Assert.Contains("eks:CreateCluster", creating);
        Assert.Contains("eks:DeleteCluster", removing);
        Assert.Contains("kubernetes:list services", removing);
        Assert.Equal(before, await Inventory.ReadAsync(calm.Sandbox));
        return new CalmRun(creating, made, kubeconfig, removing, before);
    }

    private static IEnumerable<string> Names(IEnumerable<SandboxRequest> requests) => requests.Select(static request => $"{request.Service}:{request.Operation}");

    private static IEnumerable<string> Names(IReadOnlyDictionary<string, int> calls, IReadOnlyDictionary<string, int> before) =>
        calls.OrderBy(static call => call.Key, StringComparer.Ordinal).SelectMany(call => Enumerable.Repeat(Kubernetes + call.Key, call.Value - before.GetValueOrDefault(call.Key)));

    private static string[] Operations(IEnumerable<string> calls) => [.. calls.Distinct().Where(static call => !call.StartsWith("sts:", StringComparison.Ordinal) && !call.StartsWith(Kubernetes, StringComparison.Ordinal))];

    private static string[] OfKubernetes(IEnumerable<string> calls) => [.. calls.Distinct().Where(static call => call.StartsWith(Kubernetes, StringComparison.Ordinal))];

    [GeneratedRegex(@"(?<=certificate-authority-data: ).*|https?://127\.0\.0\.1:\d+")]
    private static partial Regex Varying();
}
