using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the cluster's roles, with the policies attached to them.</summary>
internal sealed class RoleRemoval(AwsAccount account, ClusterInventory inventory)
{
    private readonly IAmazonIdentityManagementService iam = account.Iam;

    public IEnumerable<PlanStep> Create(string lease, IReadOnlyList<string> nodesGone, IReadOnlyList<string> everythingElse)
    {
        List<string> before = [.. everythingElse];
        if (inventory.HasNodeRole)
        {
            before.Add("node-role");
            yield return Step("node-role", inventory.Identity.NodeRoleName, [lease, .. nodesGone]);
        }

        if (inventory.HasClusterRole)
        {
            yield return Step("cluster-role", inventory.Identity.ClusterRoleName, before);
        }
    }

    private PlanStep Step(string id, string role, IReadOnlyList<string> needs) => new()
    {
        Id = id,
        Needs = needs,
        Description = $"IAM role {role}",
        Ensure = (_, token) => DeleteAsync(role, token),
    };

    private async Task<StepOutcome> DeleteAsync(string role, CancellationToken cancellationToken)
    {
        if ((await ClusterLease.ReadTagsAsync(account, role, cancellationToken)).Count == 0)
        {
            return StepOutcome.Skipped;
        }

        await foreach (AttachedPolicyType policy in iam.Paginators.ListAttachedRolePolicies(new ListAttachedRolePoliciesRequest { RoleName = role }).AttachedPolicies.WithCancellation(cancellationToken))
        {
            await UnlessGoneAsync(() => iam.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = role, PolicyArn = policy.PolicyArn }, cancellationToken));
        }

        await foreach (string name in iam.Paginators.ListRolePolicies(new ListRolePoliciesRequest { RoleName = role }).PolicyNames.WithCancellation(cancellationToken))
        {
            await UnlessGoneAsync(() => iam.DeleteRolePolicyAsync(new DeleteRolePolicyRequest { RoleName = role, PolicyName = name }, cancellationToken));
        }

        await UnlessGoneAsync(() => iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = role }, cancellationToken));
        return StepOutcome.Deleted;
    }

    /// <summary>Each call by itself: when the answer to one was lost and the SDK asked again, what it took away is gone, but not the rest.</summary>
    private static async Task UnlessGoneAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (NoSuchEntityException)
        {
            return;
        }
    }
}
