using EksTools.Access;

namespace EksTools.Core.Access.Mappings;

/// <summary>The rules of a cluster by principal.</summary>
internal static class AccessIndex
{
    /// <summary>The one rule that counts for each principal that has any of its own, by <see cref="IamPrincipal.Key"/>; accounts by their ids.</summary>
    public static Dictionary<string, EksIamMapping> Effective(ClusterAccess access)
    {
        Dictionary<string, EksIamMapping> rules = new(StringComparer.Ordinal);
        foreach (EksIamMapping rule in AccessRules.List(access))
        {
            if (rule.Ineffective is null && KeyOf(rule) is { } key)
            {
                rules.TryAdd(key, rule);
            }
        }

        return rules;
    }

    /// <summary>What tells a mapping's principal from others; null for a row without a readable ARN.</summary>
    public static string? KeyOf(EksIamMapping mapping) => mapping.AccountId ?? KeyOf(mapping.PrincipalArn);

    /// <summary>The key of an ARN; what is no ARN of a role or user is told by its text.</summary>
    public static string? KeyOf(string? arn) => IamPrincipal.Parse(arn)?.Key ?? arn?.ToLowerInvariant();
}
