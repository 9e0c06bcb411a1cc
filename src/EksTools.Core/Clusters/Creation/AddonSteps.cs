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

    private Task<StepOutcome> EnsureAsync(string addon, StepContext context, CancellationToken cancellationToken) => EksEnsure.OneAsync(
        new EksEnsure.Part(
            async token => await FindAsync(addon, token) is { } there ? there.Status?.Value ?? string.Empty : null,
            token => CreateAsync(addon, token),
            token => eks.DeleteAddonAsync(new DeleteAddonRequest { ClusterName = build.Identity.Name, AddonName = addon }, token)),
        context,
        cancellationToken);

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
