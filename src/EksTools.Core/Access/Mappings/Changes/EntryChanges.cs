using EksTools.Access;
using EksTools.Clusters;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>What one access entry becomes.</summary>
internal sealed record EntryChange
{
    public required EksIamMappingChange Change { get; init; }

    /// <summary>The entry's ARN of its principal, with the path: it tells an entry from others of the same name.</summary>
    public required string Arn { get; init; }

    /// <summary>The policies to associate, new or with another scope.</summary>
    public IReadOnlyList<EksAccessPolicyScope> Associate { get; init; } = [];

    /// <summary>The ARNs of the policies to take away.</summary>
    public IReadOnlyList<string> Disassociate { get; init; } = [];

    /// <summary>Whether username or groups change.</summary>
    public bool UpdateEntry { get; init; }

    /// <summary>Tags to set.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>What was asked for: another reading of the entry makes another change of it.</summary>
    public MappingIntent? Intent { get; init; }
}

/// <summary>Plans changes of access entries.</summary>
internal static class EntryChanges
{
    /// <summary>An entry as it is to be.</summary>
    /// <exception cref="EksToolsException">The entry that is there is of a type that cannot be made so.</exception>
    public static EntryChange Upsert(EksCluster cluster, MappingIntent intent, EksIamMapping? before)
    {
        string type = NodeRows.EntryType(intent.NodeRole);
        if (before is null)
        {
            EksIamMapping added = new()
            {
                ClusterName = cluster.Name,
                Region = cluster.Region,
                Source = EksIamMappingSource.AccessEntry,
                Kind = intent.Principal!.Kind,
                PrincipalArn = intent.Principal.Arn,
                Username = intent.Username ?? intent.FormerUsername,
                Groups = intent.Groups ?? [],
                AccessPolicies = intent.Policies ?? [],
                Type = type,
            };
            return new EntryChange
            {
                Arn = added.PrincipalArn,
                Intent = intent,
                Associate = added.AccessPolicies,
                Tags = intent.Tags,
                Change = Describe(cluster, EksIamMappingChangeKind.Added, null, added, intent.Details),
            };
        }

        RequireType(intent, before, type);
        EksIamMapping after = before with
        {
            Username = intent.Username ?? before.Username,
            Groups = intent.Groups ?? before.Groups,
            AccessPolicies = intent.Policies ?? before.AccessPolicies,
        };
        EksAccessPolicyScope[] associate = [.. after.AccessPolicies.Where(policy => !before.AccessPolicies.Any(had => had.PolicyArn == policy.PolicyArn && AccessPolicies.SameScope(had, policy)))];
        string[] disassociate = [.. before.AccessPolicies.Select(static had => had.PolicyArn).Except(after.AccessPolicies.Select(static policy => policy.PolicyArn), StringComparer.Ordinal)];
        bool updated = after.Username != before.Username || !after.Groups.ToHashSet(StringComparer.Ordinal).SetEquals(before.Groups);
        bool changed = updated || associate.Length > 0 || disassociate.Length > 0 || intent.Tags is { Count: > 0 };
        return new EntryChange
        {
            Arn = before.PrincipalArn!,
            Intent = intent,
            UpdateEntry = updated,
            Associate = associate,
            Disassociate = disassociate,
            Tags = intent.Tags,
            Change = Describe(cluster, changed ? EksIamMappingChangeKind.Updated : EksIamMappingChangeKind.Unchanged, before, changed ? after : before, [.. intent.Details, .. Rescoped(before, associate)]),
        };
    }

    /// <summary>A policy holds at one scope alone: what was said takes the place of the former, and a scope that was not said is the whole cluster.</summary>
    private static IEnumerable<string> Rescoped(EksIamMapping before, IReadOnlyList<EksAccessPolicyScope> associate) =>
        from policy in associate
        let had = before.AccessPolicies.FirstOrDefault(other => other.PolicyArn == policy.PolicyArn)
        where had is not null
        select $"{policy.Name} now holds in {Where(policy)}, formerly in {Where(had)}";

    private static string Where(EksAccessPolicyScope policy) => policy.Namespaces.Count == 0 ? "the whole cluster" : string.Join(", ", policy.Namespaces);

    /// <summary>What is asked for, without taking anything from an entry that somebody else made meanwhile.</summary>
    public static MappingIntent AddingTo(EksIamMapping present, MappingIntent intent) => intent with
    {
        Username = null,
        Groups = intent.Groups is null ? null : [.. present.Groups.Union(intent.Groups, StringComparer.Ordinal)],
        Policies = intent.Policies is null ? null : AccessPolicies.Unite(present.AccessPolicies.Concat(intent.Policies)),
        Details = intent.Username is { } username && username != present.Username
            ? [.. intent.Details, $"somebody else made the entry meanwhile; its username {present.Username} stays"]
            : intent.Details,
    };

    /// <summary>An entry that goes.</summary>
    public static EntryChange Remove(EksCluster cluster, EksIamMapping before) => new()
    {
        Arn = before.PrincipalArn!,
        Change = Describe(cluster, EksIamMappingChangeKind.Removed, before, null, []),
    };

    private static void RequireType(MappingIntent intent, EksIamMapping before, string type)
    {
        // Nodes of Linux find their groups in an entry for Windows too.
        bool fits = before.Type == type || (type == "EC2_LINUX" && before.Type == "EC2_WINDOWS");
        bool says = intent.NodeRole != EksNodeRoleKinds.None || intent.Username is not null || intent.Groups is not null || intent.Policies is not null;
        if (!fits && says)
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "AccessEntryTypeFixed",
                $"The access entry of {before.PrincipalArn} is of type {before.Type}, not {type}, and EKS does not change the type of an entry.",
                before.PrincipalArn,
                "Remove the entry with Remove-EksIamMapping and add it anew; nodes cannot join in between.");
        }
    }

    private static EksIamMappingChange Describe(EksCluster cluster, EksIamMappingChangeKind kind, EksIamMapping? before, EksIamMapping? after, IReadOnlyList<string> details) => new()
    {
        ClusterName = cluster.Name,
        Region = cluster.Region,
        Change = kind,
        Before = before,
        After = after,
        Details = details,
    };
}
