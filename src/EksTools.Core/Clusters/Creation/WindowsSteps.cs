using System.Text.Json.Nodes;
using Amazon.EKS.Model;
using EksTools.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using k8s;
using k8s.Models;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// What nodes with Windows need besides their groups: a role of their own, an access entry that lets their kube-proxy in, which EKS does not see to
/// (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html, Windows user data), and addresses for their pods
/// (https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html).
/// </summary>
internal sealed class WindowsSteps(ClusterBuild build, RoleSteps roles)
{
    public const string Role = "windows-node-role", AccessEntry = "windows-access-entry", Addresses = "windows-ipam";
    private const string EntryType = "EC2_WINDOWS", ConfigMap = "amazon-vpc-cni", ConfigMapNamespace = "kube-system", Setting = "enable-windows-ipam", FieldManager = "ekstools";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ClusterSpecification specification = build.Specification;

    /// <summary>The steps after which EKS may be asked for a group of such nodes.</summary>
    public static IReadOnlyList<string> Needed(ClusterSpecification specification) => specification.NodeRoleArn is null ? [RoleSteps.PoliciesOf(Role), AccessEntry] : [AccessEntry];

    public IEnumerable<PlanStep> Create()
    {
        if (!specification.NodeGroups.Any(static group => group.System == NodeSystem.Windows))
        {
            yield break;
        }

        if (specification.NodeRoleArn is null)
        {
            foreach (PlanStep step in roles.CreateOther(new OtherRole(Role, build.Identity.WindowsNodeRoleName, _ => Task.FromResult(roles.NodeTrust), RoleSteps.NodePolicyNames), arn => build.WindowsNodeRoleArn = arn))
            {
                yield return step;
            }
        }

        yield return new PlanStep
        {
            Id = AccessEntry,
            Needs = specification.NodeRoleArn is null ? [ControlPlaneSteps.Active, Role] : [ControlPlaneSteps.Active],
            Description = "access entry of the nodes with Windows, for their kube-proxy too",
            Ensure = EnsureEntryAsync,
        };
        yield return new PlanStep
        {
            Id = Addresses,
            Needs = [ControlPlaneSteps.Active, .. AddonSteps.NodeAddonSteps(specification)],
            Description = $"addresses for pods with Windows: {Setting} in ConfigMap {ConfigMapNamespace}/{ConfigMap}",
            Ensure = EnsureAddressesAsync,
        };
    }

    private async Task<StepOutcome> EnsureEntryAsync(StepContext context, CancellationToken cancellationToken)
    {
        string role = specification.NodeRoleArn ?? build.WindowsNodeRoleArn!;
        InvalidParameterException? unseen = null;
        bool made = false;
        try
        {
            await context.Poller.WithinAsync(Patience, patience => context.Poller.UntilAsync(TryAsync, patience), cancellationToken);
        }
        catch (EksToolsException exception) when (exception.Kind == EksErrorKind.Timeout && unseen is not null)
        {
            throw unseen;
        }

        return made ? StepOutcome.Created : StepOutcome.Found;

        async Task<string?> TryAsync(CancellationToken token)
        {
            try
            {
                await build.Account.Eks.CreateAccessEntryAsync(new CreateAccessEntryRequest { ClusterName = build.Identity.Name, PrincipalArn = role, Type = EntryType, Tags = specification.Tags(AccessEntry) }, token);
                made = true;
                return role;
            }
            catch (ResourceInUseException)
            {
                AccessEntry there = (await build.Account.Eks.DescribeAccessEntryAsync(new DescribeAccessEntryRequest { ClusterName = build.Identity.Name, PrincipalArn = role }, token)).AccessEntry;
                return there.Type == EntryType ? role : throw new EksToolsException(
                    EksErrorKind.Conflict,
                    "AccessEntryOfOtherType",
                    $"The role {role} has an access entry of type {there.Type} in cluster {build.Identity.Name}, and nodes with Windows need {EntryType}.",
                    role,
                    "EKS changes no entry's type: delete the entry, and run the command again.");
            }
            catch (InvalidParameterException exception) when (exception.Message.Contains("principal", StringComparison.OrdinalIgnoreCase))
            {
                // IAM has the role, and EKS does not see it yet.
                unseen = exception;
                context.Detail(exception.Message);
                return null;
            }
        }
    }

    /// <summary>The setting alone, as ours: the rest of the ConfigMap is the add-on's.</summary>
    private async Task<StepOutcome> EnsureAddressesAsync(StepContext context, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(build.Account, build.Cluster!);
        try
        {
            V1ConfigMapList there = await api.CallAsync((client, token) => client.CoreV1.ListNamespacedConfigMapAsync(ConfigMapNamespace, fieldSelector: $"metadata.name={ConfigMap}", cancellationToken: token), cancellationToken);
            if (there.Items.FirstOrDefault()?.Data?.TryGetValue(Setting, out string? value) == true && value == "true")
            {
                return StepOutcome.Found;
            }

            JsonObject apply = new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject { ["name"] = ConfigMap, ["namespace"] = ConfigMapNamespace },
                ["data"] = new JsonObject { [Setting] = "true" },
            };
            await api.CallAsync(
                (client, token) => client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch(apply.ToJsonString(), V1Patch.PatchType.ApplyPatch), ConfigMap, ConfigMapNamespace, fieldManager: FieldManager, force: true, cancellationToken: token),
                cancellationToken);
            return there.Items.Count == 0 ? StepOutcome.Created : StepOutcome.Updated;
        }
        catch (Exception exception) when (ClosedApi.Why(specification, exception) is { } why)
        {
            context.Observer.Warn($"{why}: pods with Windows get no addresses until ConfigMap {ConfigMapNamespace}/{ConfigMap} says {Setting}: \"true\".");
            return StepOutcome.Skipped;
        }
    }
}
