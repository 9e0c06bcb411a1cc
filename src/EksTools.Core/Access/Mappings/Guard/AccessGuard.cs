using EksTools.Access;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Guard;

/// <summary>
/// Holds what the authenticator would make of a cluster after a change against what it makes of it now, and names who would be locked out.
/// In mode CONFIG_MAP the creator of a cluster is its administrator without any mapping, and cannot be seen.
/// https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
/// </summary>
/// <param name="before">What is there.</param>
/// <param name="after">What would be there.</param>
internal sealed class AccessGuard(ClusterAccess before, ClusterAccess after)
{
    private readonly Dictionary<string, EksIamMapping> rulesBefore = AccessIndex.Effective(before);
    private readonly Dictionary<string, EksIamMapping> rulesAfter = AccessIndex.Effective(after);

    private string Cluster => before.Cluster.Name;

    /// <summary>The principals whose nodes could not join or work any more, if there are such nodes: for those it is worth asking.</summary>
    public IReadOnlyList<EksIamMapping> FormerNodeRoles() =>
    [
        .. rulesBefore.Values.Where(NodeRows.LetsNodesIn).Where(rule =>
        {
            EksIamMapping? now = rulesAfter.GetValueOrDefault(AccessIndex.KeyOf(rule)!);
            return !NodeRows.LetsNodesIn(now) || LosesNodeGroups(rule, now!);
        }),
    ];

    /// <summary>What speaks against the change, each a refusal that -Force overrides; nothing when nothing does.</summary>
    /// <param name="caller">Who makes the change; null for one who is neither role nor user, such as the account's root.</param>
    /// <param name="nodeRoles">The roles of nodes that there are.</param>
    public IReadOnlyList<EksToolsException> Check(IamPrincipal? caller, NodeRolesInUse nodeRoles)
    {
        List<EksToolsException> refusals = [];
        if (LastAdministrator() is { } administrator)
        {
            refusals.Add(administrator);
        }

        if (caller is not null && OwnWayIn(caller) is { } own)
        {
            refusals.Add(own);
        }

        refusals.AddRange(FormerNodeRoles().Select(rule => NodesLockedOut(rule, nodeRoles)).OfType<EksToolsException>());
        return refusals;
    }

    /// <summary>Refuses an aws-auth whose values do not all parse: what stands in it cannot be told, nor what a change would do.</summary>
    public static EksToolsException? Unparsable(AwsAuthMap? map, string cluster) => map?.Faults is [{ } fault, ..]
        ? new EksToolsException(
            EksErrorKind.File,
            "AwsAuthUnreadable",
            $"aws-auth of cluster {cluster} does not parse: {fault.Key}, line {fault.Line}, column {fault.Column}: {fault.Problem.TrimEnd('.')}. The authenticator has lost every mapping of {fault.Key}.",
            cluster,
            "Bring the former text back with Undo-EksIamMapping, or correct it with kubectl edit configmap aws-auth -n kube-system. -Force edits the other values; this one cannot be edited before it parses.")
        : null;

    /// <summary>
    /// What speaks against new access entries where aws-auth could not be read: an entry comes before a row, and a row that nobody saw may be the
    /// caller's own, or that of nodes.
    /// </summary>
    /// <param name="added">The new entries.</param>
    /// <param name="caller">Who makes the change.</param>
    /// <param name="nodeRoles">The roles of nodes that there are.</param>
    /// <param name="failure">Why aws-auth could not be read.</param>
    public static IEnumerable<EksToolsException> Unseen(IReadOnlyList<EksIamMapping> added, IamPrincipal? caller, NodeRolesInUse nodeRoles, EksToolsException failure)
    {
        List<EksIamMapping> unknown = [];
        foreach (EksIamMapping entry in added)
        {
            if (AccessIndex.KeyOf(entry) == caller?.Key && !AccessPolicies.IsAdministrator(entry))
            {
                yield return new EksToolsException(EksErrorKind.Conflict, "CallerLosesRights", $"{entry.PrincipalArn} is you, and an access entry comes before any row of aws-auth, which could not be read: what such a row gives you would be lost. {failure.Message}", entry.PrincipalArn, $"Run it from where aws-auth can be read, let another administrator do it, or say -AccessPolicy {MappingIntent.ClusterAdmin}; -Force does it all the same.");
            }

            if (entry.Kind != EksIamPrincipalKind.Role || NodeRows.LetsNodesIn(entry))
            {
                continue;
            }

            if (nodeRoles.Find(AccessIndex.KeyOf(entry)!) is { } user)
            {
                yield return new EksToolsException(EksErrorKind.Conflict, "NodeRoleInUse", $"{entry.PrincipalArn} is the role of {user}, and an access entry that is not for nodes comes before its row of aws-auth, which could not be read: nodes with it could not join or work any more. {failure.Message}", entry.PrincipalArn, "Run it from where aws-auth can be read, or say -NodeRole; -Force does it all the same.");
            }
            else if (nodeRoles.Unknown is not null)
            {
                unknown.Add(entry);
            }
        }

        if (unknown.Count > 0)
        {
            yield return new EksToolsException(EksErrorKind.Conflict, "NodeRoleInUse", $"Neither aws-auth nor the roles of nodes could be read, so nobody can tell whether access entries for {Listed([.. unknown])} would take nodes their way in. {failure.Message} {nodeRoles.Unknown}", unknown[0].PrincipalArn, "Run it from where aws-auth can be read, or with the right to look at nodes; -Force does it all the same.");
        }
    }

    /// <summary>Whether a principal keeps everything when another rule takes the place of its rule.</summary>
    public static bool KeepsAll(EksIamMapping? had, EksIamMapping? has) => had is null || (has is not null && !Losses(had, has).Any());

    private EksToolsException? LastAdministrator()
    {
        EksIamMapping[] had = [.. rulesBefore.Values.Where(AccessPolicies.IsAdministrator)];
        return had.Length == 0 || rulesAfter.Values.Any(AccessPolicies.IsAdministrator) ? null : new EksToolsException(EksErrorKind.Conflict, "LastAdministrator",
            $"{Listed(had)} {(had.Length == 1 ? "is the last principal" : "are the last principals")} mapped to system:masters or {MappingIntent.ClusterAdmin} in cluster {Cluster}; after this nobody whom a mapping names would administer it.",
            had[0].PrincipalArn,
            $"Map another administrator first. {Creator()}-Force does it all the same.");
    }

    private EksToolsException? OwnWayIn(IamPrincipal caller)
    {
        EksIamMapping? had = Rule(rulesBefore, caller);
        if (had is null)
        {
            return null;
        }

        EksIamMapping? has = Rule(rulesAfter, caller);
        if (has is null)
        {
            return new EksToolsException(EksErrorKind.Conflict, "CallerLockedOut", $"{caller} is you: after this cluster {Cluster} would not let you in any more.", caller.Arn, $"Let another administrator do it. {Creator()}-Force does it all the same.");
        }

        string[] losses = [.. Losses(had, has)];
        return losses.Length == 0 ? null : new EksToolsException(EksErrorKind.Conflict, "CallerLosesRights", $"{caller} is you: after this you would lose {string.Join(", ", losses)} in cluster {Cluster}.", caller.Arn, "Let another administrator do it; -Force does it all the same.");
    }

    private static IEnumerable<string> Losses(EksIamMapping had, EksIamMapping has)
    {
        // An administrator who stays one loses nothing.
        if (AccessPolicies.IsAdministrator(has))
        {
            yield break;
        }

        foreach (string group in had.Groups.Except(has.Groups, StringComparer.Ordinal))
        {
            yield return $"the group {group}";
        }

        foreach (EksAccessPolicyScope policy in had.AccessPolicies)
        {
            EksAccessPolicyScope? now = has.AccessPolicies.FirstOrDefault(other => other.Name == policy.Name);
            if (now is null)
            {
                yield return $"the policy {policy}";
            }
            else if (now.Namespaces.Count > 0 && (policy.Namespaces.Count == 0 || policy.Namespaces.Except(now.Namespaces, StringComparer.Ordinal).Any()))
            {
                yield return $"the policy {policy} outside {string.Join(", ", now.Namespaces)}";
            }
        }

        // A new entry for which no username is said gets another one from EKS; one for nodes gets theirs.
        if (had.Username is { Length: > 0 } username && username != has.Username && !NodeRows.LetsNodesIn(has))
        {
            yield return $"the username {username}, which role bindings may name";
        }
    }

    private EksToolsException? NodesLockedOut(EksIamMapping rule, NodeRolesInUse nodeRoles)
    {
        string key = AccessIndex.KeyOf(rule)!;
        if (rule.Source == EksIamMappingSource.AccessEntry && rule.Type is "HYBRID_LINUX" or "HYPERPOD_LINUX")
        {
            return new EksToolsException(EksErrorKind.Conflict, "NodeRoleInUse", $"{rule.PrincipalArn} has an access entry of type {rule.Type}, and whether cluster {Cluster} has such nodes with it cannot be seen from AWS; after this they could not join or work.", rule.PrincipalArn, "Make sure that it has none (kubectl get nodes); -Force does it all the same.");
        }

        return nodeRoles.Find(key) is { } user
            ? new EksToolsException(EksErrorKind.Conflict, "NodeRoleInUse", $"{rule.PrincipalArn} is the role of {user}; after this nodes with it could not join or work in cluster {Cluster}.", rule.PrincipalArn, "Remove or move the nodes first; -Force does it all the same.")
            : nodeRoles.Unknown is { } reason
            ? new EksToolsException(EksErrorKind.Conflict, "NodeRoleInUse", $"{rule.PrincipalArn} is mapped as the role of nodes, and whether cluster {Cluster} has nodes with it could not be found out: {reason}", rule.PrincipalArn, "Make sure that it has none; -Force does it all the same.")
            : null;
    }

    /// <summary>An access entry has the groups of its type, and never tells of system:bootstrappers, which EKS sees to itself.</summary>
    private static bool LosesNodeGroups(EksIamMapping had, EksIamMapping has) => AccessRules.GroupsOf(had)
        .Except(AccessRules.GroupsOf(has), StringComparer.Ordinal)
        .Intersect(NodeRows.Groups, StringComparer.Ordinal)
        .Any(group => group != NodeRows.Bootstrappers || has.Source == EksIamMappingSource.ConfigMap);

    private static EksIamMapping? Rule(Dictionary<string, EksIamMapping> rules, IamPrincipal principal) =>
        rules.GetValueOrDefault(principal.Key) ?? rules.GetValueOrDefault(principal.AccountId);

    /// <summary>Only in this mode can there be an administrator whom nothing shows.</summary>
    private string Creator() => before.UsesEntries ? string.Empty : $"In mode {before.AuthenticationMode} the principal that made the cluster may be administrator besides, which nothing shows. ";

    private static string Listed(EksIamMapping[] rules) => rules.Length <= 3
        ? string.Join(", ", rules.Select(static rule => rule.PrincipalArn))
        : $"{string.Join(", ", rules.Take(3).Select(static rule => rule.PrincipalArn))} and {rules.Length - 3} more";
}
