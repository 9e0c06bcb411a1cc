using Amazon.EKS.Model;
using EksTools.Access;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>Access policies: their names, and their scopes.</summary>
internal static class AccessPolicies
{
    /// <summary>The ARNs of the policies that EKS offers, by name.</summary>
    public static async Task<Dictionary<string, string>> ListAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        Dictionary<string, string> policies = new(StringComparer.OrdinalIgnoreCase);
        await foreach (AccessPolicy policy in account.Eks.Paginators.ListAccessPolicies(new ListAccessPoliciesRequest()).AccessPolicies.WithCancellation(cancellationToken))
        {
            policies[policy.Name] = policy.Arn;
        }

        return policies;
    }

    /// <summary>The ARN of a policy.</summary>
    public static string Arn(string partition, string name) => $"arn:{partition}:eks::aws:cluster-access-policy/{name}";

    /// <summary>The same policies as EKS calls them: found by their names, whatever the case or the partition of an ARN.</summary>
    /// <exception cref="EksToolsException">EKS offers no policy of that name.</exception>
    public static IReadOnlyList<EksAccessPolicyScope> Resolve(IReadOnlyList<EksAccessPolicyScope> wanted, Dictionary<string, string> offered, string who) => Unite(wanted.Select(policy =>
        offered.TryGetValue(policy.Name, out string? arn) ? policy with { PolicyArn = arn } : throw new EksToolsException(
            EksErrorKind.Validation, "AccessPolicyNotOffered", $"EKS offers no access policy '{policy.Name}' for {who}.", who, $"It offers {string.Join(", ", offered.Keys.Order(StringComparer.Ordinal))}.")));

    /// <summary>One scope for each policy: EKS keeps no more. The whole cluster swallows namespaces.</summary>
    public static IReadOnlyList<EksAccessPolicyScope> Unite(IEnumerable<EksAccessPolicyScope> policies) =>
    [
        .. policies.GroupBy(static policy => policy.PolicyArn, StringComparer.Ordinal).Select(static same => new EksAccessPolicyScope
        {
            PolicyArn = same.Key,
            Namespaces = same.Any(static policy => policy.Namespaces.Count == 0) ? [] : [.. same.SelectMany(static policy => policy.Namespaces).Distinct(StringComparer.Ordinal)],
        }),
    ];

    /// <summary>Whether two scopes of one policy are the same.</summary>
    public static bool SameScope(EksAccessPolicyScope one, EksAccessPolicyScope other) => one.Namespaces.ToHashSet(StringComparer.Ordinal).SetEquals(other.Namespaces);

    /// <summary>Whether a mapping is administrator of the whole cluster.</summary>
    public static bool IsAdministrator(EksIamMapping mapping) =>
        mapping.Groups.Contains("system:masters") || mapping.AccessPolicies.Any(static policy => policy.Name == MappingIntent.ClusterAdmin && policy.Namespaces.Count == 0);
}
