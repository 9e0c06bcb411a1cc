using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;

namespace EksTools.Core.Access.Reviews;

/// <summary>Works out what a principal is in a cluster: by the authenticator's order, without asking it.</summary>
internal static class EffectiveAccess
{
    /// <summary>The group of everybody who is let in.</summary>
    public const string Everybody = "system:authenticated";

    /// <summary>The group that may do everything, whatever role bindings say.</summary>
    public const string Masters = "system:masters";

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
            IsAdmin = false,
            Reason = string.Empty,
            Rule = verdict.Rule,
            ShadowedRules = verdict.Shadowed,
        };
        return verdict.Rule is { } rule ? Admit(access, subject, result, rule) : Refuse(access, subject, result);
    }

    /// <summary>What was worked out, with what the API server told of the caller that could not be seen from here.</summary>
    public static EksEffectiveAccess Learn(EksEffectiveAccess access, EksAccessVerification told, bool isCaller) =>
        !isCaller || access.Allowed == true || told.Rights.Count == 0 ? access with { Verification = told } : access with
        {
            Allowed = true,
            Reason = $"{told.Message} {access.Reason}",
            Username = told.Username,
            Groups = told.Groups,
            IsAdmin = told.Groups.Contains(Masters) || told.Rights[0].Allowed,
            Verification = told,
        };

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
            IsAdmin = AccessPolicies.IsAdministrator(rule),
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

        notes.AddRange((access.UsesConfigMap ? access.ConfigMap?.Faults ?? [] : []).Select(static fault => $"{fault.Key} of aws-auth does not parse (line {fault.Line}, column {fault.Column}), and lets nobody in."));
        string own = ClusterArn.Parse(access.Cluster.Arn)?.Partition ?? string.Empty;
        if (subject.Arn.Split(':') is [_, var partition, ..] && own.Length > 0 && partition != own)
        {
            return result with { Allowed = false, Reason = $"A principal of partition {partition} cannot enter a cluster of partition {own}.", Notes = [] };
        }

        string found = result.ShadowedRules.Count > 0
            ? $"No rule that counts names {subject.CanonicalArn}; {result.ShadowedRules.Count} that {(result.ShadowedRules.Count == 1 ? "does" : "do")} not count, the first because {result.ShadowedRules[0].Ineffective}."
            : $"Neither an access entry{(access.UsesConfigMap ? " nor aws-auth" : string.Empty)} names {subject.CanonicalArn}.";
        string lead = allowed is null ? "Whether it is let in cannot be told from here." : "There is no way in: the API server answers 401 Unauthorized.";
        string add = new FixCommands(access.Cluster).Add(IamPrincipal.Parse(subject.Arn)?.Arn ?? subject.CanonicalArn);
        return result with { Allowed = allowed, IsAdmin = allowed, Reason = $"{found} {lead} To let it in, with -AccessPolicy or -Group for what it may do: {add}", Notes = notes };
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
