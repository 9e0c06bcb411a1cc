using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters;

/// <summary>Deletes a role with what is attached to it, which IAM asks to be taken off first.</summary>
internal static class RoleDeletion
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Deletes the role; Skipped when it is not there.</summary>
    public static async Task<StepOutcome> DeleteAsync(AwsAccount account, string role, StepContext context, CancellationToken cancellationToken)
    {
        if (await ClusterRoles.ReadTagsAsync(account, role, cancellationToken) is null)
        {
            return StepOutcome.Skipped;
        }

        foreach (string arn in await AttachedPolicies.ReadAsync(account.Iam, role, cancellationToken))
        {
            await UnlessGoneAsync(() => account.Iam.DetachRolePolicyAsync(new DetachRolePolicyRequest { RoleName = role, PolicyArn = arn }, cancellationToken));
        }

        await foreach (string name in account.Iam.Paginators.ListRolePolicies(new ListRolePoliciesRequest { RoleName = role }).PolicyNames.WithCancellation(cancellationToken))
        {
            await UnlessGoneAsync(() => account.Iam.DeleteRolePolicyAsync(new DeleteRolePolicyRequest { RoleName = role, PolicyName = name }, cancellationToken));
        }

        // IAM takes a while to see that nothing is attached any more, and EKS to take its instance profile off a node role.
        await context.Poller.WithinAsync(Patience, patience => context.Poller.UntilAsync(token => TryDeleteAsync(account, role, context, token), patience), cancellationToken);
        return StepOutcome.Deleted;
    }

    private static async Task<string?> TryDeleteAsync(AwsAccount account, string role, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await UnlessGoneAsync(() => account.Iam.DeleteRoleAsync(new DeleteRoleRequest { RoleName = role }, cancellationToken));
            return role;
        }
        catch (DeleteConflictException exception)
        {
            context.Detail(exception.Message);
            return null;
        }
    }

    /// <summary>Each call by itself: when the answer to one was lost and the SDK asked again, what it took away is gone, but not the rest.</summary>
    public static async Task UnlessGoneAsync(Func<Task> call)
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
