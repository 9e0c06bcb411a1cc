using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Changes;

/// <summary>The plan that changes a cluster's settings: one update of EKS after another, each waited for.</summary>
internal sealed class ClusterSetting
{
    private readonly AwsAccount account;
    private readonly ClusterIdentity identity;
    private readonly Cluster live;
    private readonly IReadOnlyList<ClusterChange> changes;
    private readonly ParameterRecording? recording;
    private readonly Dictionary<string, (string UpdateId, Dictionary<string, string> Before)> begun = new(StringComparer.Ordinal);

    private ClusterSetting(AwsAccount account, SetClusterRequest request, Cluster live, ClusterRecord? record)
    {
        this.account = account;
        this.live = live;
        identity = new ClusterIdentity(request.Name, account.Region);
        changes = new ClusterChanges(account, request, live).List();
        Record = record;
        recording = record is null ? null : new ParameterRecording(record);
        Plan = new Plan($"Changing cluster {identity.Name} in {identity.Region}", request.NoWait ? [.. WithoutLastWait([.. Steps()])] : Steps());
    }

    public Plan Plan { get; }

    /// <summary>What carries the lease and the parameters of a cluster of ours; null for others', which have neither.</summary>
    public ClusterRecord? Record { get; }

    /// <summary>Looks at what is there. Changes nothing.</summary>
    /// <exception cref="EksToolsException">There is no such cluster, or EKS knows no way from what is to what is asked for.</exception>
    public static async Task<ClusterSetting> PrepareAsync(AwsAccount account, SetClusterRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = new(request.Name, account.Region);
        Cluster live = await ReadAsync(account, request.Name, cancellationToken);
        ChangeRules.Require(account, request, live);
        await ChangeRules.RequireReachAsync(account, request, live, cancellationToken);
        await NetworkChangeRules.RequireAsync(account, request, live, cancellationToken);
        if (request.NodeRoleArn is { } nodes)
        {
            await RoleRules.RequireNodesAsync(account, $"-{nameof(request.NodeRoleArn)}", nodes, cancellationToken);
        }

        ClusterRecord? record = null;
        if (identity.Owns(live.Tags ?? []))
        {
            (ClusterRecord there, Dictionary<string, string>? tags) = await ClusterRecord.FindAsync(account, identity, ownRole: false, cancellationToken);
            if (tags is not null && identity.Owns(tags))
            {
                ParameterRecording.RequireRoom(tags, new ClusterChanges(account, request, live).List());
                record = there;
            }
        }

        return new ClusterSetting(account, request, live, record);
    }

    /// <summary>A plan of one step: taking the lease.</summary>
    public Plan CreateLeasePlan(ClusterLease lease) => new(
        Plan.Activity,
        [new PlanStep { Id = "lease", Description = "this run's lease on the cluster", Ensure = async (context, token) => await lease.AcquireAsync(context, token) ? StepOutcome.Ready : StepOutcome.Skipped }]);

    /// <summary>What is found as it is to be; what is not is planned.</summary>
    public async Task<IReadOnlyDictionary<string, StepOutcome>> LookAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, StepOutcome> found = new(StringComparer.Ordinal);
        foreach (ClusterChange change in changes)
        {
            if (await change.IsDoneAsync(live, cancellationToken))
            {
                found[change.Id] = StepOutcome.Found;
                found[Done(change)] = StepOutcome.Found;
            }
        }

        return found;
    }

    private static string Done(ClusterChange change) => $"{change.Id}-done";

    private static IEnumerable<PlanStep> WithoutLastWait(IReadOnlyList<PlanStep> steps) => steps is [.., { Kind: StepKind.Wait }] ? steps.SkipLast(1) : steps;

    private static async Task<Cluster> ReadAsync(AwsAccount account, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Eks.DescribeClusterAsync(new DescribeClusterRequest { Name = name }, cancellationToken)).Cluster;
        }
        catch (ResourceNotFoundException)
        {
            throw ClusterReader.NotFound(name, account.Region);
        }
    }

    private IEnumerable<PlanStep> Steps()
    {
        string[] before = [];
        foreach (ClusterChange change in changes)
        {
            yield return new PlanStep { Id = change.Id, Needs = before, Billed = change.Billed, Description = change.Description, Ensure = change.EnsureAsync ?? ((context, token) => EnsureAsync(change, context, token)) };
            before = [change.Id];
            if (change.IsUpdate)
            {
                yield return new PlanStep { Id = Done(change), Needs = before, Kind = StepKind.Wait, Typical = change.Typical, Description = $"EKS has made that change ({change.Id})", Ensure = (context, token) => WaitAsync(change, context, token) };
                before = [Done(change)];
            }
        }
    }

    private async Task<StepOutcome> EnsureAsync(ClusterChange change, StepContext context, CancellationToken cancellationToken)
    {
        string outcome = await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return Enum.Parse<StepOutcome>(outcome);

        async Task<string?> TryAsync(CancellationToken token)
        {
            Cluster there = await ReadAsync(account, identity.Name, token);
            if (await change.IsDoneAsync(there, token))
            {
                await RecordAsync(change, token);
                return nameof(StepOutcome.Found);
            }

            if (there.Status?.Value is "DELETING" or "FAILED")
            {
                throw new EksToolsException(EksErrorKind.Conflict, "ClusterNotUsable", $"Cluster {identity.Name} is {there.Status.Value}.", identity.Name);
            }

            Dictionary<string, string> before = recording is null ? [] : await recording.ReadAsync(change.Recorded.Keys, token);
            try
            {
                if (await change.AskAsync(there, token) is { } update)
                {
                    begun[change.Id] = (update, before);
                    context.Resource($"by update {update}");
                }
            }
            catch (ResourceInUseException exception)
            {
                // Another update is under way, perhaps this one by a call whose answer was lost: the next look tells.
                context.Detail($"{there.Status?.Value}: {exception.Message}");
                return null;
            }

            await RecordAsync(change, token);
            return nameof(StepOutcome.Updated);
        }
    }

    private Task RecordAsync(ClusterChange change, CancellationToken cancellationToken) =>
        recording?.WriteAsync(change.Recorded, change.Tags, change.RemovedTags, cancellationToken) ?? Task.CompletedTask;

    private async Task<StepOutcome> WaitAsync(ClusterChange change, StepContext context, CancellationToken cancellationToken)
    {
        if (!begun.TryGetValue(change.Id, out (string UpdateId, Dictionary<string, string> Before) mine))
        {
            return StepOutcome.Found;
        }

        Update update = await context.Poller.UntilAsync(
            async token =>
            {
                Update now = (await account.Eks.DescribeUpdateAsync(new DescribeUpdateRequest { Name = identity.Name, UpdateId = mine.UpdateId }, token)).Update;
                context.Detail($"update {mine.UpdateId} is {now.Status?.Value}");
                return now.Status?.Value is "Successful" or "Failed" or "Cancelled" ? now : null;
            },
            cancellationToken);
        if (update.Status.Value == "Successful")
        {
            return StepOutcome.Ready;
        }

        if (recording is not null)
        {
            await recording.WriteAsync(mine.Before, new Dictionary<string, string>(), [], cancellationToken);
        }

        string why = string.Join(" ", (update.Errors ?? []).Select(static error => $"{error.ErrorCode?.Value}: {error.ErrorMessage}{(error.ResourceIds is { Count: > 0 } ids ? $" ({string.Join(", ", ids)})" : string.Empty)}"));
        throw new EksToolsException(EksErrorKind.Service, "ClusterUpdateFailed", $"EKS did not change cluster {identity.Name} ({change.Description}): the update {mine.UpdateId} is {update.Status.Value}. {why}".TrimEnd(), identity.Name, "Mend the cause, and run the command again.");
    }
}
