using EksTools.Access;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Guard;

/// <summary>Asks the guard about a plan, and AWS about nodes only where the plan touches a role of nodes; once, however often it is planned.</summary>
internal sealed class Guards(AwsAccount account, MappingSnapshot snapshot, bool force, CancellationToken cancellationToken)
{
    private NodeRolesInUse? nodes;

    /// <summary>Refuses a plan that would lock people or nodes out.</summary>
    /// <exception cref="EksToolsException">The first of the refusals, with the others in its message.</exception>
    public async Task RequireAsync(MappingPlan plan) => await RequireAsync(plan.Before, plan.After);

    /// <summary>Refuses a change that would lock people or nodes out.</summary>
    /// <exception cref="EksToolsException">The first of the refusals, with the others in its message.</exception>
    public async Task RequireAsync(ClusterAccess before, ClusterAccess after)
    {
        if (force)
        {
            return;
        }

        AccessGuard guard = new(before, after);
        if (guard.FormerNodeRoles().Count > 0)
        {
            await ReadNodesAsync();
        }

        Require(guard.Check(Caller, nodes ?? NodeRolesInUse.None));
    }

    /// <summary>Refuses new access entries that may come before rows of aws-auth which nobody could read, and take the caller's rights or nodes' way in.</summary>
    /// <exception cref="EksToolsException">The first of the refusals, with the others in its message.</exception>
    public async Task RequireSeenAsync(IReadOnlyList<EntryChange> entries)
    {
        if (force || snapshot.Failure is not { } failure || !snapshot.Access.UsesConfigMap)
        {
            return;
        }

        EksIamMapping[] added = [.. entries.Where(static entry => entry.Change.Change == EksIamMappingChangeKind.Added).Select(static entry => entry.Change.After).OfType<EksIamMapping>()];
        if (Array.Exists(added, static entry => entry.Kind == EksIamPrincipalKind.Role && !NodeRows.LetsNodesIn(entry)))
        {
            await ReadNodesAsync();
        }

        Require([.. AccessGuard.Unseen(added, Caller, nodes ?? NodeRolesInUse.None, failure)]);
    }

    private IamPrincipal? Caller => IamPrincipal.Parse(snapshot.Caller.Arn);

    private async Task ReadNodesAsync() => nodes ??= await NodeRolesInUse.ReadAsync(account, snapshot.Access.Cluster.Name, cancellationToken);

    private static void Require(IReadOnlyList<EksToolsException> refusals)
    {
        if (refusals.Count > 0 && refusals[0] is { } first)
        {
            throw refusals.Count == 1 ? first : new EksToolsException(first.Kind, first.ErrorId, string.Join(" ", refusals.Select(static refusal => refusal.Message)), first.TargetName, first.Hint);
        }
    }
}
