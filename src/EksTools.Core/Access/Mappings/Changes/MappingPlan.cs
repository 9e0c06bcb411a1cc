using EksTools.Access;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>One wish about aws-auth, to be planned against whatever text is found.</summary>
/// <param name="Plan">The rows that it is about, and what becomes of them.</param>
internal sealed record RowWish(Func<AwsAuthChanges, IReadOnlyList<RowChange>> Plan);

/// <summary>What wishes make of one text of aws-auth, together with changes of access entries.</summary>
internal sealed class MappingPlan
{
    private MappingPlan(ClusterAccess before, ClusterAccess after, IReadOnlyList<IReadOnlyList<EksIamMappingChange>> rows)
    {
        Before = before;
        After = after;
        Rows = rows;
    }

    /// <summary>Who may enter before.</summary>
    public ClusterAccess Before { get; }

    /// <summary>Who may enter when all of it is done.</summary>
    public ClusterAccess After { get; }

    /// <summary>What becomes of rows, for each wish.</summary>
    public IReadOnlyList<IReadOnlyList<EksIamMappingChange>> Rows { get; }

    /// <summary>Plans.</summary>
    /// <param name="access">Who may enter now; aws-auth in it is the text to be edited.</param>
    /// <param name="wishes">The wishes about aws-auth.</param>
    /// <param name="entries">The changes of access entries.</param>
    /// <exception cref="EksToolsException">The text cannot be edited so.</exception>
    public static MappingPlan Make(ClusterAccess access, IReadOnlyList<RowWish> wishes, IReadOnlyList<EntryChange> entries)
    {
        AwsAuthMap map = access.ConfigMap ?? AwsAuthMap.Parse(null);
        AwsAuthChanges changes = new(map);
        IReadOnlyList<RowChange>[] planned = [.. wishes.Select(wish => wish.Plan(changes))];
        AwsAuthMap edited = wishes.Count == 0 ? map : Edit(map, [.. planned.SelectMany(static rows => rows).SelectMany(static row => row.Edits).Distinct()], access.Cluster.Name);
        ClusterAccess after = access with { ConfigMap = wishes.Count == 0 ? access.ConfigMap : edited, Entries = Apply(access.Entries, entries) };
        RowTable rowsBefore = new(access), rowsAfter = new(after);
        Dictionary<EksIamPrincipalKind, int> appended = new()
        {
            [EksIamPrincipalKind.Role] = map.Roles.Count,
            [EksIamPrincipalKind.User] = map.Users.Count,
            [EksIamPrincipalKind.Account] = map.Accounts.Count,
        };
        return new MappingPlan(access, after, [.. planned.Select(rows => (IReadOnlyList<EksIamMappingChange>)[.. rows.Select(Describe)])]);

        EksIamMappingChange Describe(RowChange row)
        {
            EksIamMapping? before = row.Rows.Count == 0 ? null : rowsBefore.Row(row.Kind, row.Rows[0]);
            (EksIamMappingChangeKind kind, EksIamMapping? now) = row.Edits switch
            {
                [] => (EksIamMappingChangeKind.Unchanged, before),
                [AwsAuthRemove] => (EksIamMappingChangeKind.Removed, null),
                [AwsAuthReplace replace] => (EksIamMappingChangeKind.Updated, rowsAfter.Row(replace.Kind, replace.Index)),
                _ => (EksIamMappingChangeKind.Added, rowsAfter.Row(row.Kind, appended[row.Kind]++)),
            };
            return new EksIamMappingChange { ClusterName = access.Cluster.Name, Region = access.Cluster.Region, Change = kind, Before = before, After = now, Details = row.Details };
        }
    }

    /// <summary>Access entries as they are when the changes are made.</summary>
    public static IReadOnlyList<EksIamMapping> Apply(IReadOnlyList<EksIamMapping> entries, IReadOnlyList<EntryChange> changes)
    {
        Dictionary<string, EntryChange> byArn = changes.ToDictionary(static change => change.Arn, StringComparer.Ordinal);
        HashSet<string> present = new(entries.Select(static entry => entry.PrincipalArn!), StringComparer.Ordinal);
        return
        [
            .. entries.Select(entry => byArn.TryGetValue(entry.PrincipalArn!, out EntryChange? change) ? change.Change.After : entry).OfType<EksIamMapping>(),
            .. changes.Where(change => !present.Contains(change.Arn)).Select(static change => change.Change.After).OfType<EksIamMapping>(),
        ];
    }

    private static AwsAuthMap Edit(AwsAuthMap map, IReadOnlyList<AwsAuthEdit> edits, string cluster)
    {
        try
        {
            return map.Edit(edits);
        }
        catch (AwsAuthException exception)
        {
            throw new EksToolsException(EksErrorKind.File, "AwsAuthNotEditable", $"In cluster {cluster}, {exception.Message}", cluster, "Nothing was written. kubectl edit configmap aws-auth -n kube-system shows the text.", exception);
        }
    }

    /// <summary>The rows of aws-auth as mappings, by list and place.</summary>
    private sealed class RowTable(ClusterAccess access)
    {
        private readonly IReadOnlyList<EksIamMapping> rules = AccessRules.List(access);

        /// <summary>Rules stand in the authenticator's order: access entries, mapRoles, mapUsers, mapAccounts.</summary>
        public EksIamMapping Row(EksIamPrincipalKind kind, int index) => rules[access.Entries.Count + index + kind switch
        {
            EksIamPrincipalKind.Role => 0,
            EksIamPrincipalKind.User => access.ConfigMap!.Roles.Count,
            _ => access.ConfigMap!.Roles.Count + access.ConfigMap.Users.Count,
        }];
    }
}
