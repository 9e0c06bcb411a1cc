using EksTools.Sandbox.Ec2;

namespace EksTools.Sandbox.Iam;

/// <summary>What a role's own policies allow, as far as actions go; resources and conditions are not looked at.</summary>
internal static class RolePermissions
{
    // Of AWS's own policies the account knows only the names: what those allow that people give to controllers.
    private static readonly Dictionary<string, string> Managed = new(StringComparer.Ordinal)
    {
        ["AdministratorAccess"] = "*", ["PowerUserAccess"] = "*", ["ElasticLoadBalancingFullAccess"] = "elasticloadbalancing:*", ["AmazonEKSLoadBalancingPolicy"] = "elasticloadbalancing:*",
    };

    /// <summary>Whether the role may.</summary>
    /// <param name="action">Such as <c>elasticloadbalancing:CreateLoadBalancer</c>.</param>
    public static bool Allows(IamState iam, Role role, string action)
    {
        var documents = role.InlinePolicies.Values.Concat(role.AttachedPolicies.Where(iam.Policies.ContainsKey).Select(arn => iam.Policies[arn]).Select(policy => policy.Versions[policy.DefaultVersion].Document)).ToList();
        return !documents.Exists(document => Says(document, "Deny", action))
            && (documents.Exists(document => Says(document, "Allow", action)) || role.AttachedPolicies.Any(arn => Managed.TryGetValue(arn[(arn.LastIndexOf('/') + 1)..], out var pattern) && Filters.Like(pattern, action)));
    }

    private static bool Says(string document, string effect, string action) => TrustPolicy.Statements(document).Any(statement =>
        statement["Effect"]?.GetValue<string>() == effect && TrustPolicy.Strings(statement["Action"]).Any(pattern => Filters.Like(pattern.ToLowerInvariant(), action.ToLowerInvariant())));
}
