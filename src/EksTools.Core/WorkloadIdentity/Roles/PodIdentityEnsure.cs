using Amazon.EKS;
using Amazon.EKS.Model;
using EksTools.Core.Accounts;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>The EKS side of Pod Identity: the agent on the nodes, and the association of a service account with a role.</summary>
internal sealed class PodIdentityEnsure(AwsAccount account, string cluster)
{
    public const string Agent = "eks-pod-identity-agent";
    private readonly IAmazonEKS eks = account.Eks;
    private readonly ClusterAddon agent = new(account, cluster, Agent);

    /// <summary>Whether the agent is there: as an add-on that is neither going nor failed, or built into the nodes of an Auto Mode cluster.</summary>
    public async Task<bool> HasAgentAsync(CancellationToken cancellationToken) =>
        ClusterAddon.Stays(await agent.FindAsync(cancellationToken))
        || (await eks.DescribeClusterAsync(new DescribeClusterRequest { Name = cluster }, cancellationToken)).Cluster.ComputeConfig?.Enabled == true;

    /// <summary>The association of a service account; null when there is none.</summary>
    public async Task<PodIdentityAssociation?> FindAsync(ServiceAccountName name, CancellationToken cancellationToken)
    {
        ListPodIdentityAssociationsResponse list = await eks.ListPodIdentityAssociationsAsync(new ListPodIdentityAssociationsRequest { ClusterName = cluster, Namespace = name.Namespace, ServiceAccount = name.Name }, cancellationToken);
        return list.Associations is [var summary, ..]
            ? (await eks.DescribePodIdentityAssociationAsync(new DescribePodIdentityAssociationRequest { ClusterName = cluster, AssociationId = summary.AssociationId }, cancellationToken)).Association
            : null;
    }

    /// <summary>Installs the agent where it is missing. Not waited for: it becomes active with the first node.</summary>
    public async Task<StepOutcome> EnsureAgentAsync(IReadOnlyDictionary<string, string> tags, StepContext context, CancellationToken cancellationToken) =>
        await HasAgentAsync(cancellationToken)
            ? StepOutcome.Found
            : await agent.EnsureAsync(new Dictionary<string, string>(tags), roleArn: null, chosen: null, context, cancellationToken);

    /// <summary>Makes the association, or points the one that is there at the role.</summary>
    /// <exception cref="EksToolsException">There is one with another role, which something else made, and <paramref name="force"/> was not said.</exception>
    public async Task<(string AssociationId, StepOutcome Outcome)> EnsureAsync(ServiceAccountName name, string roleArn, string? targetRoleArn, IReadOnlyDictionary<string, string> tags, bool force, CancellationToken cancellationToken)
    {
        for (; ;)
        {
            if (await FindAsync(name, cancellationToken) is { } there)
            {
                if (there.RoleArn == roleArn && (targetRoleArn is null || there.TargetRoleArn == targetRoleArn))
                {
                    return (there.AssociationId, StepOutcome.Found);
                }

                if (!force && there.Tags?.GetValueOrDefault(ClusterIdentity.ComponentTag) != RoleEnsure.Component)
                {
                    throw new EksToolsException(EksErrorKind.Conflict, "AssociationNotManaged", $"Service account {name} of cluster {cluster} has the Pod Identity association {there.AssociationId} with {there.RoleArn}, which EksTools did not make.", name.ToString(), "Change it where it is managed, or say -Force to take it over.");
                }

                await eks.UpdatePodIdentityAssociationAsync(new UpdatePodIdentityAssociationRequest { ClusterName = cluster, AssociationId = there.AssociationId, RoleArn = roleArn, TargetRoleArn = targetRoleArn }, cancellationToken);
                return (there.AssociationId, StepOutcome.Updated);
            }

            try
            {
                CreatePodIdentityAssociationResponse made = await eks.CreatePodIdentityAssociationAsync(
                    new CreatePodIdentityAssociationRequest { ClusterName = cluster, Namespace = name.Namespace, ServiceAccount = name.Name, RoleArn = roleArn, TargetRoleArn = targetRoleArn, Tags = new Dictionary<string, string>(tags) },
                    cancellationToken);
                return (made.Association.AssociationId, StepOutcome.Created);
            }
            catch (ResourceInUseException)
            {
                // Made meanwhile, or by a call whose answer was lost: the next look finds it.
            }
        }
    }
}
