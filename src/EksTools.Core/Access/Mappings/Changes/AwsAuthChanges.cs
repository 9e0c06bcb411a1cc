using EksTools.Access;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>What one mapping of aws-auth becomes, against one text of it.</summary>
/// <param name="Key">The principal's key, or the account.</param>
/// <param name="Edits">What is done to the text; nothing when it is right already.</param>
/// <param name="Details">What to tell of it.</param>
/// <param name="Rows">The indexes of the rows that are meant in <see cref="Kind"/>'s list, before the edits.</param>
/// <param name="Kind">The list.</param>
internal sealed record RowChange(string Key, EksIamPrincipalKind Kind, IReadOnlyList<int> Rows, IReadOnlyList<AwsAuthEdit> Edits, IReadOnlyList<string> Details);

/// <summary>Plans edits of aws-auth. Computed anew against each text that is found, as when another writer came first.</summary>
internal sealed class AwsAuthChanges
{
    private readonly AwsAuthMap map;
    private readonly ILookup<string, AwsAuthRow> rows;

    public AwsAuthChanges(AwsAuthMap map)
    {
        this.map = map;

        // Roles first: the authenticator asks mapRoles before mapUsers, whatever kind of ARN stands there.
        rows = map.Roles.Concat(map.Users).Where(static row => row.Dropped is null).ToLookup(static row => AccessIndex.KeyOf(row.Arn)!, StringComparer.Ordinal);
    }

    /// <summary>A mapping as it is to be.</summary>
    public RowChange Upsert(MappingIntent intent)
    {
        if (intent.AccountId is { } account)
        {
            AwsAuthAccount[] same = [.. map.Accounts.Where(row => row.AccountId == account)];
            return new RowChange(account, EksIamPrincipalKind.Account, [.. same.Select(static row => row.Index)], same.Length > 0 ? [] : [new AwsAuthAppendAccount(account)], []);
        }

        IamPrincipal principal = intent.Principal!;
        AwsAuthRow[] present = [.. rows[principal.Key]];
        if (present.Length == 0)
        {
            return new RowChange(principal.Key, principal.Kind, [], [new AwsAuthAppend(principal.Kind, principal.CanonicalArn, intent.Username ?? DefaultUsername(principal), intent.Groups ?? [])], intent.Details);
        }

        AwsAuthRow row = Effective(present, principal.Key);
        List<string> details = [.. intent.Details];
        if (present.Length > 1)
        {
            details.Add($"of {present.Length} rows of the principal, that in line {row.Line} counts; those in {Lines(present.Where(other => other != row))} stay without effect");
        }

        string? arn = row.Arn!.Equals(principal.CanonicalArn, StringComparison.OrdinalIgnoreCase) ? null : principal.CanonicalArn;
        if (arn is not null)
        {
            details.Add($"the row named {row.Arn}, which matches nobody");
        }

        // A role of nodes never loses groups by being named as one: it may be Linux's and Windows's.
        IReadOnlyList<string>? wanted = intent.NodeRole != EksNodeRoleKinds.None && intent.Groups is not null ? [.. row.Groups.Union(intent.Groups, StringComparer.Ordinal)] : intent.Groups;
        IReadOnlyList<string>? groups = wanted is null || row.Groups.ToHashSet(StringComparer.Ordinal).SetEquals(wanted) ? null : wanted;
        string? username = intent.Username is null || intent.Username == row.Username ? null : intent.Username;
        AwsAuthEdit[] edits = arn is null && username is null && groups is null ? [] : [new AwsAuthReplace(row.Kind, row.Index) { Arn = arn, Username = username, Groups = groups }];
        return new RowChange(principal.Key, row.Kind, [row.Index], edits, details);
    }

    /// <summary>The rows that a selector means; none when there are none.</summary>
    public IReadOnlyList<RowChange> Remove(EksIamMappingSelector selector)
    {
        if (selector.AccountId is { } account)
        {
            return [.. map.Accounts.Where(row => row.AccountId == account).Select(static row => new RowChange(row.AccountId, EksIamPrincipalKind.Account, [row.Index], [new AwsAuthRemove(EksIamPrincipalKind.Account, row.Index)], []))];
        }

        string key = AccessIndex.KeyOf(selector.PrincipalArn)!;
        IEnumerable<AwsAuthRow> meant = rows[key];
        if (selector.Line is { } line)
        {
            // The line is from an earlier reading: the row must still say the same, and of several that do the one in that line is meant.
            AwsAuthRow[] same = [.. meant.Where(row => row.Arn == selector.PrincipalArn && row.Username == (selector.Username ?? string.Empty) && row.Groups.SequenceEqual(selector.Groups ?? [], StringComparer.Ordinal))];
            meant = same.OrderBy(row => Math.Abs(row.Line - line)).Take(1);
        }

        return [.. meant.Select(row => new RowChange(key, row.Kind, [row.Index], [new AwsAuthRemove(row.Kind, row.Index)], []))];
    }

    /// <summary>
    /// The username that EKS gives an access entry when none is said: a row without one would let its principal in without a name.
    /// https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    /// </summary>
    private static string DefaultUsername(IamPrincipal principal) => principal.Kind == EksIamPrincipalKind.User
        ? principal.Arn
        : $"arn:{principal.Partition}:sts::{principal.AccountId}:assumed-role/{principal.Name}/{{{{SessionName}}}}";

    /// <summary>The row that counts: the last of mapRoles, or of mapUsers, whose ARN is the one that STS tells; else the last of all.</summary>
    private static AwsAuthRow Effective(AwsAuthRow[] present, string key)
    {
        AwsAuthRow[] exact = [.. present.Where(row => row.Arn!.Equals(key, StringComparison.OrdinalIgnoreCase))];
        AwsAuthRow[] candidates = exact.Length > 0 ? exact : present;
        return candidates.LastOrDefault(static row => row.Kind == EksIamPrincipalKind.Role) ?? candidates[^1];
    }

    private static string Lines(IEnumerable<AwsAuthRow> rows) => string.Join(", ", rows.Select(static row => $"{(row.Kind == EksIamPrincipalKind.Role ? AwsAuthMap.MapRoles : AwsAuthMap.MapUsers)} line {row.Line}"));
}
