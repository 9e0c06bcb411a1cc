using System.IO.Enumeration;

namespace EksTools.Sandbox.Kubernetes.Authorization;

/// <summary>The rules that access policies give, each within its scope.</summary>
internal static class AccessPolicyRules
{
    /// <summary>The rules at the cluster scope and, where one is given, in a namespace.</summary>
    public static IEnumerable<PolicyRule> For(IEnumerable<AccessPolicyAssociation> policies, string? ns) =>
        policies.Where(policy => InScope(policy, ns)).SelectMany(policy => BuiltInRules.OfAccessPolicy(policy.PolicyArn));

    private static bool InScope(AccessPolicyAssociation policy, string? ns) => policy.ScopeType != "namespace"
        || (ns is not null && policy.Namespaces.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, ns, ignoreCase: false)));
}
