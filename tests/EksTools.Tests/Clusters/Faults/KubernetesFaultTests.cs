using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>
/// An API server on a bad day, for each call that creating and removing a cluster makes of it: what passes is waited for, without what is a kindness the job
/// goes on with a warning, and what stops it is told in the API server's words. Whatever it was, the same command ends right when the day is better.
/// </summary>
public sealed class KubernetesFaultTests
{
    private const int Always = int.MaxValue;
    private const string Setting = "/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni";

    // More than one call makes tries of: 429, 500 and 503 are met by the step's own patience too.
    private const int Several = 7;

    private static readonly (string Fault, FaultRule Rule, string Says)[] Days =
    [
        ("401", Refusal("Unauthorized", "the server has asked for the client to provide credentials (rehearsed)"), "(rehearsed)"),
        ("403", Refusal("Forbidden", "this is forbidden: User \"me\" cannot do that (rehearsed)"), "(rehearsed)"),
        ("409", Refusal("Conflict", "the object has been modified; please apply your changes to the latest version and try again (rehearsed)"), "(rehearsed)"),
        ("429", Refusal("TooManyRequests", "the server has received too many requests (rehearsed)") with { Count = Several }, "(rehearsed)"),
        ("500", Refusal("InternalError", "Internal error occurred: etcdserver: leader changed (rehearsed)") with { Count = Several }, "(rehearsed)"),
        ("503", Refusal("ServiceUnavailable", "the server is currently unable to handle the request (rehearsed)") with { Count = Several }, "(rehearsed)"),
        ("dropped before", new FaultRule { Kind = FaultKind.DropBefore, Count = Always }, "API server"),
        ("dropped after", new FaultRule { Kind = FaultKind.DropAfter, Count = Always }, "API server"),
        ("slow", new FaultRule { Kind = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(300) }, string.Empty),
    ];

    public static TheoryData<string> Names() => [.. Days.Select(static day => day.Fault)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_creation_ends_right_or_says_what_the_API_server_said(string fault)
    {
        CalmRun calm = await CalmRun.LearnedAsync(RehearsedPlan.Mixed);
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run(RehearsedPlan.Mixed.Create).Good();
        using Testing.Kubernetes cluster = new(rehearsal, "demo");
        Assert.Equal(["kubernetes:list configmaps", "kubernetes:list nodes", "kubernetes:patch configmaps"], calm.CreatingKubernetes.Order(StringComparer.Ordinal));
        foreach (string call in calm.CreatingKubernetes)
        {
            // So that there is something to do.
            await cluster.PatchAsync(Setting, """{"data":{"enable-windows-ipam":"false"}}""");
            Try(rehearsal, "create, Kubernetes", $"{RehearsedPlan.Mixed.Create} -NoKubeconfig", call, fault);
            rehearsal.Session.Run(RehearsedPlan.Mixed.Create).Good();
            Assert.Equal("true", (string?)(await cluster.ReadAsync(Setting))!["data"]!["enable-windows-ipam"]);
        }

        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_removal_ends_right_or_says_what_the_API_server_said(string fault)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        Rehearsal? rehearsal = null;
        try
        {
            foreach (string call in calm.RemovingKubernetes)
            {
                rehearsal ??= await StartedAsync();
                string end = Try(rehearsal, "remove, Kubernetes", RehearsedPlan.Remove, call, fault);
                if (end == FaultMatrix.RightEnd)
                {
                    Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
                    await rehearsal.DisposeAsync();
                    rehearsal = null;
                }
            }

            if (rehearsal is not null)
            {
                rehearsal.Session.Run(RehearsedPlan.Remove).Good();
                Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
            }
        }
        finally
        {
            await (rehearsal?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_removal_with_load_balancers_ends_right_or_says_what_the_API_server_said(string fault)
    {
        await using Rehearsal rehearsal = await StartedAsync();
        using Testing.Kubernetes cluster = new(rehearsal, "demo");
        const string services = "/api/v1/namespaces/default/services";
        await cluster.CreateAsync(services, """{"metadata":{"name":"web"},"spec":{"type":"LoadBalancer","ports":[{"port":80}],"selector":{"app":"web"}}}""");
        await LoadBalancerStage.UntilAsync(async () => (await cluster.ReadAsync($"{services}/web"))?["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"] is not null, "web");
        string[] calls = ["kubernetes:delete services", "kubernetes:get services"];
        foreach (string call in calls)
        {
            if (Try(rehearsal, "remove with a load balancer, Kubernetes", RehearsedPlan.Remove, call, fault, mayMiss: call != calls[0]) == FaultMatrix.RightEnd)
            {
                break;
            }
        }

        if (rehearsal.Session.Run("Get-EksCluster").Good().Count > 0)
        {
            rehearsal.Session.Run(RehearsedPlan.Remove).Good();
        }

        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
        Assert.Empty(await LoadBalancerStage.ListAsync(rehearsal));
    }

    private static async Task<Rehearsal> StartedAsync()
    {
        Rehearsal rehearsal = await Rehearsal.StartAsync();
        rehearsal.Session.Run("New-EksCluster demo -NatGateway None -NodeCount 1").Good();
        return rehearsal;
    }

    private static FaultRule Refusal(string reason, string message) => new() { Kind = FaultKind.Refuse, Code = reason, Message = message, Count = Always };

    private static string Try(Rehearsal rehearsal, string job, string command, string call, string fault, bool mayMiss = false)
    {
        (_, FaultRule rule, string says) = Days.Single(day => day.Fault == fault);
        string operation = call.Split(':')[1];
        int before = rehearsal.Sandbox.Faults.KubernetesCalls.GetValueOrDefault(operation);
        rehearsal.Sandbox.Faults.Add(rule with { Service = "kubernetes", Operation = operation });
        Answer answer = rehearsal.Session.Run(command);
        rehearsal.Sandbox.Faults.Clear();
        bool struck = rehearsal.Sandbox.Faults.KubernetesCalls.GetValueOrDefault(operation) > before;
        Assert.True(struck || mayMiss, $"{command} did not call {operation}.");
        Assert.Null(answer.Thrown);
        string end = answer.Errors.Count == 0 ? answer.Warnings.Count == 0 ? FaultMatrix.RightEnd : $"{FaultMatrix.RightEnd}, with a warning: {string.Join(' ', answer.Warnings)}" : Assert.Single(answer.Errors).Exception.Message;
        if (struck)
        {
            FaultMatrix.Note(job, call, fault, end);
            Assert.True(end == FaultMatrix.RightEnd || end.Contains(says, StringComparison.Ordinal), $"{call} {fault}: {end}");
        }

        return answer.Errors.Count == 0 ? FaultMatrix.RightEnd : end;
    }
}
