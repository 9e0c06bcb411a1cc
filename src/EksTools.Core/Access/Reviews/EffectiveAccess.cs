using EksTools.Access;
using EksTools.Core.Access.Mappings;

namespace EksTools.Core.Access.Reviews;

/// <summary>Works out what a principal is in a cluster: by the authenticator's order, without asking it.</summary>
internal static class EffectiveAccess
{
    /// <summary>The group of everybody who is let in.</summary>
    public const string Everybody = "system:authenticated";

    /// <summary>The group that may do everything, whatever role bindings say.</summary>
    public const string Masters = "system:masters";

    public const string AdminPolicy = "AmazonEKSClusterAdminPolicy";

    /// <summary>What someone is.</summary>
    public static EksEffectiveAccess Of(ClusterAccess access, AccessSubject subject)
    {
        AccessVerdict verdict = AccessRules.Resolve(access, subject);
        EksEffectiveAccess result = new()
        {
            ClusterName = access.Cluster.Name,
            Region = access.Cluster.Region,
            AuthenticationMode = access.AuthenticationMode,
            PrincipalArn = subject.Arn,
            Allowed = true,
            Reason = string.Empty,
            Rule = verdict.Rule,
            ShadowedRules = verdict.Shadowed,
        };
        return verdict.Rule is { } rule ? Admit(access, subject, result, rule) : Refuse(access, subject, result);
    }

    /// <summary>Whether a rule lets its principal do everything in the whole cluster.</summary>
    public static bool IsAdmin(EksIamMapping rule) =>
        rule.Groups.Contains(Masters) || rule.AccessPolicies.Any(static policy => policy.Name == AdminPolicy && policy.Namespaces.Count == 0);

    private static EksEffectiveAccess Admit(ClusterAccess access, AccessSubject subject, EksEffectiveAccess result, EksIamMapping rule)
    {
        string username = rule.Kind == EksIamPrincipalKind.Account ? subject.CanonicalArn : subject.Expand(rule.Username ?? string.Empty);
        List<string> notes = [];
        if (access.ConfigMapUnreadable is { } unreadable && access.UsesConfigMap)
        {
            notes.Add($"aws-auth could not be read, so rows for the principal that do not count are not listed: {unreadable}");
        }

        string? needs = Unfilled([username, .. AccessRules.GroupsOf(rule).Select(subject.Expand)]);
        if (needs is not null)
        {
            notes.Add(needs);
        }

        return result with
        {
            Reason = Why(access, rule),
            Username = username,
            Groups = [.. AccessRules.GroupsOf(rule).Select(subject.Expand).Append(Everybody).Distinct()],
            AccessPolicies = rule.AccessPolicies,
            IsAdmin = IsAdmin(rule),
            Notes = notes,
        };
    }

    private static EksEffectiveAccess Refuse(ClusterAccess access, AccessSubject subject, EksEffectiveAccess result)
    {
        string name = access.Cluster.Name;
        List<string> notes = [];
        bool? allowed = false;
        if (access.AuthenticationMode == ClusterAccess.ConfigMapMode)
        {
            allowed = null;
            notes.Add("In mode CONFIG_MAP the principal that created the cluster is let in as system:masters, and nothing shows who that is.");
        }

        if (access.UsesConfigMap && access.ConfigMapUnreadable is { } unreadable)
        {
            allowed = null;
            notes.Add($"aws-auth could not be read, and may let the principal in: {unreadable}");
        }

        string found = result.ShadowedRules.Count > 0
            ? $"No rule that counts names {subject.CanonicalArn}; {result.ShadowedRules.Count} that {(result.ShadowedRules.Count == 1 ? "does" : "do")} not count, the first because {result.ShadowedRules[0].Ineffective}."
            : $"Neither an access entry{(access.UsesConfigMap ? " nor aws-auth" : string.Empty)} names {subject.CanonicalArn}.";
        string lead = allowed is null ? "Whether it is let in cannot be told from here." : "There is no way in: the API server answers 401 Unauthorized.";
        string add = new FixCommands(access.Cluster).Add(IamPrincipal.Parse(subject.Arn)?.Arn ?? subject.CanonicalArn);
        return result with { Allowed = allowed, Reason = $"{found} {lead} To let it in: {add}", Notes = notes };
    }

    private static string Why(ClusterAccess access, EksIamMapping rule) => (rule.Source, rule.Kind) switch
    {
        (EksIamMappingSource.AccessEntry, _) => $"The access entry of {rule.PrincipalArn} wins: access entries come before everything in aws-auth.",
        (_, EksIamPrincipalKind.Account) => $"Line {rule.Line} of mapAccounts in aws-auth lets in every principal of account {rule.AccountId}, by its ARN and without groups; no rule names the principal itself.",
        (_, var kind) => $"Line {rule.Line} of {(kind == EksIamPrincipalKind.Role ? AwsAuthMap.MapRoles : AwsAuthMap.MapUsers)} in aws-auth wins: {(access.UsesEntries ? "the principal has no access entry" : "access entries do not count in mode CONFIG_MAP")}{(kind == EksIamPrincipalKind.User ? ", and no row of mapRoles names it" : string.Empty)}.",
    };

    /// <summary>What would have to be known to fill in the templates that are left; null when none is.</summary>
    private static string? Unfilled(params string[] texts)
    {
        string all = string.Join(' ', texts);
        return all.Contains("{{EC2PrivateDNSName}}", StringComparison.Ordinal) ? "{{EC2PrivateDNSName}} is the instance's private DNS name: only a session whose name is an instance id is let in by this rule."
            : all.Contains("{{SessionName", StringComparison.Ordinal) ? "{{SessionName}} is the name of the role's session; give the ARN of a session, arn:…:sts::…:assumed-role/ROLE/SESSION, to see it filled in."
            : all.Contains("{{AccessKeyID}}", StringComparison.Ordinal) ? "{{AccessKeyID}} is the id of the access key that the token is signed with."
            : null;
    }
}
