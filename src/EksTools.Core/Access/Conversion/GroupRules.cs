using EksTools.Access;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Reviews;

namespace EksTools.Core.Access.Conversion;

/// <summary>What groups of aws-auth become in an access entry.</summary>
/// <param name="Groups">The groups that stay.</param>
/// <param name="Policies">The access policies that stand for others.</param>
/// <param name="Remarks">What to tell of it.</param>
/// <param name="Obstacle">Why an access entry cannot give the same; null when it can.</param>
internal sealed record GroupTranslation(IReadOnlyList<string> Groups, IReadOnlyList<EksAccessPolicyScope> Policies, IReadOnlyList<string> Remarks, string? Obstacle);

/// <summary>Turns groups into access policies where role bindings give them the built-in roles that the policies stand for.</summary>
internal sealed class GroupRules
{
    // https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
    private static readonly Dictionary<string, string> PolicyNames = new(StringComparer.Ordinal)
    {
        ["cluster-admin"] = MappingIntent.ClusterAdmin, ["admin"] = "AmazonEKSAdminPolicy", ["edit"] = "AmazonEKSEditPolicy", ["view"] = "AmazonEKSViewPolicy",
    };

    private readonly AccessFacts facts;
    private readonly ILookup<string, BoundRole>? bindings;

    public GroupRules(AccessFacts facts)
    {
        this.facts = facts;
        bindings = facts.Bindings?.Bindings.Where(static bound => bound.IsGroup).ToLookup(static bound => bound.Subject, StringComparer.Ordinal);
    }

    public GroupTranslation Translate(IReadOnlyList<string> groups)
    {
        List<string> kept = [], remarks = [];
        List<EksAccessPolicyScope> policies = [];
        foreach (string group in groups.Distinct(StringComparer.Ordinal))
        {
            if (group is EffectiveAccess.Everybody or "")
            {
                continue; // Everybody who is let in has the one; the other is what a value that is no text leaves, and gives nothing.
            }

            if (group == EffectiveAccess.Masters)
            {
                if (Policy(MappingIntent.ClusterAdmin, null) is not { } admin)
                {
                    return new GroupTranslation([], [], [], $"system:masters becomes {MappingIntent.ClusterAdmin}, which EKS does not list: eks:ListAccessPolicies may not be allowed");
                }

                policies.Add(admin);
                remarks.Add($"system:masters becomes {MappingIntent.ClusterAdmin}");
                continue;
            }

            (IReadOnlyList<EksAccessPolicyScope> found, bool whole) = Bound(group);
            policies.AddRange(found);
            if (whole)
            {
                remarks.Add($"{group} becomes {string.Join(" and ", AccessPolicies.Unite(found))}");
            }
            else if (Array.Find(AccessFindings.ReservedPrefixes, prefix => group.StartsWith(prefix, StringComparison.Ordinal)) is { } reserved)
            {
                return new GroupTranslation([], [], [], $"the group {group} cannot stand in an access entry, where EKS keeps {reserved} for itself");
            }
            else
            {
                kept.Add(group);
                if (found.Count > 0)
                {
                    remarks.Add($"{group} stays beside {string.Join(" and ", AccessPolicies.Unite(found))}: role bindings give it more than the policy does");
                }
            }
        }

        return new GroupTranslation(kept, AccessPolicies.Unite(policies), remarks, null);
    }

    /// <summary>The policies that stand for a group's bindings, and whether they are all that it gives.</summary>
    private (IReadOnlyList<EksAccessPolicyScope> Policies, bool Whole) Bound(string group)
    {
        if (bindings is null || facts.AccessPolicies is null)
        {
            return ([], false);
        }

        List<EksAccessPolicyScope> policies = [];
        bool whole = bindings[group].Any();
        foreach (BoundRole bound in bindings[group])
        {
            // cluster-admin within a namespace is more than any policy gives there.
            bool standsFor = bound.IsClusterRole && PolicyNames.ContainsKey(bound.Role) && (bound.Role != "cluster-admin" || bound.Namespace is null);
            if (standsFor && Policy(PolicyNames[bound.Role], bound.Namespace) is { } policy)
            {
                policies.Add(policy);
                whole &= !facts.Bindings!.Extended.Contains(bound.Role);
            }
            else
            {
                whole = false;
            }
        }

        return (policies, whole);
    }

    private EksAccessPolicyScope? Policy(string name, string? space) => facts.AccessPolicies?.GetValueOrDefault(name) is { } arn
        ? new EksAccessPolicyScope { PolicyArn = arn, Namespaces = space is null ? [] : [space] }
        : null;
}
