using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Access.Conversion;

/// <summary>Makes access entries, or gives those that are there what they lack. Each looks first, so that it may be run again after any interruption.</summary>
internal sealed class EntrySteps(AwsAccount account, EksCluster cluster, ConversionProgress progress)
{
    /// <summary>How many entries are worked on at a time: EKS throttles an account that writes much faster.</summary>
    private const int Lanes = 6;

    public IReadOnlyList<PlanStep> Create(IReadOnlyList<string> needs)
    {
        List<PlanStep> steps = [];
        foreach (RowConversion row in progress.Rows.Where(static row => row.Wish is not null))
        {
            EntryWish wish = row.Wish!;
            steps.Add(new PlanStep
            {
                Id = $"entry {wish.Principal.Arn}",
                Needs = steps.Count < Lanes ? needs : [steps[^Lanes].Id],
                Description = $"access entry for {wish.Principal.Arn}: {wish}",
                Ensure = (context, token) => EnsureAsync(wish, context, token),
            });
        }

        return steps;
    }

    private async Task<StepOutcome> EnsureAsync(EntryWish wish, StepContext context, CancellationToken cancellationToken)
    {
        EksIamMapping? present = await AccessEntryReader.FindAsync(account, cluster, wish.Principal.Arn, cancellationToken);
        bool created = false;
        if (EntryDelta.Obstacle(wish, present) is { } obstacle)
        {
            progress.Obstruct(wish, obstacle);
            return StepOutcome.Skipped;
        }

        EntryDelta change = EntryDelta.For(wish, present, cluster.Name, cluster.Region);
        try
        {
            if (change.Create && !(created = await CreateAsync(wish, cancellationToken)))
            {
                // Made by a call whose answer was lost, or by someone else meanwhile: what it lacks it is given.
                present = await context.Poller.UntilAsync(token => AccessEntryReader.FindAsync(account, cluster, wish.Principal.Arn, token), cancellationToken);
                change = EntryDelta.For(wish, present, cluster.Name, cluster.Region);
            }

            if (!created && change.Groups is not null)
            {
                await account.Eks.UpdateAccessEntryAsync(new UpdateAccessEntryRequest { ClusterName = cluster.Name, PrincipalArn = wish.Principal.Arn, KubernetesGroups = [.. change.Groups], Username = present!.Username }, cancellationToken);
            }
        }
        catch (InvalidParameterException exception)
        {
            // EKS knows of a rule or a principal what could not be known here; the other rows go on.
            progress.Obstruct(wish, $"EKS refuses it: {exception.Message}");
            return StepOutcome.Skipped;
        }

        foreach (EksAccessPolicyScope policy in change.Policies)
        {
            await account.Eks.AssociateAccessPolicyAsync(
                new AssociateAccessPolicyRequest
                {
                    ClusterName = cluster.Name,
                    PrincipalArn = wish.Principal.Arn,
                    PolicyArn = policy.PolicyArn,
                    AccessScope = new AccessScope { Type = policy.Namespaces.Count == 0 ? AccessScopeType.Cluster : AccessScopeType.Namespace, Namespaces = policy.Namespaces.Count == 0 ? null : [.. policy.Namespaces] },
                },
                cancellationToken);
        }

        progress.Done(wish, change);
        return change.Action switch
        {
            EksIamMappingConversionAction.Moved => StepOutcome.Created,
            EksIamMappingConversionAction.Merged => StepOutcome.Updated,
            _ => StepOutcome.Found,
        };
    }

    /// <summary>Makes an entry; false when there is one already.</summary>
    private async Task<bool> CreateAsync(EntryWish wish, CancellationToken cancellationToken)
    {
        try
        {
            await account.Eks.CreateAccessEntryAsync(
                new CreateAccessEntryRequest
                {
                    ClusterName = cluster.Name,
                    PrincipalArn = wish.Principal.Arn,
                    Type = wish.Type,
                    Username = wish.Username,
                    KubernetesGroups = wish.Groups.Count == 0 ? null : [.. wish.Groups],
                },
                cancellationToken);
            return true;
        }
        catch (ResourceInUseException)
        {
            return false;
        }
    }
}
