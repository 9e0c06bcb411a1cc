using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;

namespace EksTools.Core.Clusters;

/// <summary>The record as tags of the cluster role, which New-EksCluster makes before all else.</summary>
internal sealed class RoleRecord(AwsAccount account, ClusterIdentity identity) : ClusterRecord
{
    private readonly string role = identity.ClusterRoleName;

    /// <inheritdoc/>
    public override string Carrier => $"IAM role {role}";

    /// <inheritdoc/>
    public override Task<Dictionary<string, string>?> ReadAsync(CancellationToken cancellationToken) => ClusterRoles.ReadTagsAsync(account, role, cancellationToken);

    /// <inheritdoc/>
    public override async Task<DateTimeOffset?> ReadBegunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = role }, cancellationToken)).Role.CreateDate is { } made ? new DateTimeOffset(made.ToUniversalTime()) : null;
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        account.Iam.TagRoleAsync(new TagRoleRequest { RoleName = role, Tags = [.. tags.Select(static pair => new Tag { Key = pair.Key, Value = pair.Value })] }, cancellationToken);

    /// <inheritdoc/>
    public override Task EraseAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        account.Iam.UntagRoleAsync(new UntagRoleRequest { RoleName = role, TagKeys = [.. keys] }, cancellationToken);

    /// <inheritdoc/>
    public override void RequireOurs(IReadOnlyDictionary<string, string>? tags) => ClusterRoles.RequireOurs(identity, role, tags);
}
