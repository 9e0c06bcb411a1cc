using EksTools.Access;

namespace EksTools.Core.Access.Mappings;

/// <summary>What the authenticator makes of a principal.</summary>
/// <param name="Rule">The rule that wins; null when none lets the principal in.</param>
/// <param name="Shadowed">Rules for the same principal that do not count, each with the reason.</param>
internal sealed record AccessVerdict(EksIamMapping? Rule, IReadOnlyList<EksIamMapping> Shadowed);

/// <summary>
/// The authenticator's order: an access entry before anything of aws-auth; then mapRoles, where the last row of an ARN wins; then mapUsers;
/// then mapAccounts, which gives no groups (reference: aws-iam-authenticator, pkg/mapper/configmap; EKS user guide on access entries).
/// </summary>
internal static class AccessRules
{
    /// <summary>Every rule of the cluster, in the order in which the authenticator asks them; what has no effect says why.</summary>
    public static IReadOnlyList<EksIamMapping> List(ClusterAccess access)
    {
        List<EksIamMapping> rules = [];
        HashSet<string> withEntry = new(StringComparer.Ordinal);
        foreach (EksIamMapping entry in access.Entries)
        {
            rules.Add(access.UsesEntries ? entry : entry with { Ineffective = $"the cluster's authentication mode is {access.AuthenticationMode}" });
            if (access.UsesEntries && IamPrincipal.Parse(entry.PrincipalArn) is { } principal)
            {
                withEntry.Add(principal.Key);
            }
        }

        AwsAuthMap map = access.ConfigMap ?? AwsAuthMap.Parse(null);
        string? unused = access.UsesConfigMap ? null : $"the cluster's authentication mode is {access.AuthenticationMode}";
        HashSet<string> roles = new(map.Roles.Where(static row => row.Dropped is null).Select(static row => row.Arn!.ToLowerInvariant()), StringComparer.Ordinal);
        AddRows(map.Roles, static _ => false);
        AddRows(map.Users, row => roles.Contains(row.Arn!.ToLowerInvariant()));
        rules.AddRange(map.Accounts.Select(row => new EksIamMapping
        {
            ClusterName = access.Cluster.Name,
            Region = access.Cluster.Region,
            Source = EksIamMappingSource.ConfigMap,
            Kind = EksIamPrincipalKind.Account,
            AccountId = row.AccountId,
            Line = row.Line,
            Ineffective = unused,
        }));
        return rules;

        void AddRows(IReadOnlyList<AwsAuthRow> rows, Func<AwsAuthRow, bool> isRole)
        {
            Dictionary<string, AwsAuthRow> last = new(StringComparer.Ordinal);
            foreach (AwsAuthRow row in rows.Where(static row => row.Dropped is null))
            {
                last[row.Arn!.ToLowerInvariant()] = row;
            }

            foreach (AwsAuthRow row in rows)
            {
                rules.Add(new EksIamMapping
                {
                    ClusterName = access.Cluster.Name,
                    Region = access.Cluster.Region,
                    Source = EksIamMappingSource.ConfigMap,
                    Kind = row.Kind,
                    PrincipalArn = row.Arn,
                    Username = row.Username,
                    Groups = row.Groups,
                    Line = row.Line,
                    Ineffective = unused ?? Why(row),
                });
            }

            string? Why(AwsAuthRow row)
            {
                if (row.Dropped is not null)
                {
                    return row.Dropped;
                }

                string key = row.Arn!.ToLowerInvariant();
                return withEntry.Contains(key) ? "an access entry of the principal comes first"
                    : isRole(row) ? "a row of mapRoles comes first"
                    : last[key] != row ? $"line {last[key].Line} names the same ARN, and the last one wins"
                    : Unmatched(row.Arn);
            }
        }
    }

    /// <summary>Which rule lets a principal in.</summary>
    public static AccessVerdict Resolve(ClusterAccess access, IamPrincipal principal) =>
        Resolve(access, new AccessSubject(principal.Arn, principal.CanonicalArn, principal.AccountId, principal.Partition));

    /// <summary>Which rule lets someone in.</summary>
    public static AccessVerdict Resolve(ClusterAccess access, AccessSubject subject) => new AccessLookup(access).Resolve(subject);

    /// <summary>The groups of a rule with those that the type of an access entry brings.</summary>
    public static IReadOnlyList<string> GroupsOf(EksIamMapping rule) => [.. rule.Groups.Union(rule.Type switch
    {
        "EC2_LINUX" or "EC2" or "HYBRID_LINUX" or "HYPERPOD_LINUX" => ["system:nodes"],
        "EC2_WINDOWS" => ["system:nodes", "eks:kube-proxy-windows"],
        "FARGATE_LINUX" => ["system:nodes", "system:node-proxier"],
        _ => Array.Empty<string>(),
    })];

    /// <summary>What the authenticator finds a rule by; null for the rule of an account. A row's ARN is taken as it is written.</summary>
    public static string? KeyOf(EksIamMapping rule) => IamPrincipal.Parse(rule.PrincipalArn)?.Key ?? rule.PrincipalArn?.ToLowerInvariant();

    /// <summary>Why an ARN of aws-auth matches nobody, or null when it may match someone. The authenticator compares it as text.</summary>
    public static string? Unmatched(string arn) => IamPrincipal.Parse(arn) is { } principal
        ? string.Equals(principal.Key, arn, StringComparison.OrdinalIgnoreCase) ? null
            : principal is { Kind: EksIamPrincipalKind.Role, Path: not "/" } ? "its ARN has a path, which STS never tells; the row matches nobody"
            : arn.Contains(":assumed-role/", StringComparison.OrdinalIgnoreCase) ? "its ARN names a session of a role, which the authenticator turns into the role's; the row matches nobody"
            : "its ARN is written otherwise than STS tells it; the row matches nobody"
        : AccessSubject.Parse(arn) is null ? "its ARN names no principal that STS knows; the row matches nobody" : null;
}

/// <summary>The rules of a cluster, to look up many principals in.</summary>
internal sealed class AccessLookup
{
    private readonly ILookup<string, EksIamMapping> byKey;
    private readonly ILookup<string, EksIamMapping> byAccount;

    public AccessLookup(ClusterAccess access)
    {
        IReadOnlyList<EksIamMapping> rules = AccessRules.List(access);
        byKey = rules.Where(static rule => AccessRules.KeyOf(rule) is not null).ToLookup(static rule => AccessRules.KeyOf(rule)!, StringComparer.Ordinal);
        byAccount = rules.Where(static rule => rule.Kind == EksIamPrincipalKind.Account).ToLookup(static rule => rule.AccountId ?? string.Empty, StringComparer.Ordinal);
    }

    /// <summary>Which rule lets someone in.</summary>
    public AccessVerdict Resolve(AccessSubject subject)
    {
        EksIamMapping[] about = [.. byKey[subject.Key], .. byAccount[subject.AccountId]];
        EksIamMapping? winner = about.FirstOrDefault(static rule => rule.Ineffective is null);
        return new AccessVerdict(winner, [.. about.Where(rule => rule != winner).Select(rule => rule.Ineffective is not null ? rule : rule with { Ineffective = "a rule for the principal itself comes first" })]);
    }
}
