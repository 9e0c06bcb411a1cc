using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Changes;
using EksTools.Core.Access.Reviews;

namespace EksTools.Core.Access.Conversion;

/// <summary>Works out the access entry for each row of aws-auth. Pure: all that is known is given.</summary>
internal sealed class ConversionRules
{
    private static readonly string[] Templates = ["{{SessionName}}", "{{SessionNameRaw}}", "{{AccountID}}", "{{AccessKeyID}}"];
    private readonly ClusterAccess access;
    private readonly AccessFacts facts;
    private readonly GroupRules groups;
    private readonly UsernameRules usernames;
    private readonly Dictionary<string, EksIamMapping> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EksIamMapping> byArn = new(StringComparer.Ordinal);

    private ConversionRules(ClusterAccess access, AccessFacts facts)
    {
        this.access = access;
        this.facts = facts;
        groups = new GroupRules(facts);
        usernames = new UsernameRules(facts.Bindings);
        foreach (EksIamMapping entry in access.Entries)
        {
            byKey[AccessRules.KeyOf(entry)!] = entry;
            byArn[entry.PrincipalArn!] = entry;
        }
    }

    /// <summary>Every row of aws-auth in its order.</summary>
    public static IReadOnlyList<RowConversion> Convert(ClusterAccess access, AccessFacts facts)
    {
        ConversionRules rules = new(access, facts);
        EksIamMapping[] rows = [.. AccessRules.List(access with { Entries = [] }).Where(static rule => rule.Source == EksIamMappingSource.ConfigMap)];

        // Of several rows of a principal the one that counts is moved; where none does, the last.
        Dictionary<string, EksIamMapping> counts = new(StringComparer.Ordinal);
        foreach (EksIamMapping row in rows.Where(static row => IamPrincipal.Parse(row.PrincipalArn) is not null))
        {
            string key = AccessRules.KeyOf(row)!;
            if (row.Ineffective is null || !counts.TryGetValue(key, out EksIamMapping? other) || other.Ineffective is not null)
            {
                counts[key] = row;
            }
        }

        Dictionary<string, RowConversion> moved = new(StringComparer.Ordinal);
        foreach ((string key, EksIamMapping row) in counts)
        {
            moved[key] = rules.Convert(row, IamPrincipal.Parse(row.PrincipalArn)!);
        }

        return [.. rows.Select(row => IamPrincipal.Parse(row.PrincipalArn) is not { } principal ? Unmovable(row) : counts[principal.Key] == row ? moved[principal.Key] : Second(row, moved[principal.Key]))];
    }

    private static RowConversion Unmovable(EksIamMapping row) => new()
    {
        Row = row,
        Obstacle = row.Kind == EksIamPrincipalKind.Account
            ? "access entries know no accounts: give entries to the roles and users of the account that need them"
            : row.PrincipalArn is null ? row.Ineffective ?? "the row has no ARN" : $"access entries take IAM roles and users alone, and '{row.PrincipalArn}' is neither",
    };

    private static RowConversion Second(EksIamMapping row, RowConversion first)
    {
        bool same = row.Username == first.Row.Username && row.Groups.ToHashSet(StringComparer.Ordinal).SetEquals(first.Row.Groups);
        string line = $"line {first.Row.Line} names the same principal";
        return !same ? new RowConversion { Row = row, Obstacle = $"{line} with other rights, and that one counts: remove the one that is not meant" }
            : first.Obstacle is not null ? new RowConversion { Row = row, Obstacle = first.Obstacle }
            : new RowConversion { Row = row, SameAs = first.Wish!.Principal.Key, Remarks = [$"{line} and says the same"], Stays = first.Stays };
    }

    private RowConversion Convert(EksIamMapping row, IamPrincipal principal)
    {
        if (principal.Partition != facts.Partition)
        {
            return new RowConversion { Row = row, Obstacle = $"the principal is of partition {principal.Partition}, the cluster of {facts.Partition}" };
        }

        if (row.PrincipalArn!.Contains(":assumed-role/", StringComparison.OrdinalIgnoreCase))
        {
            return new RowConversion { Row = row, Obstacle = "the row names one session of a role and never let anybody in; an entry would let in every session" };
        }

        List<string> remarks = [];
        bool foreign = principal.AccountId != facts.AccountId;
        PrincipalFact fact = foreign ? PrincipalFact.Unknown : facts.Principals.GetValueOrDefault(principal.Key) ?? PrincipalFact.Unknown;
        if (fact.Exists == false)
        {
            return new RowConversion { Row = row, Obstacle = $"IAM knows no {(principal.Kind == EksIamPrincipalKind.Role ? "role" : "user")} {principal.Name}" };
        }

        // Where IAM does not say, an entry that is there does: EKS has taken it with its path.
        IamPrincipal? known = IamPrincipal.Parse(fact.Arn) ?? (fact.Exists is null ? IamPrincipal.Parse(byKey.GetValueOrDefault(principal.Key)?.PrincipalArn) : null);
        IamPrincipal real = known ?? principal;
        if (real.Path != principal.Path)
        {
            remarks.Add($"the path {real.Path} is restored");
        }

        if (row.Ineffective is not null)
        {
            remarks.Add("the row let nobody in, since its ARN has a path; the entry does");
        }

        string? stays = known is null && principal.Kind == EksIamPrincipalKind.Role
            ? $"whether the role has a path {(foreign ? $"only account {principal.AccountId} knows" : "IAM did not say")}, and an entry without it lets nobody in"
            : null;
        return NodeRows.Recognise(row.Username, row.Groups) is var nodes && nodes != EksNodeRoleKinds.None
            ? Nodes(row, real, nodes, foreign, remarks) with { Stays = stays }
            : People(row, real, stays, remarks);
    }

    private RowConversion Nodes(EksIamMapping row, IamPrincipal principal, EksNodeRoleKinds nodes, bool foreign, List<string> remarks)
    {
        string type = NodeRows.EntryType(nodes);
        string[] more = [.. row.Groups.Except(NodeRows.RowGroups(nodes), StringComparer.Ordinal).Except([EffectiveAccess.Everybody], StringComparer.Ordinal)];
        return foreign ? new RowConversion { Row = row, Obstacle = $"an entry of type {type} takes no role of another account" }
            : more.Length > 0 ? new RowConversion { Row = row, Obstacle = $"an entry of type {type} takes no further groups, and the row gives {string.Join(", ", more)}" }
            : Finish(row, new EntryWish { Principal = principal, Type = type }, remarks);
    }

    private RowConversion People(EksIamMapping row, IamPrincipal principal, string? stays, List<string> remarks)
    {
        GroupTranslation translation = groups.Translate(row.Groups);
        if (translation.Obstacle is not null)
        {
            return new RowConversion { Row = row, Obstacle = translation.Obstacle };
        }

        remarks.AddRange(translation.Remarks);
        string? username = row.Username;
        EksIamMapping? present = byArn.GetValueOrDefault(principal.Arn);
        string? matters = usernames.Matters(username, principal);
        if (present is not null && username != present.Username)
        {
            // The entry counts already and the row does not: what a binding gives the row's username is lost only for good when the row goes.
            stays = matters is null ? stays : $"the entry's username is {present.Username}, the row's is {username}, and {matters}";
            matters = null;
        }

        if (Refused(username) is { } refused)
        {
            if (matters is not null)
            {
                return new RowConversion { Row = row, Obstacle = $"the username {username} {refused}, and {matters}" };
            }

            remarks.Add(string.IsNullOrEmpty(username) ? "EKS gives the username, as the row has none" : $"the username {username} {refused}; EKS gives its own");
            username = null;
        }

        if (present is not null && username is not null && present.Username != username)
        {
            remarks.Add($"the entry keeps its username, {present.Username}, which counts already");
        }

        return Finish(row, new EntryWish { Principal = principal, Type = NodeRows.StandardType, Username = username, UsernameMatters = matters is not null, Groups = translation.Groups, Policies = translation.Policies }, remarks) with { Stays = stays };
    }

    private RowConversion Finish(EksIamMapping row, EntryWish wish, List<string> remarks)
    {
        EksIamMapping? present = byArn.GetValueOrDefault(wish.Principal.Arn);
        return EntryDelta.Obstacle(wish, present) is { } obstacle
            ? new RowConversion { Row = row, Obstacle = obstacle }
            : new RowConversion { Row = row, Wish = wish with { Exists = facts.Principals.GetValueOrDefault(wish.Principal.Key)?.Exists == true }, Change = EntryDelta.For(wish, present, access.Cluster.Name, access.Cluster.Region), Remarks = remarks };
    }

    /// <summary>Why an access entry cannot have a username; null when it can.</summary>
    private static string? Refused(string? username)
    {
        if (string.IsNullOrEmpty(username))
        {
            return "is none";
        }

        if (Array.Find(AccessFindings.ReservedPrefixes, prefix => username.StartsWith(prefix, StringComparison.Ordinal)) is { } reserved)
        {
            return $"begins with {reserved}, which EKS keeps for itself";
        }

        int session = username.IndexOf("{{SessionName", StringComparison.Ordinal);
        string rest = Templates.Aggregate(username, static (text, template) => text.Replace(template, string.Empty, StringComparison.Ordinal));
        return session >= 0 && !username[..session].Contains(':', StringComparison.Ordinal) ? "has no colon before {{SessionName}}, which access entries want"
            : rest.Contains("{{", StringComparison.Ordinal) ? "has a template that access entries do not know"
            : null;
    }
}
