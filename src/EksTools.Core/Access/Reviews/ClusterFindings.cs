using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Findings;
using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Reviews;

/// <summary>What is wrong with the cluster's mappings as a whole.</summary>
internal static class ClusterFindings
{
    private static readonly string[] Keys = [AwsAuthMap.MapRoles, AwsAuthMap.MapUsers, AwsAuthMap.MapAccounts];

    public static void Find(AccessFindings findings)
    {
        FindMode(findings);
        FindKeys(findings);
        FindFaults(findings);
        FindNodes(findings);
        FindAdministrator(findings);
    }

    private static void FindMode(AccessFindings findings)
    {
        AwsAuthMap? map = findings.Access.ConfigMap;
        if (findings.Access.AuthenticationMode == ClusterAccess.ConfigMapMode)
        {
            findings.Add(EksFindingSeverity.Information, "ConfigMapMode", "cluster", "The authentication mode is CONFIG_MAP, which AWS has deprecated: one slip in aws-auth can lock everybody and every node out, and nothing shows who created the cluster. Access entries avoid both.", findings.Fixes.Convert(whatIf: true));
        }

        if (findings.Access.AuthenticationMode == ClusterAccess.ApiMode && map is not null && map.Roles.Count + map.Users.Count + map.Accounts.Count is > 0 and var rows)
        {
            findings.Add(EksFindingSeverity.Warning, "ConfigMapUnused", "aws-auth", $"aws-auth still has {rows} row{(rows == 1 ? string.Empty : "s")}, of which none counts in mode API: who reads it is misled.", "kubectl delete configmap aws-auth --namespace kube-system", source: EksIamMappingSource.ConfigMap);
        }
    }

    private static void FindKeys(AccessFindings findings)
    {
        foreach (string key in findings.Access.ConfigMap?.Data.Keys.Except(Keys).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            string? right = Keys.FirstOrDefault(name => name.Equals(key, StringComparison.OrdinalIgnoreCase));
            if (right is null)
            {
                findings.Add(EksFindingSeverity.Warning, "KeyUnknown", $"aws-auth {key}", $"The key {key} of aws-auth is none that the authenticator reads: {string.Join(", ", Keys)}.", FixCommands.EditConfigMap(), source: EksIamMappingSource.ConfigMap);
                continue;
            }

            bool both = findings.Access.ConfigMap!.Data.ContainsKey(right);
            findings.Add(
                EksFindingSeverity.Error,
                "KeyOfWrongCase",
                $"aws-auth {key}",
                $"The key {key} of aws-auth is written {right}: as it is, the authenticator takes none of its rows and says nothing.{(both ? $" There is a {right} too; the rows have to be brought together." : string.Empty)}",
                both ? FixCommands.EditConfigMap() : FixCommands.RenameKey(key, right),
                source: EksIamMappingSource.ConfigMap);
        }
    }

    private static void FindFaults(AccessFindings findings)
    {
        foreach (AwsAuthFault fault in findings.Access.ConfigMap?.Faults ?? [])
        {
            string lost = fault.Key == AwsAuthMap.MapRoles ? "every role is locked out, and the nodes' roles with them" : "everybody whom it lets in is locked out";
            findings.Add(
                EksFindingSeverity.Error,
                "ValueNotValid",
                $"aws-auth {fault.Key}, line {fault.Line}, column {fault.Column}",
                $"The value of {fault.Key} in aws-auth breaks at line {fault.Line}, column {fault.Column}: {fault.Problem.TrimEnd('.')}. The authenticator then drops the whole key: {lost}.",
                FixCommands.EditConfigMap(),
                fault.Line,
                source: EksIamMappingSource.ConfigMap);
        }
    }

    private static void FindNodes(AccessFindings findings)
    {
        // What cannot be read cannot be missed.
        bool blind = findings.Access.UsesConfigMap && (findings.Access.ConfigMapUnreadable is not null || findings.Access.ConfigMap?.Faults.Count > 0);
        foreach (IGrouping<string, NodeRole> role in blind ? [] : (findings.Facts.NodeRoles ?? []).GroupBy(static role => role.Arn, StringComparer.Ordinal))
        {
            if (IamPrincipal.Parse(role.Key) is not { } principal)
            {
                continue;
            }

            EksIamMapping? rule = AccessRules.Resolve(findings.Access, principal).Rule;
            NodeKind kind = role.Max(static holder => holder.Kind);
            string holders = string.Join(" and ", role.Select(static holder => holder.Holder).Distinct());
            if (rule is null)
            {
                findings.Add(EksFindingSeverity.Error, "NodeRoleMissing", "cluster", $"No rule lets the role of {holders} in: its nodes cannot join.", findings.Fixes.AddNodeRole(role.Key, kind), principal: role.Key);
            }
            else if (!AccessFindings.IsForNodes(rule) && rule.Type is null or "STANDARD")
            {
                findings.Add(EksFindingSeverity.Error, "NodeRoleNotForNodes", "cluster", $"The rule for the role of {holders} gives no node's name and groups, so its nodes cannot join: the username is '{rule.Username}', the groups are {Listed(rule.Groups)}.", rule.Source == EksIamMappingSource.ConfigMap ? findings.Fixes.AddNodeRole(role.Key, kind) : findings.Fixes.ReplaceByNodeRole(role.Key, kind), rule.Line, role.Key, rule.Source);
            }
            else if (role.Any(static holder => holder.Kind == NodeKind.Windows) && !AccessRules.GroupsOf(rule).Contains("eks:kube-proxy-windows"))
            {
                findings.Add(EksFindingSeverity.Error, "WindowsGroupMissing", "cluster", $"The rule for the role of {holders} lacks the group eks:kube-proxy-windows: Services do not work on its Windows nodes.", rule.Source == EksIamMappingSource.ConfigMap ? findings.Fixes.AddNodeRole(role.Key, NodeKind.Windows) : findings.Fixes.ReplaceByNodeRole(role.Key, NodeKind.Windows), rule.Line, role.Key, rule.Source);
            }
        }
    }

    private static void FindAdministrator(AccessFindings findings)
    {
        // In mode CONFIG_MAP the creator is one, whom nothing shows.
        if (findings.Access.UsesEntries && findings.Access.ConfigMapUnreadable is null && !findings.Rules.Any(static rule => rule.Ineffective is null && AccessPolicies.IsAdministrator(rule)))
        {
            findings.Add(
                EksFindingSeverity.Warning,
                "NoAdministrator",
                "cluster",
                "No rule gives anybody system:masters or AmazonEKSClusterAdminPolicy: where no role binding makes an administrator either, nobody can mend the cluster from inside.",
                findings.Fixes.AddAdministrator(findings.Facts.Caller ?? $"arn:{findings.Facts.Partition}:iam::{findings.Facts.AccountId}:role/NAME"));
        }
    }

    private static string Listed(IReadOnlyList<string> groups) => groups.Count == 0 ? "none" : string.Join(", ", groups);
}
