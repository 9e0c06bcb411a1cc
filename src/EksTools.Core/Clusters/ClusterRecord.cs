using EksTools.Core.Accounts;

namespace EksTools.Core.Clusters;

/// <summary>
/// Where a cluster's lease stands, and the parameters that it was begun with: tags of something whose name is unique, which AWS makes for one caller alone,
/// and which costs nothing. That is the cluster role; where the caller brings a role, a launch template that launches nothing.
/// </summary>
internal abstract class ClusterRecord
{
    /// <summary>What carries the tags, with its name, in words.</summary>
    public abstract string Carrier { get; }

    /// <summary>Its tags; null when it is not there.</summary>
    public abstract Task<Dictionary<string, string>?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>When it was made, which was before all else of the cluster; null when it is not there.</summary>
    public abstract Task<DateTimeOffset?> ReadBegunAsync(CancellationToken cancellationToken);

    /// <summary>Gives it tags, or other values of those it has.</summary>
    public abstract Task WriteAsync(IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Takes tags off it.</summary>
    public abstract Task EraseAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Refuses what has the name and is not this cluster's.</summary>
    public abstract void RequireOurs(IReadOnlyDictionary<string, string>? tags);

    /// <summary>The record of a cluster with its tags: that which is there, or that which is to be made.</summary>
    /// <param name="account">The account.</param>
    /// <param name="identity">The cluster.</param>
    /// <param name="ownRole">Where there is none yet: the caller brings the cluster role.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<(ClusterRecord Record, Dictionary<string, string>? Tags)> FindAsync(AwsAccount account, ClusterIdentity identity, bool ownRole, CancellationToken cancellationToken)
    {
        RoleRecord role = new(account, identity);
        Dictionary<string, string>? tags = await role.ReadAsync(cancellationToken);
        if (tags is not null && identity.Owns(tags))
        {
            return (role, tags);
        }

        TemplateRecord template = new(account, identity);
        Dictionary<string, string>? others = await template.ReadAsync(cancellationToken);
        return others is not null || ownRole ? (template, others) : (role, tags);
    }
}
