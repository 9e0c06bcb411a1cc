using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Access.Reviews;

/// <summary>Asks IAM for the roles and users of the account: whether they exist, and with which path.</summary>
internal static class PrincipalLookup
{
    /// <summary>What IAM says of principals, by their keys. Those of other accounts are not asked about.</summary>
    /// <param name="account">The account to ask.</param>
    /// <param name="accountId">Its id.</param>
    /// <param name="principals">Whom to ask about.</param>
    /// <param name="warnings">Takes a sentence when IAM denies: then nothing is known of those.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public static async Task<IReadOnlyDictionary<string, PrincipalFact>> AskAsync(AwsAccount account, string accountId, IEnumerable<IamPrincipal> principals, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        Dictionary<string, PrincipalFact> facts = new(StringComparer.Ordinal);
        IamPrincipal[] own = [.. principals.Where(principal => principal.AccountId == accountId && principal.Partition == account.Partition.Name).DistinctBy(static principal => principal.Key)];
        foreach (IGrouping<EksIamPrincipalKind, IamPrincipal> kind in own.GroupBy(static principal => principal.Kind))
        {
            IamDirectory directory = new(account);
            IReadOnlyDictionary<string, IamEntry?> found = await directory.FindAsync(kind.Key, [.. kind.Select(static principal => principal.Name)], cancellationToken);
            foreach (IamPrincipal principal in kind)
            {
                if (found.TryGetValue(principal.Name, out IamEntry? entry))
                {
                    // A user with another path is another user: STS tells users' paths, and the authenticator compares them.
                    facts[principal.Key] = entry?.Principal.Key == principal.Key ? new PrincipalFact(entry.Principal.Arn, entry.CreatedAt, true) : PrincipalFact.Missing;
                }
            }

            if (directory.Denied is { } denied)
            {
                warnings.Add($"Whether the {(kind.Key == EksIamPrincipalKind.Role ? "roles" : "users")} exist and which paths they have could not be found out. {denied.Message}");
            }
        }

        return facts;
    }
}
