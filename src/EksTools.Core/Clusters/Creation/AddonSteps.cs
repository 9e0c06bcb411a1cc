using EksTools.Authentication;
using EksTools.ClusterAddons;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// The add-ons: the default ones, and those that were asked for. All are made as soon as the control plane is active: nodes need vpc-cni and kube-proxy to
/// become ready, and what runs as a deployment needs nodes to become active, so making and waiting are separate steps.
/// </summary>
internal sealed class AddonSteps(ClusterBuild build, VpcCniRole cniRole)
{
    private const string KubeProxy = "kube-proxy", MetricsServer = "metrics-server", CoreDns = "coredns";

    // Otherwise its pods say that they want EC2: https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
    public const string OnFargate = """{"computeType":"Fargate"}""";

    // These run as daemon sets alone, which are complete where there is no node.
    private static readonly string[] OfNodes = [VpcCniRole.Addon, KubeProxy, PodIdentityEnsure.Agent];

    /// <summary>The steps of the add-ons without which no node becomes ready.</summary>
    public static IReadOnlyList<string> NodeAddonSteps(ClusterSpecification specification) => [.. Names(specification).Where(static addon => addon is VpcCniRole.Addon or KubeProxy).Select(Made)];

    /// <param name="nodesReady">The steps after which pods can run; none when there will be no nodes.</param>
    public IEnumerable<PlanStep> Create(IReadOnlyList<string> nodesReady)
    {
        foreach (string addon in Names(build.Specification))
        {
            ClusterAddon calls = new(build.Account, build.Identity.Name, addon);
            ChosenAddon? chosen = build.Specification.AddOns.FirstOrDefault(one => one.Options.Name == addon);
            bool withRole = addon == VpcCniRole.Addon && build.VpcCniAccess == VpcCniAccess.OwnRole;
            yield return new PlanStep
            {
                Id = Made(addon),
                Needs = [withRole ? VpcCniRole.Permissions : ControlPlaneSteps.Active],
                Description = string.Join(", ", new[] { $"add-on {addon}", chosen?.Version }.OfType<string>()) + (withRole ? " with its role" : chosen?.Options.ServiceAccountRoleArn is { } brought ? $" with the role {brought}" : string.Empty),
                Ensure = async (context, token) =>
                {
                    StepOutcome outcome = await calls.EnsureAsync(build.Specification.Tags(Made(addon)), withRole ? cniRole.Arn : chosen?.Options.ServiceAccountRoleArn, addon == CoreDns ? OnFargateToo(chosen) : chosen, context, token);
                    build.VpcCniFound |= withRole && outcome == StepOutcome.Found;
                    WarnOfMissingRole(addon, chosen, outcome, context);
                    return outcome;
                },
            };
            bool needsNodes = !OfNodes.Contains(addon);
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
                LearntAs = needsNodes ? "addon-on-nodes-active" : "addon-active",
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

    /// <summary>Every add-on by its name: the default ones in the order in which nodes need them, then the others.</summary>
    private static IEnumerable<string> Names(ClusterSpecification specification)
    {
        string[] defaults = !specification.DefaultAddOns ? []
            : specification.HasOwnNetworking ? AwsPartition.FromRegion(specification.Identity.Region).Name == "aws" ? [MetricsServer] : []

            // metrics-server is a community add-on, which EKS offers in the commercial partition alone.
            : AwsPartition.FromRegion(specification.Identity.Region).Name == "aws" ? [VpcCniRole.Addon, KubeProxy, CoreDns, MetricsServer] : [VpcCniRole.Addon, KubeProxy, CoreDns];
        return defaults.Concat(specification.AddOns.Select(static addon => addon.Options.Name)).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The setting by which coredns runs on Fargate, where a profile takes its pods and nothing else was said of it.</summary>
    private ChosenAddon? OnFargateToo(ChosenAddon? chosen) => !FargateCoverage.RunsCoreDns(build.Specification.FargateProfiles) || chosen?.Options.ConfigurationValues is not null
        ? chosen
        : chosen is null
            ? new ChosenAddon(new AddonOptions { Name = CoreDns, ConfigurationValues = OnFargate, ResolveConflicts = "OVERWRITE" }, null, NeedsPermissions: false)
            : chosen with { Options = chosen.Options with { ConfigurationValues = OnFargate } };

    private void WarnOfMissingRole(string addon, ChosenAddon? chosen, StepOutcome outcome, StepContext context)
    {
        if (chosen is { NeedsPermissions: true, Options.ServiceAccountRoleArn: null } && addon != VpcCniRole.Addon && outcome == StepOutcome.Created)
        {
            context.Observer.Warn($"The pods of the add-on {addon} call AWS, and -AddOn says no ServiceAccountRoleArn for them: New-EksServiceAccountRole {build.Identity.Name} makes a role, by IRSA or Pod Identity.");
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
