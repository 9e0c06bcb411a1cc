using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// The default add-ons. All are made as soon as the control plane is active: nodes need vpc-cni and kube-proxy to become ready, coredns and
/// metrics-server need nodes to become active, so making and waiting are separate steps.
/// </summary>
internal sealed class AddonSteps(ClusterBuild build)
{
    private static readonly string[] NodeAddons = ["vpc-cni", "kube-proxy"];
    private static readonly string[] PodAddons = ["coredns", "metrics-server"];
    private readonly IAmazonEKS eks = build.Account.Eks;

    /// <summary>The add-ons without which no node becomes ready.</summary>
    public static IReadOnlyList<string> NodeAddonSteps => [.. NodeAddons.Select(Made)];

    /// <param name="nodesReady">The step after which pods can run; null when there will be no nodes.</param>
    public IEnumerable<PlanStep> Create(string? nodesReady)
    {
        // metrics-server is a community add-on, which EKS offers in the commercial partition alone.
        string[] addons = build.Account.Partition.Name == "aws" ? [.. NodeAddons, .. PodAddons] : [.. NodeAddons, "coredns"];
        foreach (string addon in addons)
        {
            yield return new PlanStep { Id = Made(addon), Needs = [ControlPlaneSteps.Active], Description = $"add-on {addon}", Ensure = (context, token) => EnsureAsync(addon, context, token) };
            bool needsNodes = PodAddons.Contains(addon);
            if (needsNodes && nodesReady is null)
            {
                continue;
            }

            yield return new PlanStep
            {
                Id = $"addon-{addon}-active",
                Needs = needsNodes ? [Made(addon), nodesReady!] : [Made(addon)],
                Kind = StepKind.Wait,
                Typical = TimeSpan.FromSeconds(40),
                Description = $"add-on {addon} is active",
                Ensure = (context, token) => WaitAsync(addon, context, token),
            };
        }
    }

    private static string Made(string addon) => $"addon-{addon}";

    private async Task<StepOutcome> EnsureAsync(string addon, StepContext context, CancellationToken cancellationToken)
    {
        StepOutcome outcome = StepOutcome.Found;
        await context.Poller.UntilAsync(TryAsync, cancellationToken);
        return outcome;

        async Task<string?> TryAsync(CancellationToken token)
        {
            Addon? there = await FindAsync(addon, token);
            string status = there?.Status?.Value ?? string.Empty;
            if (there is not null && status is not ("CREATE_FAILED" or "DELETING" or "DELETE_FAILED"))
            {
                return status;
            }

            try
            {
                if (there is null)
                {
                    await CreateAsync(addon, token);
                    outcome = StepOutcome.Created;
                    return addon;
                }

                if (status != "DELETING")
                {
                    // What failed to be made does not recover: it makes room for another attempt.
                    await eks.DeleteAddonAsync(new DeleteAddonRequest { ClusterName = build.Identity.Name, AddonName = addon }, token);
                }

                context.Detail($"{status}; waiting for it to go");
            }
            catch (ResourceInUseException exception)
            {
                // There already, by a call whose answer was lost, or EKS is busy with the cluster: the next look tells.
                context.Detail(exception.Message);
            }

            return null;
        }
    }

    private Task CreateAsync(string addon, CancellationToken cancellationToken) => eks.CreateAddonAsync(
        new CreateAddonRequest
        {
            ClusterName = build.Identity.Name,
            AddonName = addon,
            ResolveConflicts = ResolveConflicts.OVERWRITE,
            Tags = build.Specification.Tags(Made(addon)),
        },
        cancellationToken);

    private async Task<StepOutcome> WaitAsync(string addon, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Addon? there = await FindAsync(addon, token);
                string status = there?.Status?.Value ?? "not visible yet";
                string health = string.Join(" ", (there?.Health?.Issues ?? []).Select(static issue => $"{issue.Code?.Value}: {issue.Message}"));
                context.Detail($"{status} {health}".TrimEnd());
                return status switch
                {
                    "ACTIVE" => there,
                    "CREATE_FAILED" or "DELETE_FAILED" or "DELETING" => throw new EksToolsException(EksErrorKind.Service, "AddonFailed", $"The add-on {addon} is {status}. {health}".TrimEnd(), addon),

                    // DEGRADED is where an add-on stands whose pods have no node yet.
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private async Task<Addon?> FindAsync(string addon, CancellationToken cancellationToken)
    {
        try
        {
            return (await eks.DescribeAddonAsync(new DescribeAddonRequest { ClusterName = build.Identity.Name, AddonName = addon }, cancellationToken)).Addon;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }
}
