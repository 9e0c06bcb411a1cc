using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Reviews;

namespace EksTools.Core.Access.Conversion;

/// <summary>The access entry that gives what a row gives.</summary>
internal sealed record EntryWish
{
    /// <summary>The principal as IAM writes it.</summary>
    public required IamPrincipal Principal { get; init; }

    /// <summary>STANDARD, EC2_LINUX …</summary>
    public required string Type { get; init; }

    /// <summary>The username; null for the one that EKS gives.</summary>
    public string? Username { get; init; }

    /// <summary>Whether role bindings name the username, or may: an entry with another is no help then.</summary>
    public bool UsernameMatters { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    public IReadOnlyList<EksAccessPolicyScope> Policies { get; init; } = [];

    /// <summary>Whether IAM says that the principal is there: where EKS does not see it, it will.</summary>
    public bool Exists { get; init; }

    /// <summary>In a line, for a plan.</summary>
    public override string ToString() => Type != NodeRows.StandardType
        ? $"type {Type}"
        : string.Join(", ", Groups.Select(static group => $"group {group}").Concat(Policies.Select(static policy => policy.ToString()))) is { Length: > 0 } rights ? rights : "no rights of its own";
}

/// <summary>What an access entry lacks of a wish.</summary>
/// <param name="Create">There is no entry.</param>
/// <param name="Groups">All groups that it is to have; null when it has them.</param>
/// <param name="Policies">The policies to associate, with their whole scope; none when it has them.</param>
/// <param name="After">The entry as it is then.</param>
internal sealed record EntryDelta(bool Create, IReadOnlyList<string>? Groups, IReadOnlyList<EksAccessPolicyScope> Policies, EksIamMapping After)
{
    /// <summary>What became, or will become, of the row.</summary>
    public EksIamMappingConversionAction Action => Create ? EksIamMappingConversionAction.Moved
        : Groups is not null || Policies.Count > 0 ? EksIamMappingConversionAction.Merged
        : EksIamMappingConversionAction.AlreadyThere;

    /// <summary>What is to be done, against the entry that is there; nothing is ever taken from it.</summary>
    public static EntryDelta For(EntryWish wish, EksIamMapping? present, string cluster, string region)
    {
        if (present is null)
        {
            return new EntryDelta(true, wish.Groups, wish.Policies, new EksIamMapping
            {
                ClusterName = cluster,
                Region = region,
                Source = EksIamMappingSource.AccessEntry,
                Kind = wish.Principal.Kind,
                PrincipalArn = wish.Principal.Arn,
                Type = wish.Type,
                Username = wish.Username,
                Groups = wish.Groups,
                AccessPolicies = wish.Policies,
            });
        }

        string[] groups = [.. present.Groups.Union(wish.Groups, StringComparer.Ordinal)];
        EksAccessPolicyScope[] policies = [.. wish.Policies.Where(policy => !present.AccessPolicies.Any(there => Covers(there, policy))).Select(policy => Unite(policy, present.AccessPolicies))];
        bool more = groups.Length > present.Groups.Count;
        return new EntryDelta(false, more ? groups : null, policies, present with
        {
            Groups = groups,
            AccessPolicies = [.. present.AccessPolicies.Where(there => policies.All(policy => policy.PolicyArn != there.PolicyArn)), .. policies],
        });
    }

    /// <summary>Why an entry that is there cannot serve a wish, or null when it can.</summary>
    public static string? Obstacle(EntryWish wish, EksIamMapping? present) => present is null ? null
        : present.Type != wish.Type && (present.Type, wish.Type) is not ("EC2_WINDOWS", "EC2_LINUX") ? $"the principal has an access entry of type {present.Type}, the row needs one of {wish.Type}, and a type cannot be changed: remove the entry first"
        : wish.UsernameMatters && present.Username != wish.Username ? $"the principal has an access entry with the username {present.Username}, and role bindings name {wish.Username}, or may: remove the entry first, or give it that username"
        : null;

    /// <summary>Whether an entry gives all of a wish.</summary>
    public static bool IsMet(EntryWish wish, EksIamMapping entry) => Obstacle(wish, entry) is null && For(wish, entry, entry.ClusterName, entry.Region).Action == EksIamMappingConversionAction.AlreadyThere;

    private static bool Covers(EksAccessPolicyScope there, EksAccessPolicyScope wanted) =>
        there.PolicyArn == wanted.PolicyArn && (there.Namespaces.Count == 0 || (wanted.Namespaces.Count > 0 && wanted.Namespaces.All(there.Namespaces.Contains)));

    private static EksAccessPolicyScope Unite(EksAccessPolicyScope wanted, IEnumerable<EksAccessPolicyScope> there) =>
        AccessPolicies.Unite([wanted, .. there.Where(policy => policy.PolicyArn == wanted.PolicyArn)]).Single();
}
