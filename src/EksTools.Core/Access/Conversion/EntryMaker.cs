using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Reviews;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Plans;
using EksTools.Errors;

namespace EksTools.Core.Access.Conversion;

/// <summary>
/// Brings the access entry of one principal to what is wished. An entry that was made here and cannot be given its policies is taken back: bare, it
/// would come before the row of aws-auth and give nothing.
/// </summary>
internal sealed class EntryMaker(AwsAccount account, EksCluster cluster, TransientRetry retry)
{
    // IAM tells EKS of a new principal, and EKS itself of a new entry, within seconds:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
    private static readonly TimeSpan UntilVisible = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UntilWithdrawn = TimeSpan.FromSeconds(30);

    /// <summary>Makes the entry, or gives it what it lacks.</summary>
    /// <returns>What was done, or why there can be no such entry.</returns>
    public async Task<(EntryDelta? Change, string? Obstacle)> EnsureAsync(EntryWish wish, StepContext context, CancellationToken cancellationToken)
    {
        EksIamMapping? present = await AccessEntryReader.FindAsync(account, cluster, wish.Principal.Arn, cancellationToken);
        if (EntryDelta.Obstacle(wish, present) is { } obstacle)
        {
            return (null, obstacle);
        }

        EntryDelta change = EntryDelta.For(wish, present, cluster.Name, cluster.Region);

        // Whether the entry is of this call; null while that is not known.
        bool? made = change.Create ? null : false;
        try
        {
            if (change.Create)
            {
                made = await CreateAsync(wish, context, cancellationToken);
            }

            if (change.Create && made == false)
            {
                // Made by someone else meanwhile: what it lacks it is given.
                present = await context.Poller.UntilAsync(token => AccessEntryReader.FindAsync(account, cluster, wish.Principal.Arn, token), cancellationToken);
                if (EntryDelta.Obstacle(wish, present) is { } other)
                {
                    return (null, other);
                }

                change = EntryDelta.For(wish, present, cluster.Name, cluster.Region);
            }

            if (made == false && change.Groups is not null)
            {
                await account.Eks.UpdateAccessEntryAsync(new UpdateAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = wish.Principal.Arn, KubernetesGroups = [.. change.Groups], Username = present!.Username }, cancellationToken);
            }

            foreach (EksAccessPolicyScope policy in change.Policies)
            {
                await AssociateAsync(wish, policy, context, cancellationToken);
            }
        }
        catch (InvalidParameterException exception)
        {
            // EKS knows of a rule or a principal what could not be known here; the other rows go on.
            if (made == true)
            {
                await WithdrawAsync(wish, exception, context);
            }

            return (null, $"EKS refuses it: {exception.Message}");
        }
        catch (Exception exception) when (change.Policies.Count > 0 && (made ?? (exception is OperationCanceledException || AwsFailure.IsTransient(exception))))
        {
            await WithdrawAsync(wish, exception, context);
            if (exception is OperationCanceledException)
            {
                throw;
            }

            // No inner exception: what passes by itself was waited for already, and the plan would begin the waiting anew.
            EksToolsException known = await account.TranslateAsync(exception);
            throw new EksToolsException(known.Kind, known.ErrorId, $"{known.Message.TrimEnd('.', ' ')}. The access entry of {wish.Principal.Arn}, made a moment ago, was taken back: its row of aws-auth counts as before.", known.TargetName ?? wish.Principal.Arn, known.Hint);
        }

        return (change, null);
    }

    /// <summary>Makes an entry; false when there is one already.</summary>
    private async Task<bool> CreateAsync(EntryWish wish, StepContext context, CancellationToken cancellationToken)
    {
        CreateAccessEntryRequest request = new()
        {
            ClusterName = cluster.Name,
            PrincipalArn = wish.Principal.Arn,
            Type = wish.Type,
            Username = wish.Username,
            KubernetesGroups = wish.Groups.Count == 0 ? null : [.. wish.Groups],

            // The same token for every attempt: an entry whose answer was lost is this one, and not somebody else's.
            ClientRequestToken = Guid.NewGuid().ToString(),
        };
        try
        {
            // Once sent it is not given up: whether the entry was made has to be known.
            await VisibleAsync(wish.Exists, () => retry.RunAsync(wish.Principal.Arn, _ => account.Eks.CreateAccessEntryAsync(request, CancellationToken.None), context.Observer, cancellationToken), context, cancellationToken);
            return true;
        }
        catch (ResourceInUseException)
        {
            return false;
        }
    }

    private Task AssociateAsync(EntryWish wish, EksAccessPolicyScope policy, StepContext context, CancellationToken cancellationToken)
    {
        AssociateAccessPolicyRequest request = new()
        {
            ClusterName = cluster.Name,
            PrincipalArn = wish.Principal.Arn,
            PolicyArn = policy.PolicyArn,
            AccessScope = new AccessScope { Type = policy.Namespaces.Count == 0 ? AccessScopeType.Cluster : AccessScopeType.Namespace, Namespaces = policy.Namespaces.Count == 0 ? null : [.. policy.Namespaces] },
        };
        return VisibleAsync(true, () => retry.RunAsync(wish.Principal.Arn, token => account.Eks.AssociateAccessPolicyAsync(request, token), context.Observer, cancellationToken), context, cancellationToken);
    }

    /// <summary>Calls, and for a bounded time again while EKS does not see what is known to be there.</summary>
    private static async Task VisibleAsync<T>(bool isThere, Func<Task<T>> call, StepContext context, CancellationToken cancellationToken)
        where T : class
    {
        Exception? refusal = null;
        try
        {
            await context.Poller.WithinAsync(UntilVisible, token => context.Poller.UntilAsync(_ => TryAsync(), token), cancellationToken);
        }
        catch (EksToolsException exception) when (exception.ErrorId == "WaitTimedOut" && refusal is not null)
        {
            throw refusal;
        }

        async Task<T?> TryAsync()
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (isThere && (exception is ResourceNotFoundException || (exception is InvalidParameterException && exception.Message.Contains("principal", StringComparison.OrdinalIgnoreCase))))
            {
                refusal = exception;
                context.Detail($"EKS does not see it yet: {exception.Message}");
                return null;
            }
        }
    }

    /// <summary>Takes back an entry that was made here. Not stopped by what stops the plan: without it the principal had neither entry nor row.</summary>
    private async Task WithdrawAsync(EntryWish wish, Exception cause, StepContext context)
    {
        using CancellationTokenSource patience = new(UntilWithdrawn);
        try
        {
            await retry.RunAsync(wish.Principal.Arn, token => account.Eks.DeleteAccessEntryAsync(new DeleteAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = wish.Principal.Arn }, token), context.Observer, patience.Token);
        }
        catch (ResourceNotFoundException)
        {
            // Gone already, by somebody else or by an answer that was lost.
        }
        catch (Exception exception)
        {
            EksToolsException first = await account.TranslateAsync(cause), second = await account.TranslateAsync(exception);
            string sentence = $"{first.Message.TrimEnd('.', ' ')}. The access entry of {wish.Principal.Arn} was made a moment ago, comes before its row of aws-auth, does not give all of it, and could not be taken back: {second.Message}";
            context.Observer.Warn(sentence);
            throw new EksToolsException(first.Kind, first.ErrorId, sentence, wish.Principal.Arn, $"Remove the entry, or give it what is lacking: {new FixCommands(cluster).Remove(wish.Principal.Arn, "AccessEntry")}");
        }
    }
}
