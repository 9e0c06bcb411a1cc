using EksTools.Access;
using EksTools.Core.Access.Mappings.Guard;
using EksTools.Core.Accounts;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>
/// Changes mappings: everything is planned and guarded before the first write; then access entries are written in parallel and aws-auth once.
/// See <see cref="MappingWrites"/>.
/// </summary>
/// <param name="account">The account of the cluster.</param>
/// <param name="force">Do what would lock people or nodes out.</param>
/// <param name="time">Waits and dates.</param>
/// <param name="observer">Told of progress and of what else to know.</param>
internal sealed class MappingEditor(AwsAccount account, bool force, TimeProvider time, IJobObserver observer)
{
    /// <summary>Brings mappings to what is asked for.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="requests">The mappings; those of one principal add up.</param>
    /// <param name="approve">Asked for each change before anything is written.</param>
    /// <param name="cancellationToken">Stops before the next write.</param>
    public async Task<EksIamMappingOutcome> AddAsync(string clusterName, IReadOnlyList<EksIamMappingRequest> requests, Func<EksIamMappingChange, Task<bool>> approve, CancellationToken cancellationToken)
    {
        HashSet<string> keys = [.. requests.Select(static request => AccessIndex.KeyOf(request.PrincipalArn)).OfType<string>()];
        using MappingSnapshot snapshot = await MappingSnapshot.ReadAsync(account, clusterName, keys, readConfigMap: false, cancellationToken);
        List<EksToolsException> errors = [];
        IReadOnlyList<MappingIntent> intents = await ResolveAsync(snapshot, requests, errors, cancellationToken);
        PrincipalPaths paths = new(account, snapshot.Caller.Account, observer);
        List<EntryChange> entries = [];
        EntryTable present = new(snapshot.Access.Entries);
        IReadOnlyList<(MappingIntent Intent, EksIamMapping? Entry)> matched = await paths.MatchAsync([.. intents.Where(static intent => intent.Source == EksIamMappingSource.AccessEntry)], present, cancellationToken);
        IReadOnlyList<(MappingIntent Intent, EksToolsException? Error)> restored = await paths.RestoreAsync([.. matched.Where(static each => each.Entry is null).Select(static each => each.Intent)], cancellationToken);
        errors.AddRange(restored.Select(static each => each.Error).OfType<EksToolsException>());
        foreach ((MappingIntent intent, EksIamMapping? entry) in matched.Where(static each => each.Entry is not null).Concat(restored.Where(static each => each.Error is null).Select(each => (each.Intent, present.Exact(each.Intent.Principal!.Arn)))))
        {
            Collect(errors, () => entries.Add(EntryChanges.Upsert(snapshot.Access.Cluster, intent, entry)));
        }

        RowWish[] wishes = [.. intents.Where(static intent => intent.Source == EksIamMappingSource.ConfigMap).Select(static intent => new RowWish(changes => [changes.Upsert(intent)]))];
        return await CarryOutAsync(snapshot, paths, wishes, entries, errors, approve, cancellationToken);
    }

    /// <summary>Removes mappings.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="selectors">Which.</param>
    /// <param name="approve">Asked for each change before anything is written.</param>
    /// <param name="cancellationToken">Stops before the next write.</param>
    public async Task<EksIamMappingOutcome> RemoveAsync(string clusterName, IReadOnlyList<EksIamMappingSelector> selectors, Func<EksIamMappingChange, Task<bool>> approve, CancellationToken cancellationToken)
    {
        HashSet<string> keys = [.. selectors.Select(static selector => AccessIndex.KeyOf(selector.PrincipalArn)).OfType<string>()];
        using MappingSnapshot snapshot = await MappingSnapshot.ReadAsync(account, clusterName, keys, selectors.Any(static selector => selector.Source == EksIamMappingSource.ConfigMap), cancellationToken);
        EntryTable present = new(snapshot.Access.Entries);
        AwsAuthChanges? rows = snapshot.Access.ConfigMap is { } map ? new AwsAuthChanges(map) : null;
        if (snapshot.Failure is { } failure)
        {
            observer.Warn($"{failure.Message} What is mapped there stays.");
        }

        List<EksToolsException> errors = [];
        Dictionary<string, EntryChange> entries = new(StringComparer.Ordinal);
        List<RowWish> wishes = [];
        foreach (EksIamMappingSelector selector in selectors)
        {
            bool found = false;
            if (selector.Source != EksIamMappingSource.ConfigMap && selector.PrincipalArn is { } arn && present.Find(arn) is { } entry)
            {
                found = true;
                entries.TryAdd(entry.PrincipalArn!, EntryChanges.Remove(snapshot.Access.Cluster, entry));
            }

            if (selector.Source != EksIamMappingSource.AccessEntry && rows?.Remove(selector) is { Count: > 0 })
            {
                found = true;
                wishes.Add(new RowWish(changes => changes.Remove(selector)));
            }

            if (!found)
            {
                errors.Add(NotMapped(selector, snapshot));
            }
        }

        PrincipalPaths paths = new(account, snapshot.Caller.Account, observer);
        return await CarryOutAsync(snapshot, paths, wishes, [.. entries.Values], errors, approve, cancellationToken);
    }

    private async Task<IReadOnlyList<MappingIntent>> ResolveAsync(MappingSnapshot snapshot, IReadOnlyList<EksIamMappingRequest> requests, List<EksToolsException> errors, CancellationToken cancellationToken)
    {
        Dictionary<string, string>? offered = requests.Any(static request => request.AccessPolicies is { Count: > 0 }) ? await AccessPolicies.ListAsync(account, cancellationToken) : null;
        MappingIntents intents = new(snapshot.Access, account.Partition.Name, force);
        foreach (EksIamMappingRequest request in requests)
        {
            Collect(errors, () => intents.Add(request.AccessPolicies is { Count: > 0 } policies
                ? request with { AccessPolicies = AccessPolicies.Resolve(policies, offered!, request.PrincipalArn ?? request.AccountId ?? string.Empty) }
                : request));
        }

        return intents.Intents;
    }

    private async Task<EksIamMappingOutcome> CarryOutAsync(MappingSnapshot snapshot, PrincipalPaths paths, IReadOnlyList<RowWish> wishes, IReadOnlyList<EntryChange> entries, List<EksToolsException> errors, Func<EksIamMappingChange, Task<bool>> approve, CancellationToken cancellationToken)
    {
        Guards guards = new(account, snapshot, force, cancellationToken);
        MappingWrites writes = new(account, snapshot, paths, guards, force, time, observer);
        if (wishes.Count > 0)
        {
            writes.RequireRows(snapshot.Access.ConfigMap);
        }
        else if (snapshot.Failure is { } failure && entries.Any(static change => change.Change.Change == EksIamMappingChangeKind.Added))
        {
            observer.Warn($"{failure.Message} Whether the principals are mapped there is not known; an access entry comes before that.");
        }

        await guards.RequireSeenAsync(entries);
        MappingPlan plan = MappingPlan.Make(snapshot.Access, wishes, entries);
        await guards.RequireAsync(plan);
        List<RowWish> approvedWishes = [];
        List<EntryChange> approvedEntries = [];
        List<EksIamMappingChange> unchanged = [];
        foreach (EntryChange entry in entries)
        {
            if (entry.Change.Change == EksIamMappingChangeKind.Unchanged)
            {
                unchanged.Add(entry.Change);
            }
            else if (await approve(entry.Change))
            {
                approvedEntries.Add(entry);
            }
        }

        for (int i = 0; i < wishes.Count; i++)
        {
            unchanged.AddRange(plan.Rows[i].Where(static change => change.Change == EksIamMappingChangeKind.Unchanged));
            EksIamMappingChange[] changes = [.. plan.Rows[i].Where(static change => change.Change != EksIamMappingChangeKind.Unchanged)];
            if (changes.Length > 0 && await ApproveAllAsync(changes, approve))
            {
                approvedWishes.Add(wishes[i]);
            }
        }

        if (approvedWishes.Count + approvedEntries.Count == 0)
        {
            return new EksIamMappingOutcome(unchanged, errors);
        }

        if (approvedEntries.Count < entries.Count || approvedWishes.Count < wishes.Count)
        {
            // Of two changes that are harmless together one alone may lock somebody out.
            plan = MappingPlan.Make(snapshot.Access, approvedWishes, approvedEntries);
            await guards.RequireAsync(plan);
        }

        return new EksIamMappingOutcome([.. unchanged, .. await writes.RunAsync(plan, approvedWishes, approvedEntries, errors, cancellationToken)], errors);
    }

    private static EksToolsException NotMapped(EksIamMappingSelector selector, MappingSnapshot snapshot)
    {
        string who = selector.PrincipalArn ?? $"account {selector.AccountId}";
        return snapshot.Failure is { } failure && selector.Source != EksIamMappingSource.AccessEntry
            ? failure
            : AccessGuard.Unparsable(snapshot.Access.ConfigMap, snapshot.Access.Cluster.Name) is { } unparsable && selector.Source != EksIamMappingSource.AccessEntry
            ? unparsable
            : new EksToolsException(EksErrorKind.NotFound, "MappingNotFound", $"{who} is not mapped in cluster {snapshot.Access.Cluster.Name}{(selector.Source is { } source ? $" by {(source == EksIamMappingSource.ConfigMap ? "aws-auth" : "an access entry")}" : string.Empty)}{(selector.Line is null ? string.Empty : " any more as it was read")}.", who, $"Get-EksIamMapping {snapshot.Access.Cluster.Name} lists what is.");
    }

    private static async Task<bool> ApproveAllAsync(IEnumerable<EksIamMappingChange> changes, Func<EksIamMappingChange, Task<bool>> approve)
    {
        bool all = true;
        foreach (EksIamMappingChange change in changes)
        {
            all &= await approve(change);
        }

        return all;
    }

    private static void Collect(List<EksToolsException> errors, Action act)
    {
        try
        {
            act();
        }
        catch (EksToolsException exception)
        {
            errors.Add(exception);
        }
    }
}
