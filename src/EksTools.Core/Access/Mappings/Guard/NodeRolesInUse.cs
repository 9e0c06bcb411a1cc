using EksTools.Core.Accounts;
using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Mappings.Guard;

/// <summary>The roles that a cluster's nodes have.</summary>
/// <param name="Users">What uses a role, in words, by the role's <see cref="IamPrincipal.Key"/>.</param>
/// <param name="Unknown">What could not be looked at, and why; null when everything was.</param>
internal sealed record NodeRolesInUse(IReadOnlyDictionary<string, string> Users, string? Unknown)
{
    /// <summary>Nothing was asked, for nothing depends on it.</summary>
    public static NodeRolesInUse None { get; } = new(new Dictionary<string, string>(), null);

    /// <summary>What uses a role; null when nothing does.</summary>
    public string? Find(string key) => Users.GetValueOrDefault(key);

    /// <summary>Asks AWS. The guard takes every role of nodes for one in use where it may not look: who may not look must not lock nodes out unaware.</summary>
    public static async Task<NodeRolesInUse> ReadAsync(AwsAccount account, string cluster, CancellationToken cancellationToken)
    {
        (IReadOnlyList<NodeRole> roles, IReadOnlyList<string> unknown) = await new NodeRoleReader(account, cluster).TryListAsync(cancellationToken);
        Dictionary<string, string> users = new(StringComparer.Ordinal);
        foreach (NodeRole role in roles)
        {
            if (IamPrincipal.Parse(role.Arn) is { } principal)
            {
                users.TryAdd(principal.Key, role.Holder);
            }
        }

        return new NodeRolesInUse(users, unknown.Count == 0 ? null : string.Join(" ", unknown));
    }
}
