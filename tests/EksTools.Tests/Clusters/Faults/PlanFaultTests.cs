using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>The cells of the matrix for what Windows, Fargate and Auto Mode add to a cluster: each call of theirs with each fault.</summary>
public sealed class PlanFaultTests
{
    private const int Always = int.MaxValue;

    // After @ stands what tells the call from one that the plain plan makes.
    private static readonly Dictionary<RehearsedPlan, (string[] Creating, string[] Removing)> Calls = new()
    {
        [RehearsedPlan.Mixed] = (
            [
                "iam:CreateRole@windows-node", "iam:CreateRole@fargate", "iam:AttachRolePolicy@windows-node", "iam:AttachRolePolicy@fargate", "eks:CreateAccessEntry@EC2_WINDOWS",
                "eks:CreateFargateProfile", "eks:DescribeFargateProfile", "kubernetes:list configmaps", "kubernetes:patch configmaps", "eks:CreateNodegroup@\"win\"", "eks:DescribeNodegroup@node-groups/win",
            ],
            ["eks:DescribeFargateProfile", "eks:DeleteFargateProfile", "eks:DeleteNodegroup@node-groups/win", "eks:DescribeNodegroup@node-groups/win", "iam:DetachRolePolicy@windows-node", "iam:DeleteRole@windows-node", "iam:DetachRolePolicy@fargate", "iam:DeleteRole@fargate"]),
        [RehearsedPlan.Auto] = (
            ["iam:CreateRole@auto-node", "iam:AttachRolePolicy@auto-node", "iam:AttachRolePolicy@AmazonEKSComputePolicy", "eks:CreateCluster@computeConfig"],
            ["iam:DetachRolePolicy@AmazonEKSComputePolicy", "iam:DetachRolePolicy@auto-node", "iam:DeleteRole@auto-node"]),
    };

    // What AWS makes no more of at some number.
    private static readonly string[] Limited = ["iam:CreateRole", "iam:AttachRolePolicy", "eks:CreateAccessEntry", "eks:CreateFargateProfile", "eks:CreateNodegroup", "eks:CreateCluster"];

    public static TheoryData<string, FaultKind> PlansAndFaults() => [.. Calls.Keys.SelectMany(static plan => PassingFaultTests.Passing().Select(row => (plan.Name, row.Data)))];

    public static TheoryData<string> Plans() => [.. Calls.Keys.Select(static plan => plan.Name)];

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task No_operation_that_a_plan_adds_is_left_out(string name)
    {
        RehearsedPlan plan = RehearsedPlan.Named(name);
        CalmRun calm = await CalmRun.LearnedAsync(plan), plain = await CalmRun.LearnedAsync();
        Assert.Equal([], calm.Creating.Concat(calm.CreatingKubernetes).Except(plain.CreatingCalls).Except(Calls[plan].Creating.Select(static call => call.Split('@')[0])));
        Assert.Equal([], calm.Removing.Concat(calm.RemovingKubernetes).Except(plain.RemovingCalls).Except(Calls[plan].Removing.Select(static call => call.Split('@')[0])));
    }

    [Theory]
    [MemberData(nameof(PlansAndFaults))]
    public async Task Both_jobs_end_right_when_every_call_fails_once(string name, FaultKind kind)
    {
        RehearsedPlan plan = RehearsedPlan.Named(name);
        CalmRun calm = await CalmRun.LearnedAsync(plan);
        await using Rehearsal rough = await Rehearsal.StartAsync();
        IReadOnlyList<FaultRule> rules = PassingFaultTests.Inject(rough, Calls[plan].Creating, kind);
        rough.Session.Run(plan.Create).Good();
        IReadOnlyList<FaultRule> missed = rough.Sandbox.Faults.Waiting;
        rough.Sandbox.Faults.Clear();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rough.Sandbox));
        PassingFaultTests.Note($"create, {name}", rules, missed);

        rules = PassingFaultTests.Inject(rough, Calls[plan].Removing, kind);
        rough.Session.Run(RehearsedPlan.Remove).Good();
        missed = rough.Sandbox.Faults.Waiting;
        rough.Sandbox.Faults.Clear();
        Assert.Empty(await Inventory.ReadAsync(rough.Sandbox));
        PassingFaultTests.Note($"remove, {name}", rules, missed);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task What_is_denied_is_named_and_the_same_command_goes_on(string name)
    {
        RehearsedPlan plan = RehearsedPlan.Named(name);
        CalmRun calm = await CalmRun.LearnedAsync(plan);
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        RefuseEach(rehearsal, $"create, {name}", plan.Create, Calls[plan].Creating.Where(static call => !call.StartsWith("kubernetes:", StringComparison.Ordinal)), FaultKind.AccessDenied);
        rehearsal.Session.Run(plan.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
        RefuseEach(rehearsal, $"remove, {name}", RehearsedPlan.Remove, Calls[plan].Removing, FaultKind.AccessDenied);
        rehearsal.Session.Run(RehearsedPlan.Remove).Good();
        Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_quota_that_is_reached_is_named_and_the_same_command_goes_on(string name)
    {
        RehearsedPlan plan = RehearsedPlan.Named(name);
        CalmRun calm = await CalmRun.LearnedAsync(plan);
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        RefuseEach(rehearsal, $"create, {name}", plan.Create, Calls[plan].Creating.Where(static call => Limited.Contains(call.Split('@')[0])), FaultKind.LimitExceeded);
        rehearsal.Session.Run(plan.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    /// <summary>
    /// Runs a command again and again while all of the calls are refused: each time it stops at one of them, in AWS's words, and that one is allowed from then on.
    /// Which comes first is open, as a job makes many calls at once; none is done before it was refused.
    /// </summary>
    private static void RefuseEach(Rehearsal rehearsal, string job, string command, IEnumerable<string> calls, FaultKind kind)
    {
        for (List<string> left = [.. calls]; left.Count > 0;)
        {
            foreach (string call in left)
            {
                rehearsal.Sandbox.Faults.Add(CalmRun.Fault(call, kind, Always));
            }

            Answer answer = rehearsal.Session.Run(command);
            rehearsal.Sandbox.Faults.Clear();
            Assert.True(answer.Errors.Count == 1, $"{job}, {string.Join(' ', left)} {kind}: {answer.Errors.Count} errors: {string.Join(" | ", answer.Errors)}");
            ErrorRecord error = answer.Errors[0];
            Assert.StartsWith(kind == FaultKind.AccessDenied ? "AwsAccessDenied" : "AwsQuotaReached", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            string said = error.Exception.Message;
            string told = left.Where(call => said.Contains(call.Split('@')[0], StringComparison.Ordinal)).OrderByDescending(call => said.Contains(call.Split('@')[^1], StringComparison.Ordinal)).First();
            FaultMatrix.Note(job, told, kind, said);
            left.Remove(told);
        }
    }
}
