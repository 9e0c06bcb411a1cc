using System.Collections.Concurrent;
using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>What became of changes of access entries.</summary>
/// <param name="Done">What was done, in the order of the changes.</param>
/// <param name="Errors">What failed.</param>
/// <param name="Actual">Every change with what is there now: of those that failed too.</param>
internal sealed record EntryResults(IReadOnlyList<EksIamMappingChange> Done, IReadOnlyList<EksToolsException> Errors, IReadOnlyList<EntryChange> Actual);

/// <summary>Makes, changes and removes access entries, several at a time. Each is brought to what is asked, whatever was there when it was tried.</summary>
internal sealed class AccessEntryWriter(AwsAccount account, EksCluster cluster, PrincipalPaths paths, TimeProvider time, IJobObserver observer)
{
    private const int AttemptsUntilVisible = 8;
    private static readonly TimeSpan TakeBackLimit = TimeSpan.FromSeconds(15);
    private readonly TransientRetry retry = account.Retry(time);

    /// <summary>Makes the changes.</summary>
    public async Task<EntryResults> ApplyAsync(IReadOnlyList<EntryChange> changes, CancellationToken cancellationToken)
    {
        EksIamMappingChange?[] done = new EksIamMappingChange?[changes.Count];
        ConcurrentDictionary<int, EksToolsException> errors = [];
        int finished = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, changes.Count), new ParallelOptions { MaxDegreeOfParallelism = AccessEntryReader.Parallel, CancellationToken = cancellationToken }, async (place, token) =>
        {
            try
            {
                done[place] = await ApplyAsync(changes[place], token);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !token.IsCancellationRequested)
            {
                errors[place] = Named(await account.TranslateAsync(exception), changes[place].Change.PrincipalArn);
            }

            Report(Interlocked.Increment(ref finished), changes.Count);
        });
        if (changes.Count > 1)
        {
            observer.Progress(new JobProgress(Activity, "Done", 100, -1, IsCompleted: true));
        }

        EntryChange[] actual = [.. changes];
        for (int place = 0; place < actual.Length; place++)
        {
            actual[place] = changes[place] with { Change = done[place] ?? await ReadBackAsync(changes[place], cancellationToken) };
        }

        return new EntryResults([.. done.OfType<EksIamMappingChange>()], [.. errors.OrderBy(static error => error.Key).Select(static error => error.Value)], actual);
    }

    /// <summary>A change that failed, with the entry as it is now. One that cannot be read counts as an entry that gives nothing: nobody must rely on it.</summary>
    private async Task<EksIamMappingChange> ReadBackAsync(EntryChange change, CancellationToken cancellationToken)
    {
        try
        {
            return change.Change with { After = await AccessEntryReader.FindAsync(account, cluster, change.Arn, cancellationToken) };
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            EksIamMapping known = change.Change.Before ?? change.Change.After!;
            return change.Change with { After = known with { Username = null, Groups = [], AccessPolicies = [], Type = NodeRows.StandardType } };
        }
    }

    private string Activity => $"Access entries of {cluster.Name}";

    private void Report(int finished, int all)
    {
        if (all > 1 && (finished == all || finished % 10 == 0))
        {
            observer.Progress(new JobProgress(Activity, $"{finished} of {all}", finished * 100 / all, -1, IsCompleted: false));
        }
    }

    private Task<EksIamMappingChange> ApplyAsync(EntryChange change, CancellationToken cancellationToken) => change.Change.Change switch
    {
        EksIamMappingChangeKind.Added => CreateAsync(change, cancellationToken),
        EksIamMappingChangeKind.Removed => DeleteAsync(change, cancellationToken),
        EksIamMappingChangeKind.Updated => UpdateAsync(change, cancellationToken),
        _ => Task.FromResult(change.Change),
    };

    private async Task<EksIamMappingChange> CreateAsync(EntryChange change, CancellationToken cancellationToken)
    {
        EksIamMapping wanted = change.Change.After!;
        CreateAccessEntryRequest request = new()
        {
            ClusterName = cluster.Name,
            PrincipalArn = wanted.PrincipalArn,
            Type = wanted.Type,
            Username = wanted.Username,
            KubernetesGroups = wanted.Groups.Count == 0 ? null : [.. wanted.Groups],
            Tags = change.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null,

            // The same token for every attempt: an entry whose answer was lost is not somebody else's.
            ClientRequestToken = Guid.NewGuid().ToString(),
        };
        AccessEntry? made = await TryCreateAsync(request, cancellationToken);
        if (made is null)
        {
            // Somebody else has made it meanwhile: what is asked is added to that.
            EksIamMapping? present = await AccessEntryReader.FindAsync(account, cluster, wanted.PrincipalArn!, cancellationToken);
            return await ApplyAsync(EntryChanges.Upsert(cluster, present is null ? change.Intent! : EntryChanges.AddingTo(present, change.Intent!), present), cancellationToken);
        }

        List<string> associated = [];
        try
        {
            await AssociateAsync(change, associated, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            EksToolsException failure = await account.TranslateAsync(exception);
            throw new EksToolsException(failure.Kind, failure.ErrorId, $"{wanted.PrincipalArn}: {failure.Message} {await TakeBackAsync(made, associated)}", wanted.PrincipalArn, failure.Hint, failure.InnerException);
        }
        catch (OperationCanceledException)
        {
            observer.Warn($"{wanted.PrincipalArn}: {await TakeBackAsync(made, associated)}");
            throw;
        }

        return change.Change with { After = wanted with { Username = made.Username, Groups = made.KubernetesGroups ?? [], EntryArn = made.AccessEntryArn, Type = made.Type } };
    }

    /// <summary>
    /// Removes an entry that was made a moment ago and has not got its policies: it would come before the principal's row of aws-auth and give nothing.
    /// Not after others have given it something. Also after a stop, hence with a limit of its own.
    /// </summary>
    /// <returns>What became of it, in a sentence.</returns>
    private async Task<string> TakeBackAsync(AccessEntry made, List<string> associated)
    {
        using CancellationTokenSource limit = new(TakeBackLimit, time);
        try
        {
            if (await AccessEntryReader.FindAsync(account, cluster, made.PrincipalArn, limit.Token) is not { } present)
            {
                return "The new access entry is gone again.";
            }

            if (present.AccessPolicies.Any(policy => !associated.Contains(policy.PolicyArn)) || !present.Groups.ToHashSet(StringComparer.Ordinal).SetEquals(made.KubernetesGroups ?? []))
            {
                return "The new access entry stays, for it was given other rights meanwhile; it comes before aws-auth.";
            }

            await RetryAsync(made.PrincipalArn, token => account.Eks.DeleteAccessEntryAsync(new DeleteAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = made.PrincipalArn }, token), limit.Token);
            return "The new access entry, which without its policies would take away what aws-auth gives, was removed again.";
        }
        catch (ResourceNotFoundException)
        {
            return "The new access entry is gone again.";
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException or EksToolsException)
        {
            return $"The new access entry stays without its policies and comes before aws-auth, for it could not be removed again ({exception.Message.TrimEnd('.', ' ')}): remove it with Remove-EksIamMapping.";
        }
    }

    /// <summary>The new entry; null when there is one already.</summary>
    private async Task<AccessEntry?> TryCreateAsync(CreateAccessEntryRequest request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return (await RetryAsync(request.PrincipalArn, token => account.Eks.CreateAccessEntryAsync(request, token), cancellationToken)).AccessEntry;
            }
            catch (ResourceInUseException)
            {
                return null;
            }
            catch (InvalidParameterException exception) when (exception.Message.Contains("principal", StringComparison.OrdinalIgnoreCase))
            {
                IamPrincipal principal = IamPrincipal.Parse(request.PrincipalArn)!;
                IamPrincipal? known = await paths.FindAsync(principal, cancellationToken);
                if (known != principal || attempt == AttemptsUntilVisible)
                {
                    throw known is null || known == principal ? PrincipalPaths.NotFound(principal, exception) : new EksToolsException(
                        EksErrorKind.NotFound, "PrincipalNotFound", $"There is no {principal.Arn}; the {(principal.Kind == EksIamPrincipalKind.Role ? "role" : "user")} of that name is {known.Arn}.", principal.Arn, "Name it with this path, or without any.", exception);
                }
            }

            // IAM has it, EKS does not see it yet: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(attempt, 4)), time, cancellationToken);
        }
    }

    private async Task<EksIamMappingChange> UpdateAsync(EntryChange change, CancellationToken cancellationToken)
    {
        (EksIamMapping before, EksIamMapping after) = (change.Change.Before!, change.Change.After!);
        if (change.UpdateEntry)
        {
            await RetryAsync(before.PrincipalArn!, token => account.Eks.UpdateAccessEntryAsync(new UpdateAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = before.PrincipalArn, Username = after.Username, KubernetesGroups = [.. after.Groups] }, token), cancellationToken);
        }

        if (change.Tags is { Count: > 0 } tags && before.EntryArn is { } arn)
        {
            await RetryAsync(before.PrincipalArn!, token => account.Eks.TagResourceAsync(new TagResourceRequest { ResourceArn = arn, Tags = new Dictionary<string, string>(tags) }, token), cancellationToken);
        }

        // What comes before what goes: at no moment has the principal less than in the end.
        await AssociateAsync(change, [], cancellationToken);
        foreach (string policy in change.Disassociate)
        {
            try
            {
                await RetryAsync(before.PrincipalArn!, token => account.Eks.DisassociateAccessPolicyAsync(new DisassociateAccessPolicyRequest { ClusterName = cluster.Name, PrincipalArn = before.PrincipalArn, PolicyArn = policy }, token), cancellationToken);
            }
            catch (ResourceNotFoundException)
            {
                // Gone already, by somebody else or by an answer that was lost.
            }
        }

        return change.Change;
    }

    private async Task<EksIamMappingChange> DeleteAsync(EntryChange change, CancellationToken cancellationToken)
    {
        string arn = change.Change.Before!.PrincipalArn!;
        try
        {
            await RetryAsync(arn, token => account.Eks.DeleteAccessEntryAsync(new DeleteAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = arn }, token), cancellationToken);
        }
        catch (ResourceNotFoundException)
        {
            // Gone already, by somebody else or by an answer that was lost.
        }

        return change.Change;
    }

    private async Task AssociateAsync(EntryChange change, List<string> associated, CancellationToken cancellationToken)
    {
        string arn = change.Change.PrincipalArn!;
        foreach (EksAccessPolicyScope policy in change.Associate)
        {
            AssociateAccessPolicyRequest request = new()
            {
                ClusterName = cluster.Name,
                PrincipalArn = arn,
                PolicyArn = policy.PolicyArn,
                AccessScope = policy.Namespaces.Count == 0 ? new AccessScope { Type = "cluster" } : new AccessScope { Type = "namespace", Namespaces = [.. policy.Namespaces] },
            };
            await RetryAsync(arn, token => account.Eks.AssociateAccessPolicyAsync(request, token), cancellationToken);
            associated.Add(policy.PolicyArn);
        }
    }

    private Task<T> RetryAsync<T>(string name, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => retry.RunAsync(name, call, observer, cancellationToken);

    private static EksToolsException Named(EksToolsException error, string? principal) => error.TargetName is not null || principal is null
        ? error
        : new EksToolsException(error.Kind, error.ErrorId, $"{principal}: {error.Message}", principal, error.Hint, error.InnerException);
}
