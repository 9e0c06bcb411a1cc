using Amazon.EKS.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the node groups, then the control plane; its add-ons and access entries go with it.</summary>
internal sealed class ControlPlaneRemoval(AwsAccount account, ClusterInventory inventory)
{
    private readonly string cluster = inventory.Identity.Name;

    /// <summary>The steps after which no node is left.</summary>
    public IReadOnlyList<string> NodesGone => [.. inventory.NodeGroups.Select(static group => $"node-group-{group}-gone")];

    /// <summary>The steps after which the control plane is gone.</summary>
    public IReadOnlyList<string> Gone => inventory.Cluster is null ? [] : ["control-plane-gone"];

    public IEnumerable<PlanStep> Create(string lease)
    {
        foreach (string group in inventory.NodeGroups)
        {
            yield return new PlanStep { Id = $"node-group-{group}", Needs = [lease], Description = $"node group '{group}' with its nodes", Ensure = (_, token) => DeleteGroupAsync(group, token) };
            yield return new PlanStep { Id = $"node-group-{group}-gone", Needs = [$"node-group-{group}"], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(3), Description = $"node group '{group}' is gone", Ensure = (context, token) => WaitGroupAsync(group, context, token) };
        }

        if (inventory.Cluster is not null)
        {
            yield return new PlanStep { Id = "control-plane", Needs = [lease, .. NodesGone], Description = "EKS control plane", Ensure = DeleteClusterAsync };
            yield return new PlanStep { Id = "control-plane-gone", Needs = ["control-plane"], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(4), Description = "control plane is gone", Ensure = (context, token) => ClusterWait.WaitGoneAsync(account, cluster, context, token) };
        }
    }

    private async Task<StepOutcome> DeleteGroupAsync(string group, CancellationToken cancellationToken)
    {
        if (await FindGroupAsync(group, cancellationToken) is not { } there)
        {
            return StepOutcome.Skipped;
        }

        if (there.Status == Amazon.EKS.NodegroupStatus.DELETING)
        {
            return StepOutcome.Deleted;
        }

        try
        {
            await account.Eks.DeleteNodegroupAsync(new DeleteNodegroupRequest { ClusterName = cluster, NodegroupName = group }, cancellationToken);
        }
        catch (ResourceNotFoundException)
        {
            return StepOutcome.Deleted;
        }
        catch (ResourceInUseException)
        {
            // On its way out already, by a call whose answer was lost; or busy with an update, which only time ends.
            string status = (await FindGroupAsync(group, cancellationToken))?.Status?.Value ?? "DELETING";
            if (status != "DELETING")
            {
                throw new EksToolsException(EksErrorKind.Conflict, "NodeGroupBusy", $"EKS does not delete the node group {group} while it is {status}.", group, "Run the command again in a while.");
            }
        }

        return StepOutcome.Deleted;
    }

    private async Task<StepOutcome> WaitGroupAsync(string group, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Nodegroup? there = await FindGroupAsync(group, token);
                string health = string.Join(" ", (there?.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}"));
                context.Detail($"{there?.Status?.Value ?? "gone"} {health}".TrimEnd());
                return there?.Status?.Value switch
                {
                    null => string.Empty,
                    "DELETE_FAILED" => throw new EksToolsException(EksErrorKind.Service, "NodeGroupDeleteFailed", $"EKS could not delete the node group {group}. {health}".TrimEnd(), group),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private async Task<StepOutcome> DeleteClusterAsync(StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await account.Eks.DeleteClusterAsync(new DeleteClusterRequest { Name = cluster }, cancellationToken);
            return StepOutcome.Deleted;
        }
        catch (ResourceNotFoundException)
        {
            return StepOutcome.Skipped;
        }
        catch (ResourceInUseException) when (!cancellationToken.IsCancellationRequested)
        {
            // On its way out already, by a call whose answer was lost; or still busy with something that only time ends.
            string status = (await ClusterReader.FindAsync(account, cluster, cancellationToken))?.Status ?? "DELETING";
            return status == "DELETING"
                ? StepOutcome.Deleted
                : throw new EksToolsException(EksErrorKind.Conflict, "ClusterBusy", $"EKS does not delete cluster {cluster} while it is {status} and at work.", cluster, "Run the command again in a while.");
        }
    }

    private async Task<Nodegroup?> FindGroupAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Eks.DescribeNodegroupAsync(new DescribeNodegroupRequest { ClusterName = cluster, NodegroupName = group }, cancellationToken)).Nodegroup;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }
}
