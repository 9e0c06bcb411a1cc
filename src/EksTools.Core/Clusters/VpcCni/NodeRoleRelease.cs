using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Plans;

namespace EksTools.Core.Clusters.VpcCni;

/// <summary>Takes off the nodes' role what only aws-node needs. Called once its pods have it elsewhere.</summary>
internal sealed class NodeRoleRelease(AwsAccount account, ClusterIdentity identity, VpcCniRole cniRole)
{
    public const string Step = "node-role-cni-policy";

    /// <summary>Whether a role has the policy; null when there is no such role.</summary>
    public async Task<bool?> HasPolicyAsync(string role, CancellationToken cancellationToken)
    {
        try
        {
            return (await AttachedPolicies.ReadAsync(account.Iam, role, cancellationToken)).Contains(cniRole.PolicyArn);
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    /// <summary>Detaches the policy from the cluster's node role.</summary>
    public async Task<StepOutcome> DetachAsync(CancellationToken cancellationToken)
    {
        await RoleDeletion.UnlessGoneAsync(() => account.Iam.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = identity.NodeRoleName, PolicyArn = cniRole.PolicyArn }, cancellationToken));
        return StepOutcome.Deleted;
    }
}
