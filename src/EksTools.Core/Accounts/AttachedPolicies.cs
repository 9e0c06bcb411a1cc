using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;

namespace EksTools.Core.Accounts;

/// <summary>The managed policies of IAM roles.</summary>
internal static class AttachedPolicies
{
    /// <summary>The ARNs of those that are attached to a role.</summary>
    /// <exception cref="NoSuchEntityException">There is no such role.</exception>
    public static async Task<HashSet<string>> ReadAsync(IAmazonIdentityManagementService iam, string role, CancellationToken cancellationToken)
    {
        HashSet<string> attached = new(StringComparer.Ordinal);
        await foreach (AttachedPolicyType policy in iam.Paginators.ListAttachedRolePolicies(new ListAttachedRolePoliciesRequest { RoleName = role }).AttachedPolicies.WithCancellation(cancellationToken))
        {
            attached.Add(policy.PolicyArn);
        }

        return attached;
    }
}
