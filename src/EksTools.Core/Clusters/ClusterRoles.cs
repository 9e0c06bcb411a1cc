using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What the roles of a cluster say of themselves: whose they are, and how the cluster was begun.</summary>
internal static class ClusterRoles
{
    /// <summary>A role's tags; null when there is no such role.</summary>
    public static async Task<Dictionary<string, string>?> ReadTagsAsync(AwsAccount account, string roleName, CancellationToken cancellationToken)
    {
        Dictionary<string, string> tags = new(StringComparer.Ordinal);
        try
        {
            await foreach (Tag tag in account.Iam.Paginators.ListRoleTags(new ListRoleTagsRequest { RoleName = roleName }).Tags.WithCancellation(cancellationToken))
            {
                tags[tag.Key] = tag.Value;
            }
        }
        catch (NoSuchEntityException)
        {
            return null;
        }

        return tags;
    }

    /// <summary>The name of a role by its ARN, without its path: in an account no two differ in path alone.</summary>
    public static string NameOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    /// <summary>Refuses a role of that name that is not this cluster's.</summary>
    public static void RequireOurs(ClusterIdentity identity, string roleName, IReadOnlyDictionary<string, string>? tags)
    {
        string? owner = tags?.GetValueOrDefault(ClusterIdentity.ClusterTag);
        if (owner is not null && owner != identity.Name && string.Equals(owner, identity.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterNameDiffersInCase", $"There is a cluster {owner}, and {identity.Name} differs from it in case alone: IAM would take their roles for one.", identity.Name, $"Write {owner} if you mean it, or choose another name.");
        }

        if (tags is not null && !identity.Owns(tags))
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "RoleNotManaged",
                $"The IAM role {roleName} exists and is not that of cluster {identity.Name} in {identity.Region}.",
                roleName,
                "Choose another cluster name, or remove the role.");
        }
    }
}
