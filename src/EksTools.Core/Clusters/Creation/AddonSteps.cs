using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// The default add-ons. All are made as soon as the control plane is active: nodes need vpc-cni and kube-proxy to become ready, coredns and
/// metrics-server need nodes to become active, so making and waiting are separate steps.
/// </summary>
internal sealed class AddonSteps(ClusterBuild build, VpcCniRole cniRole)
{
    private static readonly string[] NodeAddons = [VpcCniRole.Addon, "kube-proxy"];
    private static readonly string[] PodAddons = ["coredns", "metrics-server"];

    // Otherwise its pods say that they want EC2: https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
    private const string OnFargate = """{"computeType":"Fargate"}""";

    /// <summary>The add-ons without which no node becomes ready.</summary>
    public static IReadOnlyList<string> NodeAddonSteps => [.. NodeAddons.Select(Made)];

    /// <param name="nodesReady">The steps after which pods can run; none when there will be no nodes.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> nodesReady)
    {
        // metrics-server is a community add-on, which EKS offers in the commercial partition alone.
        string[] community = build.Account.Partition.Name == "aws" ? ["metrics-server"] : [];
        string[] addons = build.Specification.HasOwnNetworking ? community : [.. NodeAddons, "coredns", .. community];
        foreach (string addon in addons)
        {
            ClusterAddon calls = new(build.Account, build.Identity.Name, addon);
            bool withRole = addon == VpcCniRole.Addon && build.VpcCniAccess == VpcCniAccess.OwnRole;
            yield return new PlanStep
            {
                Id = Made(addon),
                Needs = [withRole ? VpcCniRole.Permissions : ControlPlaneSteps.Active],
                Description = withRole ? $"add-on {addon} with its role" : $"add-on {addon}",
                Ensure = async (context, token) =>
                {
                    StepOutcome outcome = await calls.EnsureAsync(build.Specification.Tags(Made(addon)), withRole ? cniRole.Arn : null, addon == "coredns" && FargateCoverage.RunsCoreDns(build.Specification.FargateProfiles) ? OnFargate : null, context, token);
                    build.VpcCniFound |= withRole && outcome == StepOutcome.Found;
                    return outcome;
                },
            };
            bool needsNodes = PodAddons.Contains(addon);
            if (needsNodes && nodesReady.Count == 0)
            {
                continue;
            }

            yield return new PlanStep
            {
                Id = $"addon-{addon}-active",
                Needs = needsNodes ? [Made(addon), .. nodesReady] : [Made(addon)],
                Kind = StepKind.Wait,
                Typical = TimeSpan.FromSeconds(40),
                Description = $"add-on {addon} is active",
                Ensure = async (context, token) =>
                {
                    StepOutcome outcome = await calls.WaitAsync(degradedEnds: false, context, token);
                    if (withRole && build.VpcCniFound)
                    {
                        await WarnOfLostRoleAsync(context, token);
                    }

                    return outcome;
                },
            };
        }
    }

    /// <summary>EKS writes the annotation when the add-on is given its role, and not again when somebody takes it away.</summary>
    private async Task WarnOfLostRoleAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await new VpcCniPods(build.Account, TimeProvider.System).TryReadAnnotationAsync(build.Cluster!, cancellationToken) is { RoleArn: null })
        {
            context.Observer.Warn($"Service account {VpcCniRole.ServiceAccount} of cluster {build.Identity.Name} does not name the role that its add-on has: new pods of aws-node do not get it. New-EksCluster {build.Identity.Name} -Repair mends it.");
        }
    }

    /// <summary>The step that makes an add-on.</summary>
    public static string Made(string addon) => $"addon-{addon}";
}
