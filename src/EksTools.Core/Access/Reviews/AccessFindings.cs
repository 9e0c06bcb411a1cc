using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Findings;

namespace EksTools.Core.Access.Reviews;

/// <summary>Finds what is wrong with a cluster's mappings. Pure: all that is known is given.</summary>
internal sealed class AccessFindings
{
    /// <summary>What no Kubernetes username of a person may begin with: EKS refuses it in access entries.</summary>
    public static readonly string[] ReservedPrefixes = ["system:", "eks:", "aws:", "amazon:", "iam:"];

    private readonly List<EksIamMappingFinding> found = [];

    private AccessFindings(ClusterAccess access, AccessFacts facts)
    {
        Access = access;
        Facts = facts;
        Rules = AccessRules.List(access);
        Fixes = new FixCommands(access.Cluster);
        BoundGroups = facts.Bindings?.Bindings.Where(static bound => bound.IsGroup).Select(static bound => bound.Subject).ToHashSet(StringComparer.Ordinal);
    }

    public ClusterAccess Access { get; }

    public AccessFacts Facts { get; }

    public IReadOnlyList<EksIamMapping> Rules { get; }

    public FixCommands Fixes { get; }

    /// <summary>The groups that role bindings name; null when they could not be read.</summary>
    public IReadOnlySet<string>? BoundGroups { get; }

    /// <summary>What is wrong, the gravest first, then in the order in which the authenticator asks the rules.</summary>
    public static IReadOnlyList<EksIamMappingFinding> Find(ClusterAccess access, AccessFacts facts)
    {
        AccessFindings findings = new(access, facts);
        ClusterFindings.Find(findings);
        EntryFindings.Find(findings);
        RowFindings.Find(findings);
        return [.. findings.found.OrderByDescending(static finding => finding.Severity)];
    }

    /// <summary>Something about the cluster or aws-auth as a whole.</summary>
    public void Add(EksFindingSeverity severity, string rule, string where, string message, string fix, int? line = null, string? principal = null, EksIamMappingSource? source = null) =>
        found.Add(new EksIamMappingFinding
        {
            ClusterName = Access.Cluster.Name,
            Region = Access.Cluster.Region,
            Severity = severity,
            Rule = rule,
            Where = where,
            Message = message,
            Fix = fix,
            Line = line,
            PrincipalArn = principal,
            Source = source,
        });

    /// <summary>Something about an access entry.</summary>
    public void Add(EksFindingSeverity severity, string rule, EksIamMapping entry, string message, string fix) =>
        Add(severity, rule, "access entry", message, fix, principal: entry.PrincipalArn, source: EksIamMappingSource.AccessEntry);

    /// <summary>Something about a row.</summary>
    public void Add(EksFindingSeverity severity, string rule, AwsAuthRow row, string message, string fix) =>
        Add(severity, rule, $"aws-auth {KeyOf(row)}, line {row.Line}", message, fix, row.Line, row.Arn, EksIamMappingSource.ConfigMap);

    public static string KeyOf(AwsAuthRow row) => row.Kind == EksIamPrincipalKind.Role ? AwsAuthMap.MapRoles : AwsAuthMap.MapUsers;

    /// <summary>Whether a rule is one that nodes join with.</summary>
    public static bool IsForNodes(EksIamMapping rule) => rule.Source == EksIamMappingSource.AccessEntry
        ? rule.Type is "EC2_LINUX" or "EC2_WINDOWS" or "FARGATE_LINUX"
        : IsForNodes(rule.Username, rule.Groups);

    /// <summary>Whether a row is one that nodes join with.</summary>
    public static bool IsForNodes(string? username, IReadOnlyList<string> groups) =>
        groups.Contains("system:nodes") && username?.StartsWith("system:node:", StringComparison.Ordinal) == true;

    /// <summary>What IAM says of a principal; null when it was not asked.</summary>
    public PrincipalFact? Ask(string? arn) => IamPrincipal.Parse(arn) is { } principal ? Facts.Principals.GetValueOrDefault(principal.Key) : null;

    /// <summary>Whether any node stands on a role; null when that could not be found out.</summary>
    public bool? IsInUse(IamPrincipal principal) => Facts.NodeRoles?.Any(role => IamPrincipal.Parse(role.Arn)?.Key == principal.Key);
}
