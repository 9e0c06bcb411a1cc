using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.ClusterAddons;

/// <summary>One of EKS's add-ons in a cluster: found, made, given its role, waited for.</summary>
internal sealed class ClusterAddon(AwsAccount account, string cluster, string name)
{
    private readonly IAmazonEKS eks = account.Eks;

    /// <summary>The add-on; null when there is none of that name.</summary>
    public async Task<Addon?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = cluster, AddonName = name }, cancellationToken)).Addon;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The add-ons of a cluster whose pods are to run with one of the roles.</summary>
    public static async Task<IReadOnlyList<(string Addon, string RoleArn)>> FindByRoleAsync(AwsAccount account, string cluster, IReadOnlyCollection<string> roleArns, CancellationToken cancellationToken)
    {
        List<(string, string)> found = [];
        await foreach (string name in account.Eks.Paginators.ListAddons(new ListAddonsRequest { ClusterName = cluster }).Addons.WithCancellation(cancellationToken))
        {
            Addon? there = await new ClusterAddon(account, cluster, name).FindAsync(cancellationToken);
            if (Stays(there) && there!.ServiceAccountRoleArn is { Length: > 0 } role && roleArns.Contains(role))
            {
                found.Add((name, role));
            }
        }

        return found;
    }

    /// <summary>Whether an add-on is there to stay: what failed to be made, or is going, makes room for another.</summary>
    public static bool Stays(Addon? there) => there?.Status?.Value is not (null or "CREATE_FAILED" or "DELETING" or "DELETE_FAILED");

    /// <summary>Makes the add-on where there is none; one that is there without a role gets it, one with a role keeps its own.</summary>
    /// <param name="tags">Tags of a new one.</param>
    /// <param name="roleArn">The role of its service account; null for the nodes' own.</param>
    /// <param name="chosen">What was said of it; null when nothing was.</param>
    /// <param name="context">How it waits while EKS is at work on it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<StepOutcome> EnsureAsync(Dictionary<string, string> tags, string? roleArn, ChosenAddon? chosen, StepContext context, CancellationToken cancellationToken)
    {
        CreateAddonRequest request = new()
        {
            ClusterName = cluster,
            AddonName = name,
            AddonVersion = chosen?.Version,
            ConfigurationValues = chosen?.Options.ConfigurationValues,
            ServiceAccountRoleArn = roleArn,
            ResolveConflicts = chosen is null ? ResolveConflicts.OVERWRITE : chosen.Options.ResolveConflicts is { } resolution ? new ResolveConflicts(resolution.ToUpperInvariant()) : null,
            Tags = tags,
        };
        StepOutcome outcome = await EksEnsure.OneAsync(
            new EksEnsure.Part(
                async token => await FindAsync(token) is { } there ? there.Status?.Value ?? string.Empty : null,
                token => eks.CreateAddonAsync(request, token),
                token => eks.DeleteAddonAsync(new DeleteAddonRequest { ClusterName = cluster, AddonName = name }, token)),
            context,
            cancellationToken);
        return outcome == StepOutcome.Created || roleArn is null ? outcome : await EnsureRoleAsync(roleArn, again: false, context, cancellationToken);
    }

    /// <summary>Gives the add-on a role if it has none.</summary>
    /// <param name="roleArn">The role.</param>
    /// <param name="again">Give it although the add-on names one: EKS then writes the annotation of its service account anew.</param>
    /// <param name="context">How it waits while EKS is at work on it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<StepOutcome> EnsureRoleAsync(string roleArn, bool again, StepContext context, CancellationToken cancellationToken)
    {
        StepOutcome outcome = StepOutcome.Found;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return outcome;

        async Task<string?> TryAsync(CancellationToken token)
        {
            Addon? there = await FindAsync(token);
            string status = there?.Status?.Value ?? "not visible yet";
            if (!again && there?.ServiceAccountRoleArn is { Length: > 0 } role && status != "UPDATE_FAILED")
            {
                return role;
            }

            context.Detail(status);
            if (there is null || status is "CREATING" or "UPDATING" or "DELETING")
            {
                return null;
            }

            try
            {
                // What people set beside the add-on stays, and so do its version and its configuration: an update without them may mean others.
                await eks.UpdateAddonAsync(
                    new UpdateAddonRequest { ClusterName = cluster, AddonName = name, AddonVersion = there.AddonVersion, ConfigurationValues = there.ConfigurationValues, ServiceAccountRoleArn = roleArn, ResolveConflicts = ResolveConflicts.PRESERVE },
                    token);
                outcome = StepOutcome.Updated;
                return roleArn;
            }
            catch (ResourceInUseException exception)
            {
                // Another update is at work on it, or the one whose answer was lost: the next look tells.
                context.Detail(exception.Message);
                return null;
            }
        }
    }

    /// <summary>Waits until the add-on is active.</summary>
    /// <param name="degradedEnds">Whether it is enough that EKS has done its own part.</param>
    /// <param name="context">How it waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<StepOutcome> WaitAsync(bool degradedEnds, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Addon? there = await FindAsync(token);
                string status = there?.Status?.Value ?? "not visible yet";
                string health = string.Join(" ", (there?.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}"));
                context.Detail($"{status} {health}".TrimEnd());
                return status switch
                {
                    "ACTIVE" => there,
                    "DEGRADED" when degradedEnds => there,
                    "CREATE_FAILED" or "UPDATE_FAILED" or "DELETE_FAILED" or "DELETING" => throw new EksToolsException(EksErrorKind.Service, "AddonFailed", $"The add-on {name} is {status}. {health}".TrimEnd(), name),

                    // DEGRADED is where an add-on stands whose pods have no node yet.
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }
}
