using EksTools.Access;
using EksTools.Core.Access.Mappings.Guard;
using EksTools.Core.Accounts;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>
/// Writes what was planned, guarded and approved: first the access entries that take nothing from anybody, then aws-auth, then the access entries
/// that take something. When a step fails, what follows is planned and guarded anew with what is really there: the guard let a loss pass
/// together with a gain, and without the gain it may lock people out.
/// </summary>
/// <param name="account">The account of the cluster.</param>
/// <param name="snapshot">What was read.</param>
/// <param name="paths">Finds principals.</param>
/// <param name="guards">Asked again after a failure.</param>
/// <param name="force">Edit an aws-auth too that does not parse as a whole.</param>
/// <param name="time">Waits and dates.</param>
/// <param name="observer">Told of progress and of what else to know.</param>
internal sealed class MappingWrites(AwsAccount account, MappingSnapshot snapshot, PrincipalPaths paths, Guards guards, bool force, TimeProvider time, IJobObserver observer)
{
    /// <summary>Writes it.</summary>
    /// <param name="plan">The plan of the wishes and entries.</param>
    /// <param name="wishes">About aws-auth.</param>
    /// <param name="entries">Changes of access entries.</param>
    /// <param name="errors">Takes what fails.</param>
    /// <param name="cancellationToken">Stops before the next write.</param>
    /// <returns>What was done: access entries in their order, then rows.</returns>
    public async Task<IReadOnlyList<EksIamMappingChange>> RunAsync(MappingPlan plan, IReadOnlyList<RowWish> wishes, IReadOnlyList<EntryChange> entries, List<EksToolsException> errors, CancellationToken cancellationToken)
    {
        Dictionary<string, EksIamMapping> had = AccessIndex.Effective(plan.Before), has = AccessIndex.Effective(plan.After);
        ILookup<bool, EntryChange> harmless = entries.ToLookup(entry => AccessIndex.KeyOf(entry.Arn) is { } key && AccessGuard.KeepsAll(had.GetValueOrDefault(key), has.GetValueOrDefault(key)));
        EntryChange[] losses = [.. harmless[false]];
        AccessEntryWriter writer = new(account, snapshot.Access.Cluster, paths, time, observer);
        EntryResults gained = await writer.ApplyAsync([.. harmless[true]], cancellationToken);
        errors.AddRange(gained.Errors);
        IReadOnlyList<EksIamMappingChange> rows = [];
        EntryChange[] expected = [.. gained.Actual, .. losses];
        bool asPlanned = gained.Errors.Count == 0;
        if (wishes.Count > 0)
        {
            try
            {
                rows = await WriteRowsAsync(asPlanned ? plan : null, wishes, expected, cancellationToken);
                asPlanned = true;
            }
            catch (EksToolsException exception) when (gained.Done.Count + losses.Length + errors.Count > 0)
            {
                // What is done with access entries, and what failed there, is told all the same.
                errors.Add(exception);
                asPlanned = false;
            }
        }

        IReadOnlyList<EksIamMappingChange> lost = losses.Length == 0 ? [] : await LoseAsync(writer, losses, asPlanned ? null : expected, errors, cancellationToken);
        string[] order = [.. entries.Select(static entry => entry.Arn)];
        return [.. gained.Done.Concat(lost).OrderBy(change => Array.IndexOf(order, change.PrincipalArn)), .. rows];
    }

    /// <summary>Refuses an aws-auth that could not be read, or that does not parse.</summary>
    public void RequireRows(AwsAuthMap? map)
    {
        if (snapshot.Failure is { } failure)
        {
            throw failure;
        }

        if (!force && AccessGuard.Unparsable(map, snapshot.Access.Cluster.Name) is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task<IReadOnlyList<EksIamMappingChange>> LoseAsync(AccessEntryWriter writer, EntryChange[] losses, EntryChange[]? expected, List<EksToolsException> errors, CancellationToken cancellationToken)
    {
        if (expected is not null)
        {
            try
            {
                await guards.RequireAsync(MappingPlan.Make(snapshot.Access, [], expected));
            }
            catch (EksToolsException refusal)
            {
                errors.Add(refusal);
                return [];
            }
        }

        EntryResults lost = await writer.ApplyAsync(losses, cancellationToken);
        errors.AddRange(lost.Errors);
        return lost.Done;
    }

    private async Task<IReadOnlyList<EksIamMappingChange>> WriteRowsAsync(MappingPlan? plan, IReadOnlyList<RowWish> wishes, IReadOnlyList<EntryChange> entries, CancellationToken cancellationToken)
    {
        AwsAuthObject? planned = snapshot.Found;
        AwsAuthWriter writer = new(snapshot.Store!, snapshot.Access.Cluster.Name, snapshot.Caller.Arn, time, observer);
        await writer.WriteAsync(snapshot.Found, ProposeAsync, cancellationToken);
        return [.. plan!.Rows.SelectMany(static rows => rows)];

        async Task<AwsAuthProposal> ProposeAsync(AwsAuthObject? found)
        {
            if (plan is null || !ReferenceEquals(found, planned))
            {
                ClusterAccess access = snapshot.Access with { ConfigMap = found is null ? null : AwsAuthMap.Parse(found.Data) };
                RequireRows(access.ConfigMap);
                plan = MappingPlan.Make(access, wishes, entries);
                await guards.RequireAsync(plan);
                planned = found;
            }

            return new AwsAuthProposal(plan.After.ConfigMap!.Data, Summarise([.. plan.Rows.SelectMany(static rows => rows)]));
        }
    }

    private static string Summarise(IReadOnlyList<EksIamMappingChange> changes) => changes is [{ } one]
        ? $"{one.Change} {one}"
        : string.Join(", ", changes.Where(static change => change.Change != EksIamMappingChangeKind.Unchanged).GroupBy(static change => change.Change).Select(static kind => $"{kind.Key} {kind.Count()}"));
}
