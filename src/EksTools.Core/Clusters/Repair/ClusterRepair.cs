using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Errors;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Repair;

/// <summary>
/// The plan that brings a cluster of an earlier version to what this version makes: vpc-cni gets a role of its own, and the node role loses what only aws-node
/// needs. The one is proven by the pods before the other is taken away, so that wherever it stops aws-node has at least one of them.
/// </summary>
internal sealed class ClusterRepair
{
    private const string Updated = "addon-vpc-cni-updated", Pods = "vpc-cni-pods";
    private readonly AwsAccount account;
    private readonly ClusterIdentity identity;
    private readonly RepairFacts facts;
    private readonly VpcCniRole cniRole;
    private readonly VpcCniPods pods;
    private readonly NodeRoleRelease release;
    private bool proven;

    private ClusterRepair(AwsAccount account, ClusterIdentity identity, RepairFacts facts, TimeProvider time)
    {
        this.account = account;
        this.identity = identity;
        this.facts = facts;
        Dictionary<string, string> userTags = facts.Cluster.ResourceTags.Where(static tag => !tag.Key.StartsWith("ekstools:", StringComparison.Ordinal) && !tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)).ToDictionary(StringComparer.Ordinal);
        cniRole = new VpcCniRole(account, identity, userTags, facts.Placement, facts.Cluster.KubernetesNetworkConfig?.IpFamily == "ipv6");
        pods = new VpcCniPods(account, time);
        release = new NodeRoleRelease(account, identity, cniRole);
        Plan = new Plan($"Repairing cluster {identity.Name} in {identity.Region}", Steps());
    }

    public Plan Plan { get; }

    /// <summary>Looks at what is there. Changes nothing.</summary>
    /// <exception cref="EksToolsException">The cluster is not ours, not usable, or runs no vpc-cni add-on.</exception>
    public static async Task<ClusterRepair> PrepareAsync(AwsAccount account, RepairClusterRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = new(request.Name, account.Region);
        return new ClusterRepair(account, identity, await RepairFacts.ReadAsync(account, identity, time, cancellationToken), time);
    }

    /// <summary>A plan of one step: taking the lease.</summary>
    public Plan CreateLeasePlan(ClusterLease lease) => new(
        Plan.Activity,
        [new PlanStep { Id = "lease", Description = "this run's lease on the cluster", Ensure = (context, token) => AcquireAsync(lease, context, token) }]);

    private async Task<StepOutcome> AcquireAsync(ClusterLease lease, StepContext context, CancellationToken cancellationToken)
    {
        lease.Record = (await ClusterRecord.FindAsync(account, identity, ownRole: false, cancellationToken)).Record;
        return await lease.AcquireAsync(context, cancellationToken) ? StepOutcome.Ready : StepOutcome.Skipped;
    }

    /// <summary>Names the roles of nodes that EksTools did not make and does not touch.</summary>
    public void WarnOfOthers(IJobObserver observer)
    {
        foreach (NodeRole role in facts.OtherNodeRoles)
        {
            observer.Warn($"The role {role.Arn} of {role.Holder} was not made by EksTools and is left alone. If it has {cniRole.PolicyArn[(cniRole.PolicyArn.LastIndexOf('/') + 1)..]}, it does not need it any more once the cluster is repaired: Unregister-IAMRolePolicy takes it off.");
        }

        foreach (string unknown in facts.UnknownNodeRoles)
        {
            observer.Warn($"Not all roles of nodes could be found out. {unknown}");
        }

        if (facts.Access == VpcCniAccess.Elsewhere)
        {
            string by = facts.AnnotatedRoleArn is null ? "a Pod Identity association" : "the annotation of their service account";
            string message = $"The pods of {VpcCniRole.ServiceAccount} have the role {facts.ElsewhereRoleArn} by {by}: it stays.";
            if (cniRole.IsOurs(facts.ElsewhereRoleArn!))
            {
                observer.Verbose(message); // Convert-EksServiceAccountRole moved it there, which is as good.
            }
            else
            {
                observer.Warn(message);
            }
        }
    }

    /// <summary>What is found as it is to be; what is missing is planned.</summary>
    public async Task<IReadOnlyDictionary<string, StepOutcome>> LookAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, StepOutcome> found = facts.Access == VpcCniAccess.Elsewhere ? new(StringComparer.Ordinal) : await cniRole.LookAsync(facts.Cluster, cancellationToken);
        string? role = facts.Access == VpcCniAccess.OwnRole ? facts.Addon.ServiceAccountRoleArn : facts.AnnotatedRoleArn;
        if (facts is { Access: VpcCniAccess.OwnRole, AnnotationLost: false })
        {
            found[VpcCniAddonStep] = StepOutcome.Found;
            found[Updated] = StepOutcome.Found;
        }

        if (facts.Access != VpcCniAccess.NodeRole && (await pods.TryLookAsync(facts.Cluster, role, cancellationToken))?.Done == true)
        {
            found[Pods] = StepOutcome.Found;
        }

        if (facts.NodeRoleHasPolicy != true)
        {
            found[NodeRoleRelease.Step] = StepOutcome.Found;
        }

        return found;
    }

    private static string VpcCniAddonStep => Creation.AddonSteps.Made(VpcCniRole.Addon);

    private IEnumerable<PlanStep> Steps()
    {
        string last = VpcCniAddonStep;
        if (facts.Access == VpcCniAccess.Elsewhere)
        {
            last = string.Empty;
        }
        else
        {
            ClusterAddon addon = new(account, identity.Name, VpcCniRole.Addon);
            foreach (PlanStep step in cniRole.Create([], () => facts.Cluster))
            {
                yield return step;
            }

            yield return new PlanStep { Id = VpcCniAddonStep, Needs = [VpcCniRole.Permissions], Description = $"add-on {VpcCniRole.Addon} with its role", Ensure = (context, token) => addon.EnsureRoleAsync(cniRole.Arn!, facts.AnnotationLost, context, token) };

            // DEGRADED is what pods may be in that wait for the role: they are seen to next.
            yield return new PlanStep { Id = Updated, Needs = [VpcCniAddonStep], Kind = StepKind.Wait, Typical = TimeSpan.FromSeconds(40), LearntAs = "addon-updated", Description = $"add-on {VpcCniRole.Addon} is updated", Ensure = (context, token) => addon.WaitAsync(degradedEnds: true, context, token) };
            last = Updated;
        }

        yield return new PlanStep { Id = Pods, Needs = last.Length == 0 ? [] : [last], Typical = TimeSpan.FromMinutes(1), LearntAs = "vpc-cni-pods-restarted", Description = "the pods of aws-node run with the role; those that are older are restarted", Ensure = ProveAsync };
        yield return new PlanStep
        {
            Id = NodeRoleRelease.Step,
            Needs = [Pods],
            Description = facts.NodeRoleHasPolicy is null ? "no node role of EksTools" : $"IAM role {identity.NodeRoleName} without {cniRole.PolicyArn[(cniRole.PolicyArn.LastIndexOf('/') + 1)..]}",
            Ensure = ReleaseAsync,
        };
    }

    private async Task<StepOutcome> ProveAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (facts.Access == VpcCniAccess.Elsewhere && await MayAsync(facts.ElsewhereRoleName, cancellationToken) != true)
        {
            context.Observer.Warn($"The role {facts.ElsewhereRoleArn} is not seen to have {cniRole.PolicyArn}. Whether it lets aws-node work is for those to say who made it: the node role keeps the policy.");
            return StepOutcome.Skipped;
        }

        StepOutcome outcome = await pods.WaitAsync(facts.Cluster, facts.Access == VpcCniAccess.Elsewhere ? facts.AnnotatedRoleArn : cniRole.Arn, context, cancellationToken);
        proven = outcome != StepOutcome.Skipped;
        if (!proven && facts.NodeRoleHasPolicy == true)
        {
            context.Observer.Warn("The node role keeps the policy until then: run the command again from where the API server can be reached.");
        }

        return outcome;
    }

    /// <summary>Whether a role of somebody else has the policy; null where that may not be seen.</summary>
    private async Task<bool?> MayAsync(string role, CancellationToken cancellationToken)
    {
        try
        {
            return await release.HasPolicyAsync(role, cancellationToken);
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return null;
        }
    }

    private async Task<StepOutcome> ReleaseAsync(StepContext context, CancellationToken cancellationToken) => facts.NodeRoleHasPolicy switch
    {
        null => StepOutcome.Skipped,
        false => StepOutcome.Found,
        true when proven => await release.DetachAsync(cancellationToken),
        true => StepOutcome.Skipped,
    };
}
