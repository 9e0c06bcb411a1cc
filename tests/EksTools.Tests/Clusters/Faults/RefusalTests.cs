using System.Management.Automation;
using EksTools.Sandbox.Faults;

namespace EksTools.Tests.Clusters.Faults;

/// <summary>
/// What does not pass by itself: each operation denied, and each that makes something beyond its quota. The job says which call it was and what AWS said,
/// and the same command goes on where it stopped once that is mended.
/// </summary>
public sealed class RefusalTests
{
    private const int Slices = 6;
    private const int Always = int.MaxValue;

    // What nobody misses: a lease runs out by itself, and a cluster that sends no logs has no log group.
    private static readonly HashSet<string> Kindnesses = new(StringComparer.Ordinal) { "iam:UntagRole", "logs:DescribeLogGroups" };

    public static TheoryData<int> AllSlices() => [.. Enumerable.Range(0, Slices)];

    [Theory]
    [MemberData(nameof(AllSlices))]
    public async Task A_change_that_is_denied_to_a_creation_is_named_and_the_same_command_goes_on(int slice)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        foreach (string operation in Slice(calm.Creating.Where(static operation => !CalmRun.IsRead(operation)), slice))
        {
            await CreateAsync(calm, operation, FaultKind.AccessDenied);
        }
    }

    [Theory]
    [MemberData(nameof(AllSlices))]
    public async Task A_quota_that_a_creation_reaches_is_named_and_the_same_command_goes_on(int slice)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        string[] limited =
        [
            "iam:CreateRole", "iam:AttachRolePolicy", "iam:CreateOpenIDConnectProvider", "ec2:CreateVpc", "ec2:CreateSubnet", "ec2:CreateInternetGateway", "ec2:AllocateAddress", "ec2:CreateNatGateway",
            "ec2:CreateRouteTable", "ec2:CreateRoute", "eks:CreateCluster", "eks:CreateAddon", "eks:CreateNodegroup",
        ];
        Assert.Equal([], limited.Except(calm.Creating));
        foreach (string operation in Slice(limited, slice))
        {
            await CreateAsync(calm, operation, FaultKind.LimitExceeded);
        }
    }

    [Theory]
    [MemberData(nameof(AllSlices))]
    public async Task A_change_that_is_denied_to_a_removal_is_named_and_the_same_command_goes_on(int slice)
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        foreach (string operation in Slice(calm.Removing.Where(static operation => !CalmRun.IsRead(operation)), slice))
        {
            await using Rehearsal rehearsal = await Rehearsal.StartAsync();
            rehearsal.Session.Run(CalmRun.Create).Good();
            string end = Refused(rehearsal, CalmRun.Remove, operation, FaultKind.AccessDenied);
            if (end != FaultMatrix.RightEnd)
            {
                rehearsal.Session.Run(CalmRun.Remove).Good();
            }

            Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
            FaultMatrix.Note("remove", operation, FaultKind.AccessDenied, end);
        }
    }

    [Fact]
    public async Task A_look_that_is_denied_to_a_creation_is_named()
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        foreach (string operation in calm.Creating.Where(CalmRun.IsRead))
        {
            FaultMatrix.Note("create", operation, FaultKind.AccessDenied, Refused(rehearsal, CalmRun.Create, operation, FaultKind.AccessDenied));
        }

        rehearsal.Session.Run(CalmRun.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
    }

    [Fact]
    public async Task A_look_that_is_denied_to_a_removal_is_named()
    {
        CalmRun calm = await CalmRun.LearnedAsync();
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        foreach (string operation in calm.Removing.Where(CalmRun.IsRead))
        {
            rehearsal.Session.Run(CalmRun.Create).Good();
            string end = Refused(rehearsal, CalmRun.Remove, operation, FaultKind.AccessDenied);
            FaultMatrix.Note("remove", operation, FaultKind.AccessDenied, end);
            if (end == FaultMatrix.RightEnd)
            {
                Assert.Empty(await Inventory.ReadAsync(rehearsal.Sandbox));
            }
        }
    }

    private static IEnumerable<string> Slice(IEnumerable<string> operations, int slice) => operations.Where((_, index) => index % Slices == slice);

    private static async Task CreateAsync(CalmRun calm, string operation, FaultKind kind)
    {
        await using Rehearsal rehearsal = await Rehearsal.StartAsync();
        string end = Refused(rehearsal, CalmRun.Create, operation, kind);
        rehearsal.Session.Run(CalmRun.Create).Good();
        Assert.Equal(calm.Made, await Inventory.ReadAsync(rehearsal.Sandbox));
        FaultMatrix.Note("create", operation, kind, end);
    }

    /// <summary>Runs a command whose call of an operation is always refused, and returns how it ended, after making sure that this is well said.</summary>
    private static string Refused(Rehearsal rehearsal, string command, string operation, FaultKind kind)
    {
        rehearsal.Sandbox.Faults.Add(CalmRun.Fault(operation, kind, Always));
        int before = rehearsal.Sandbox.Requests.Count;
        Answer answer = rehearsal.Session.Run(command);
        rehearsal.Sandbox.Faults.Clear();
        Assert.Contains(rehearsal.Sandbox.Requests.Skip(before), request => $"{request.Service}:{request.Operation}" == operation);
        Assert.Null(answer.Thrown);
        if (answer.Errors.Count == 0)
        {
            // A job that goes on without has said so, unless nobody misses it.
            Assert.True(Kindnesses.Contains(operation) || answer.Warnings.Count > 0, $"{command} went on without {operation} and did not say so.");
            return FaultMatrix.RightEnd;
        }

        ErrorRecord error = Assert.Single(answer.Errors);
        string message = error.Exception.Message;
        Assert.StartsWith(kind == FaultKind.AccessDenied ? "AwsAccessDenied" : "AwsQuotaReached", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(operation, message, StringComparison.Ordinal);
        string[] said = kind == FaultKind.AccessDenied ? ["not authorized"] : ["limit", "maximum", "Cannot exceed quota", "reached"];
        Assert.Contains(said, part => message.Contains(part, StringComparison.OrdinalIgnoreCase));
        return message;
    }
}
