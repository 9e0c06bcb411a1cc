using Amazon.EKS.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the node groups, then the control plane; its add-ons and access entries go with it.</summary>
internal sealed class ControlPlaneRemoval(AwsAccount account, ClusterInventory inventory)
{
    private readonly string cluster = inventory.Identity.Name;

    /// <summary>The steps after which no node is left.</summary>
    public IReadOnlyList<string> NodesGone => [.. inventory.NodeGroups.Select(static group => $"node-group-{group}-gone"), .. inventory.FargateProfiles.Select(static profile => $"fargate-profile-{profile}-gone")];

    /// <summary>The steps after which the control plane is gone.</summary>
    public IReadOnlyList<string> Gone => inventory.Cluster is null ? [] : ["control-plane-gone"];

    /// <param name="untied">The steps that take away what holds the cluster's security group, which EKS deletes with the control plane only then: interfaces that nodes left, and rules.</param>
    /// <param name="balancersGone">The steps after which no controller needs a node to take load balancers away.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> untied, IReadOnlyList<string> balancersGone)
    {
        foreach (string group in inventory.NodeGroups)
        {
            yield return new PlanStep { Id = $"node-group-{group}", Needs = balancersGone, Description = $"node group '{group}' with its nodes", Ensure = (context, token) => DeleteGroupAsync(group, context, token) };
            yield return new PlanStep { Id = $"node-group-{group}-gone", Needs = [$"node-group-{group}"], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(3), Description = $"node group '{group}' is gone", Ensure = (context, token) => WaitGroupAsync(group, context, token) };
        }

        // EKS lets one profile of a cluster go at a time.
        IReadOnlyList<string> before = balancersGone;
        foreach (string profile in inventory.FargateProfiles)
        {
            yield return new PlanStep { Id = $"fargate-profile-{profile}", Needs = before, Description = $"Fargate profile '{profile}' with its pods", Ensure = (context, token) => DeleteProfileAsync(profile, context, token) };
            yield return new PlanStep { Id = $"fargate-profile-{profile}-gone", Needs = [$"fargate-profile-{profile}"], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(1.5), Description = $"Fargate profile '{profile}' is gone", Ensure = (context, token) => WaitProfileAsync(profile, context, token) };
            before = [$"fargate-profile-{profile}-gone"];
        }

        if (inventory.Cluster is not null)
        {
            yield return new PlanStep { Id = "control-plane", Needs = untied, Description = $"EKS control plane{inventory.Unmanaged?.WithIt}", Ensure = DeleteClusterAsync };
            yield return new PlanStep { Id = "control-plane-gone", Needs = ["control-plane"], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(4), Description = "control plane is gone", Ensure = (context, token) => ClusterWait.WaitGoneAsync(account, cluster, context, token) };
        }
    }

    private async Task<StepOutcome> DeleteGroupAsync(string group, StepContext context, CancellationToken cancellationToken)
    {
        string? before = null;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return before is null ? StepOutcome.Skipped : StepOutcome.Deleted;

        async Task<string?> TryAsync(CancellationToken token)
        {
            string? status = (await FindGroupAsync(group, token))?.Status?.Value;
            before ??= status;
            if (status is null or "DELETING")
            {
                return string.Empty;
            }

            return await RequestAsync(() => account.Eks.DeleteNodegroupAsync(new DeleteNodegroupRequest { ClusterName = cluster, NodegroupName = group }, token), status, context);
        }
    }

    private async Task<StepOutcome> DeleteProfileAsync(string profile, StepContext context, CancellationToken cancellationToken)
    {
        string? before = null;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return before is null ? StepOutcome.Skipped : StepOutcome.Deleted;

        async Task<string?> TryAsync(CancellationToken token)
        {
            string? status = (await FargateProfileReader.FindAsync(account, cluster, profile, token))?.Status?.Value;
            before ??= status;
            return status is null or "DELETING" ? string.Empty
                : await RequestAsync(() => account.Eks.DeleteFargateProfileAsync(new DeleteFargateProfileRequest { ClusterName = cluster, FargateProfileName = profile }, token), status, context);
        }
    }

    private async Task<StepOutcome> WaitProfileAsync(string profile, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                string? status = (await FargateProfileReader.FindAsync(account, cluster, profile, token))?.Status?.Value;
                context.Detail(status ?? "gone");
                return status switch
                {
                    null => string.Empty,
                    "DELETE_FAILED" => throw new EksToolsException(EksErrorKind.Service, "FargateProfileDeleteFailed", $"EKS could not delete the Fargate profile {profile}.", profile),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private async Task<StepOutcome> DeleteClusterAsync(StepContext context, CancellationToken cancellationToken)
    {
        string? before = null;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return before is null ? StepOutcome.Skipped : StepOutcome.Deleted;

        async Task<string?> TryAsync(CancellationToken token)
        {
            string? status = (await ClusterReader.FindAsync(account, cluster, token))?.Status;
            before ??= status;
            if (status is null or "DELETING")
            {
                return string.Empty;
            }

            string? asked = await RequestAsync(() => account.Eks.DeleteClusterAsync(new DeleteClusterRequest { Name = cluster }, token), status, context);
            if (asked is null && (status is "ACTIVE" or "FAILED"))
            {
                await DeleteOverlookedAsync(token);
            }

            return asked;
        }
    }

    /// <summary>What keeps a cluster that EKS is not at work on has come, or come to be seen, after we looked: EKS's lists lag behind.</summary>
    private async Task DeleteOverlookedAsync(CancellationToken cancellationToken)
    {
        (List<string> groups, List<string> profiles, List<string> foreign) = await ClusterInventory.ReadGroupsAsync(account, inventory.Identity, all: inventory.Unmanaged is not null, cancellationToken);
        if (foreign.Count > 0)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterHasForeignParts", $"Cluster {cluster} has parts that EksTools did not make, and EKS removes no cluster that has them: {string.Join(", ", foreign)}.", cluster, "Remove them first with the tool that made them.");
        }

        foreach (string group in groups)
        {
            await DeleteIfIdleAsync(() => account.Eks.DeleteNodegroupAsync(new DeleteNodegroupRequest { ClusterName = cluster, NodegroupName = group }, cancellationToken));
        }

        foreach (ClusterCapability capability in await CapabilityRemoval.ListAsync(account, cluster, cancellationToken))
        {
            await DeleteIfIdleAsync(() => account.Eks.DeleteCapabilityAsync(new DeleteCapabilityRequest { ClusterName = cluster, CapabilityName = capability.Name }, cancellationToken));
        }

        foreach (string profile in profiles)
        {
            await DeleteIfIdleAsync(() => account.Eks.DeleteFargateProfileAsync(new DeleteFargateProfileRequest { ClusterName = cluster, FargateProfileName = profile }, cancellationToken));
        }
    }

    private static async Task DeleteIfIdleAsync(Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (Exception exception) when (exception is ResourceInUseException or ResourceNotFoundException)
        {
            // On its way out, or gone, or EKS is busy with another: the next look tells.
        }
    }

    /// <summary>Asks for a deletion; null when EKS is still at work on what is to go, which only time ends.</summary>
    public static async Task<string?> RequestAsync(Func<Task> delete, string status, StepContext context)
    {
        try
        {
            await delete();
            return string.Empty;
        }
        catch (ResourceNotFoundException)
        {
            return string.Empty;
        }
        catch (ResourceInUseException exception)
        {
            // Still being made or updated; or on its way out by a call whose answer was lost, which the next look shows.
            context.Detail($"{status}; waiting until EKS lets go of it: {exception.Message}");
            return null;
        }
    }

    private async Task<StepOutcome> WaitGroupAsync(string group, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Nodegroup? there = await FindGroupAsync(group, token);
                string health = NodeGroupReader.Health(there);
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

    private Task<Nodegroup?> FindGroupAsync(string group, CancellationToken cancellationToken) => NodeGroupReader.FindAsync(account, cluster, group, cancellationToken);
}
