using Amazon.EKS.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>A capability of a cluster: a controller that EKS runs for it.</summary>
/// <param name="Type">ACK, ARGOCD or KRO.</param>
internal sealed record ClusterCapability(string Name, string Type);

/// <summary>
/// Takes away a cluster's capabilities, before all else: Argo CD would make Services anew that were deleted, and EKS answers "Cluster has capabilities
/// attached" when the cluster is to go (https://github.com/ekristen/aws-nuke/issues/970).
/// </summary>
internal sealed class CapabilityRemoval(AwsAccount account, ClusterInventory inventory)
{
    private readonly string cluster = inventory.Identity.Name;

    /// <summary>The steps after which none is left.</summary>
    public IReadOnlyList<string> Gone => [.. inventory.Capabilities.Select(static one => $"capability-{one.Name}-gone")];

    /// <summary>Those of a cluster; none where EKS has no capabilities: there the call is refused as one that nobody could be allowed (https://github.com/eksctl-io/eksctl/issues/8630).</summary>
    public static async Task<IReadOnlyList<ClusterCapability>> ListAsync(AwsAccount account, string cluster, CancellationToken cancellationToken)
    {
        List<ClusterCapability> found = [];
        try
        {
            await foreach (ListCapabilitiesResponse page in account.Eks.Paginators.ListCapabilities(new ListCapabilitiesRequest { ClusterName = cluster }).Responses.WithCancellation(cancellationToken))
            {
                found.AddRange((page.Capabilities ?? []).Select(static one => new ClusterCapability(one.CapabilityName, one.Type?.Value ?? string.Empty)));
            }
        }
        catch (ResourceNotFoundException)
        {
            // The cluster went while we looked.
        }
        catch (AmazonServiceException exception) when (exception.Message.Contains("Unable to determine service/operation name to be authorized", StringComparison.Ordinal))
        {
            return [];
        }

        return found;
    }

    public IEnumerable<PlanStep> Create()
    {
        foreach (ClusterCapability one in inventory.Capabilities)
        {
            yield return new PlanStep { Id = $"capability-{one.Name}", Description = $"capability '{one.Name}' ({one.Type})", Ensure = (context, token) => DeleteAsync(one.Name, context, token) };
            yield return new PlanStep { Id = $"capability-{one.Name}-gone", Needs = [$"capability-{one.Name}"], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(15), Description = $"capability '{one.Name}' is gone", Ensure = (context, token) => WaitAsync(one.Name, context, token) };
        }
    }

    private async Task<StepOutcome> DeleteAsync(string name, StepContext context, CancellationToken cancellationToken)
    {
        string? before = null;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return before is null ? StepOutcome.Skipped : StepOutcome.Deleted;

        async Task<string?> TryAsync(CancellationToken token)
        {
            string? status = (await FindAsync(name, token))?.Status?.Value;
            before ??= status;
            return status is null or "DELETING" ? string.Empty
                : await ControlPlaneRemoval.RequestAsync(() => account.Eks.DeleteCapabilityAsync(new DeleteCapabilityRequest { ClusterName = cluster, CapabilityName = name }, token), status, context);
        }
    }

    private async Task<StepOutcome> WaitAsync(string name, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Capability? there = await FindAsync(name, token);
                string health = string.Join(" ", (there?.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}"));
                context.Detail($"{there?.Status?.Value ?? "gone"} {health}".TrimEnd());
                return there?.Status?.Value switch
                {
                    null => string.Empty,
                    "DELETE_FAILED" => throw new EksToolsException(EksErrorKind.Service, "CapabilityDeleteFailed", $"EKS could not delete the capability {name}. {health}".TrimEnd(), name),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private async Task<Capability?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Eks.DescribeCapabilityAsync(new DescribeCapabilityRequest { ClusterName = cluster, CapabilityName = name }, cancellationToken)).Capability;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }
}
