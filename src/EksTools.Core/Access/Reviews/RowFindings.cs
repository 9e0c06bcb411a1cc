using System.Text.RegularExpressions;
using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Findings;
using EksTools.Core.Nodes;

namespace EksTools.Core.Access.Reviews;

/// <summary>What is wrong with the rows of aws-auth.</summary>
internal static partial class RowFindings
{
    // Groups that Kubernetes or EKS itself gives a meaning; no binding need name them.
    private static readonly HashSet<string> KnownGroups = new(StringComparer.Ordinal)
    {
        "system:masters", "system:nodes", "system:bootstrappers", "system:node-proxier", "system:authenticated", "eks:kube-proxy-windows",
    };

    private static readonly HashSet<string> Templates = new(StringComparer.Ordinal)
    {
        "{{EC2PrivateDNSName}}", "{{AccountID}}", "{{SessionName}}", "{{SessionNameRaw}}", "{{AccessKeyID}}",
    };

    public static void Find(AccessFindings findings)
    {
        AwsAuthMap? map = findings.Access.UsesConfigMap ? findings.Access.ConfigMap : null;
        FindKeys(findings, map);
        Shadows shadows = new(findings.Access, map);
        foreach (AwsAuthRow row in map?.Roles.Concat(map.Users) ?? [])
        {
            if (row.Dropped is { } dropped)
            {
                findings.Add(EksFindingSeverity.Error, "RowDropped", row, $"The authenticator drops the row: {dropped}.", FixCommands.EditConfigMap());
                continue;
            }

            // A row that an access entry or another row puts aside says so, and nothing else: what else is wrong with it does no harm.
            if (FindShadow(findings, shadows, row) || FindUnmatched(findings, row))
            {
                continue;
            }

            foreach (string oddity in row.Oddities.Where(static oddity => !oddity.Contains("is a single group", StringComparison.Ordinal)))
            {
                findings.Add(EksFindingSeverity.Warning, "RowMisread", row, $"The authenticator reads the row otherwise than it looks: {oddity}.", FixCommands.EditConfigMap());
            }

            FindPrincipal(findings, row);
            FindUsername(findings, row);
            FindGroups(findings, row);
        }

        foreach (AwsAuthAccount account in map?.Accounts ?? [])
        {
            FindAccount(findings, account);
        }
    }

    /// <summary>Keys within rows that are written otherwise than the authenticator's own: it takes them, other tools may not.</summary>
    private static void FindKeys(AccessFindings findings, AwsAuthMap? map)
    {
        foreach ((string key, string arnKey) in new[] { (AwsAuthMap.MapRoles, "rolearn"), (AwsAuthMap.MapUsers, "userarn") })
        {
            string text = map?.Faults.Any(fault => fault.Key == key) == false ? map.Data.GetValueOrDefault(key) ?? string.Empty : string.Empty;
            string[] names = [arnKey, "username", "groups"];
            int number = 0;
            foreach (string line in text.Split('\n'))
            {
                number++;
                foreach (string written in RowKey().Matches(line).Select(static match => match.Groups["key"].Value).Where(written => !names.Contains(written) && names.Contains(written, StringComparer.OrdinalIgnoreCase)))
                {
                    findings.Add(EksFindingSeverity.Information, "RowKeyOfWrongCase", $"aws-auth {key}, line {number}", $"The key {written} is usually written {written.ToLowerInvariant()}. The authenticator takes it all the same; other tools may not find it.", FixCommands.EditConfigMap(), number, source: EksIamMappingSource.ConfigMap);
                }
            }
        }
    }

    /// <summary>Groups that nothing in the cluster gives a right.</summary>
    public static void FindGroups(AccessFindings findings, IReadOnlyList<string> groups, string? principal, Action<string, string, string> add)
    {
        if (findings.BoundGroups is not { } bound)
        {
            return;
        }

        foreach (string group in groups.Where(group => !KnownGroups.Contains(group) && !group.Contains("{{", StringComparison.Ordinal) && !bound.Contains(group)))
        {
            add("GroupUnknown", $"No ClusterRoleBinding and no RoleBinding names the group '{group}': it gives {principal} no rights.", FixCommands.BindGroup(group));
        }
    }

    private static bool FindShadow(AccessFindings findings, Shadows shadows, AwsAuthRow row)
    {
        if (shadows.Entries.GetValueOrDefault(row.Arn!) is { } entry)
        {
            findings.Add(EksFindingSeverity.Warning, "OverriddenByEntry", row, $"The principal has an access entry, which comes first: the row has no effect{(Same(entry, row) ? string.Empty : $", and gives other rights than the entry ({Describe(entry)})")}.", findings.Fixes.RemoveRow(row, counts: false));
            return true;
        }

        if ((row.Kind == EksIamPrincipalKind.Role ? shadows.Roles : shadows.Users).GetValueOrDefault(row.Arn!) is { } last && last != row)
        {
            findings.Add(EksFindingSeverity.Warning, "DuplicateRow", row, $"Line {last.Line} names the same principal, and the last one wins: this row has no effect{(Same(row, last) ? string.Empty : $", and gives other rights ({Listed(row.Groups)} as '{row.Username}') than the one that counts ({Listed(last.Groups)} as '{last.Username}')")}.", findings.Fixes.RemoveRow(row, counts: false));
            return true;
        }

        if (row.Kind == EksIamPrincipalKind.User && shadows.Roles.GetValueOrDefault(row.Arn!) is { } role)
        {
            findings.Add(EksFindingSeverity.Warning, "ShadowedByRole", row, $"Line {role.Line} of mapRoles names the same principal, and roles are looked up before users: this row has no effect.", findings.Fixes.RemoveRow(row, counts: false));
            return true;
        }

        return false;
    }

    /// <summary>An ARN that matches nobody.</summary>
    private static bool FindUnmatched(AccessFindings findings, AwsAuthRow row)
    {
        if (AccessRules.Unmatched(row.Arn!) is not { } unmatched)
        {
            return FindPartition(findings, row);
        }

        IamPrincipal? principal = IamPrincipal.Parse(row.Arn);
        string[] parts = row.Arn!.Split(':', 6);
        bool badAccount = principal is null && parts is ["arn", _, "iam", "", var account, _] && (account.Length != 12 || !account.All(char.IsAsciiDigit));
        (string rule, string message) = principal switch
        {
            { Kind: EksIamPrincipalKind.Role, Path: not "/" } => ("RolePathInRow", $"The ARN has the path {principal.Path}, which STS never tells: the row matches nobody. Written as {principal.CanonicalArn} it matches the role."),
            not null => ("ArnNotCanonical", $"{char.ToUpperInvariant(unmatched[0])}{unmatched[1..]}. Written as {principal.CanonicalArn} it does."),
            _ when badAccount => ("AccountIdNotValid", $"The ARN's account '{parts[4]}' has not twelve digits, leading zeros included: the row matches nobody."),
            _ => ("NotAPrincipal", $"'{row.Arn}' is the ARN of no IAM role or user: the row matches nobody."),
        };
        string? padded = badAccount && parts[4].Length is > 0 and < 12 && parts[4].All(char.IsAsciiDigit) ? $"arn:{parts[1]}:iam::{parts[4].PadLeft(12, '0')}:{parts[5]}" : null;
        findings.Add(EksFindingSeverity.Error, rule, row, message, principal is not null ? findings.Fixes.Add(principal.CanonicalArn, row.Username, row.Groups, "ConfigMap")
            : padded is not null ? $"{findings.Fixes.RemoveRow(row, counts: false)}; {findings.Fixes.Add(padded, row.Username, row.Groups, "ConfigMap")}"
            : findings.Fixes.RemoveRow(row, counts: false));
        return true;
    }

    private static bool FindPartition(AccessFindings findings, AwsAuthRow row)
    {
        string partition = row.Arn!.Split(':')[1];
        if (string.Equals(partition, findings.Facts.Partition, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        findings.Add(EksFindingSeverity.Error, "OtherPartition", row, $"The ARN is of partition {partition}, the cluster of {findings.Facts.Partition}: no principal of another partition can enter.", findings.Fixes.RemoveRow(row, counts: true));
        return true;
    }

    private static void FindPrincipal(AccessFindings findings, AwsAuthRow row)
    {
        if (IamPrincipal.Parse(row.Arn) is not { } principal)
        {
            return;
        }

        if (principal.AccountId != findings.Facts.AccountId)
        {
            bool admin = row.Groups.Contains(EffectiveAccess.Masters);
            findings.Add(admin ? EksFindingSeverity.Warning : EksFindingSeverity.Information, "OtherAccount", row, $"The principal is of account {principal.AccountId}: whether it exists only that account's IAM can say{(admin ? ", and it may do everything here" : string.Empty)}.", FixCommands.Look(principal));
        }
        else if (findings.Ask(row.Arn) is { Exists: false })
        {
            findings.Add(EksFindingSeverity.Warning, "PrincipalUnknown", row, $"IAM knows no {(principal.Kind == EksIamPrincipalKind.Role ? "role" : "user")} {principal.Name}: whoever makes one of this name is let in.", findings.Fixes.Remove(row.Arn!, "ConfigMap"));
        }
        else if (AccessFindings.IsForNodes(row.Username, row.Groups) && findings.IsInUse(principal) == false)
        {
            findings.Add(EksFindingSeverity.Warning, "NodeRoleUnused", row, $"No node group, Fargate profile or instance of the cluster uses the role {principal.Name}: the row is left from one that was removed, and whoever may use the role can join nodes.", findings.Fixes.Remove(row.Arn!, "ConfigMap"));
        }
    }

    private static void FindUsername(AccessFindings findings, AwsAuthRow row)
    {
        IamPrincipal? principal = IamPrincipal.Parse(row.Arn);
        string suggested = principal is { Kind: EksIamPrincipalKind.Role } ? $"{principal.Name}:{{{{SessionName}}}}" : principal?.Name ?? "NAME";
        string fix = findings.Fixes.Add(row.Arn!, suggested, row.Groups, "ConfigMap");
        bool node = row.Username.StartsWith("system:node:", StringComparison.Ordinal);
        if (row.Username.Length == 0)
        {
            findings.Add(EksFindingSeverity.Warning, "UsernameMissing", row, "The row has no username: Kubernetes knows the principal by an empty name, and audit logs cannot tell who it was.", fix);
        }
        else if (!node && AccessFindings.ReservedPrefixes.FirstOrDefault(prefix => row.Username.StartsWith(prefix, StringComparison.Ordinal)) is { } reserved)
        {
            findings.Add(EksFindingSeverity.Warning, "UsernameReserved", row, $"The username '{row.Username}' begins with {reserved}, which is kept for Kubernetes and AWS: it may carry rights of theirs, and access entries refuse it.", fix);
        }

        foreach (string template in Template().Matches(string.Join(' ', row.Groups.Prepend(row.Username))).Select(static match => match.Value).Where(static template => !Templates.Contains(template)).Distinct())
        {
            findings.Add(EksFindingSeverity.Warning, "TemplateUnknown", row, $"{template} is no template of the authenticator, and stays in the name as it is. There are {string.Join(", ", Templates)}.", fix);
        }
    }

    private static void FindGroups(AccessFindings findings, AwsAuthRow row)
    {
        bool nodeName = row.Username.StartsWith("system:node:", StringComparison.Ordinal);
        string[] split = [.. row.Groups.SelectMany(static group => Merged().Split(group)).Distinct()];
        if (split.Length > row.Groups.Count)
        {
            findings.Add(EksFindingSeverity.Error, "GroupsMerged", row, $"A slip of indentation makes one group of several: '{row.Groups.First(static group => Merged().IsMatch(group))}'. It gives none of their rights.", findings.Fixes.Add(row.Arn!, row.Username, split, "ConfigMap"));
        }
        else
        {
            FindGroups(findings, row.Groups, row.Arn, (rule, message, fix) => findings.Add(EksFindingSeverity.Information, rule, row, message, fix));
        }

        if (nodeName && row.Groups.Contains(EffectiveAccess.Masters))
        {
            findings.Add(EksFindingSeverity.Error, "NodesAreMasters", row, "The row makes nodes system:masters: whoever gets onto a node, or at its instance's credentials, may do everything in the cluster.", findings.Access.UsesEntries ? findings.Fixes.AddNodeRole(row.Arn!, NodeKind.Linux, "AccessEntry") : FixCommands.EditConfigMap());
        }
        else if (!nodeName && row.Groups.Any(static group => group is "system:nodes" or "system:bootstrappers"))
        {
            findings.Add(EksFindingSeverity.Error, "NodeGroupsOnOthers", row, $"The row gives the groups of nodes to '{row.Username}', which is no node's name: a node of this role cannot join, and anybody else gets rights that are meant for nodes.", row.Kind == EksIamPrincipalKind.Role && IamPrincipal.Parse(row.Arn) is { } principal && findings.IsInUse(principal) == true
                ? findings.Fixes.AddNodeRole(row.Arn!, NodeKind.Linux, "ConfigMap")
                : row.Groups.Where(static group => group is not ("system:nodes" or "system:bootstrappers")).ToArray() is { Length: > 0 } others ? findings.Fixes.Add(row.Arn!, row.Username, others, "ConfigMap")
                : findings.Fixes.RemoveRow(row, counts: true));
        }
    }

    private static void FindAccount(AccessFindings findings, AwsAuthAccount account)
    {
        bool valid = account.AccountId.Length == 12 && account.AccountId.All(char.IsAsciiDigit);
        string where = $"aws-auth {AwsAuthMap.MapAccounts}, line {account.Line}";
        if (valid)
        {
            findings.Add(EksFindingSeverity.Warning, "WholeAccount", where, $"Every principal of account {account.AccountId} is let in, by its ARN and without groups: what any role binding gives system:authenticated, all of them have.", findings.Fixes.RemoveAccount(account.AccountId), account.Line, source: EksIamMappingSource.ConfigMap);
        }
        else
        {
            findings.Add(EksFindingSeverity.Error, "AccountIdNotValid", where, $"'{account.AccountId}' has not twelve digits, leading zeros included, so the row matches nobody. Put the id in quotation marks: many tools take it for a number, and write it back without them.", FixCommands.EditConfigMap(), account.Line, source: EksIamMappingSource.ConfigMap);
        }
    }

    private static bool Same(EksIamMapping entry, AwsAuthRow row) => entry.Username == row.Username && entry.AccessPolicies.Count == 0 && entry.Groups.ToHashSet().SetEquals(row.Groups);

    private static bool Same(AwsAuthRow one, AwsAuthRow other) => one.Username == other.Username && one.Groups.ToHashSet().SetEquals(other.Groups);

    private static string Describe(EksIamMapping entry) => entry.Type is not (null or "STANDARD") ? $"type {entry.Type}" : Listed([.. entry.Groups, .. entry.AccessPolicies.Select(static policy => policy.ToString())]);

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "no groups" : string.Join(", ", names);

    /// <summary>What puts rows aside, by ARN: access entries, and the last row of each list.</summary>
    private sealed class Shadows(ClusterAccess access, AwsAuthMap? map)
    {
        public Dictionary<string, EksIamMapping> Entries { get; } = Last(access.UsesEntries ? access.Entries : [], static entry => AccessRules.KeyOf(entry));

        public Dictionary<string, AwsAuthRow> Roles { get; } = Last(map?.Roles ?? [], static row => row.Dropped is null ? row.Arn : null);

        public Dictionary<string, AwsAuthRow> Users { get; } = Last(map?.Users ?? [], static row => row.Dropped is null ? row.Arn : null);

        private static Dictionary<string, T> Last<T>(IEnumerable<T> items, Func<T, string?> key)
        {
            Dictionary<string, T> last = new(StringComparer.OrdinalIgnoreCase);
            foreach (T item in items)
            {
                if (key(item) is { } name)
                {
                    last[name] = item;
                }
            }

            return last;
        }
    }

    [GeneratedRegex(@"^\s*(-\s+)*[""']?(?<key>\w+)[""']?\s*:(\s|$)|[{,]\s*[""']?(?<key>\w+)[""']?\s*:\s")]
    private static partial Regex RowKey();

    // As YAML joins the lines of a list that is indented too little.
    [GeneratedRegex(@"\s+-\s+")]
    private static partial Regex Merged();

    [GeneratedRegex(@"\{\{[^{}]*\}\}")]
    private static partial Regex Template();
}
