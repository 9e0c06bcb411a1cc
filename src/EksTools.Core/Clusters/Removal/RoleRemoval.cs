using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Takes away the cluster's roles, with the policies attached to them, and its OpenID Connect provider.</summary>
internal sealed class RoleRemoval(AwsAccount account, ClusterInventory inventory)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly IAmazonIdentityManagementService iam = account.Iam;

    public IEnumerable<PlanStep> Create(IReadOnlyList<string> nodesGone, IReadOnlyList<string> everythingElse)
    {
        List<string> before = [.. everythingElse];
        List<string> podRoles = [];
        foreach (string role in inventory.WorkloadIdentity.Roles)
        {
            string id = $"role-{role}";
            before.Add(id);
            podRoles.Add(id);
            yield return Step(id, role, nodesGone);
        }

        // After the roles: by it they are found again after an interruption.
        if (inventory.WorkloadIdentity.Provider is { } provider)
        {
            before.Add("oidc-provider");
            yield return new PlanStep { Id = "oidc-provider", Needs = [.. nodesGone, .. podRoles], Description = $"OpenID Connect provider {provider[(provider.IndexOf('/', StringComparison.Ordinal) + 1)..]}", Ensure = (_, token) => DeleteProviderAsync(provider, token) };
        }

        if (inventory.HasNodeRole)
        {
            before.Add("node-role");
            yield return Step("node-role", inventory.Identity.NodeRoleName, nodesGone);
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
        Ensure = (context, token) => DeleteAsync(role, context, token),
    };

    private async Task<StepOutcome> DeleteAsync(string role, StepContext context, CancellationToken cancellationToken)
    {
        if (await ClusterRoles.ReadTagsAsync(account, role, cancellationToken) is null)
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

        // IAM takes a while to see that nothing is attached any more, and EKS to take its instance profile off a node role.
        await context.Poller.WithinAsync(Patience, patience => context.Poller.UntilAsync(token => TryDeleteAsync(role, context, token), patience), cancellationToken);
        return StepOutcome.Deleted;
    }

    private async Task<string?> TryDeleteAsync(string role, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await UnlessGoneAsync(() => iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = role }, cancellationToken));
            return role;
        }
        catch (DeleteConflictException exception)
        {
            context.Detail(exception.Message);
            return null;
        }
    }

    private async Task<StepOutcome> DeleteProviderAsync(string arn, CancellationToken cancellationToken)
    {
        await UnlessGoneAsync(() => iam.DeleteOpenIDConnectProviderAsync(new DeleteOpenIDConnectProviderRequest { OpenIDConnectProviderArn = arn }, cancellationToken));
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
            // Gone is what was wanted.
        }
    }
}
