using System.Collections.Concurrent;
using Amazon.IdentityManagement.Model;
using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Errors;

namespace EksTools.Core.Access.Reviews;

/// <summary>Asks IAM for the roles and users of the account: whether they exist, and with which path.</summary>
internal static class PrincipalLookup
{
    /// <summary>From so many on one listing is cheaper than a call for each.</summary>
    private const int Many = 20;
    private const int Parallel = 8;

    /// <summary>What IAM says of principals, by their keys. Those of other accounts are not asked about.</summary>
    /// <param name="account">The account to ask.</param>
    /// <param name="accountId">Its id.</param>
    /// <param name="principals">Whom to ask about.</param>
    /// <param name="warnings">Takes a sentence when IAM denies: then nothing is known of those.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public static async Task<IReadOnlyDictionary<string, PrincipalFact>> AskAsync(AwsAccount account, string accountId, IEnumerable<IamPrincipal> principals, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, PrincipalFact> facts = new(StringComparer.Ordinal);
        IamPrincipal[] own = [.. principals.Where(principal => principal.AccountId == accountId && principal.Partition == account.Partition.Name).DistinctBy(static principal => principal.Key)];
        foreach (IGrouping<EksIamPrincipalKind, IamPrincipal> kind in own.GroupBy(static principal => principal.Kind))
        {
            try
            {
                await (kind.Count() > Many ? ListAsync(account, kind.Key, [.. kind], facts, cancellationToken) : GetAsync(account, [.. kind], facts, cancellationToken));
            }
            catch (Exception exception) when (exception is not OperationCanceledException && AwsFailure.Translate(exception) is { Kind: EksErrorKind.Denied })
            {
                EksToolsException denied = await account.TranslateAsync(exception);
                warnings.Add($"Whether the {(kind.Key == EksIamPrincipalKind.Role ? "roles" : "users")} exist and which paths they have could not be found out. {denied.Message}");
            }
        }

        return facts;
    }

    private static async Task GetAsync(AwsAccount account, IReadOnlyList<IamPrincipal> principals, ConcurrentDictionary<string, PrincipalFact> facts, CancellationToken cancellationToken) =>
        await System.Threading.Tasks.Parallel.ForEachAsync(principals, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (principal, token) =>
        {
            try
            {
                facts[principal.Key] = principal.Kind == EksIamPrincipalKind.Role
                    ? Fact((await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = principal.Name }, token)).Role)
                    : Match(principal, Fact((await account.Iam.GetUserAsync(new GetUserRequest { UserName = principal.Name }, token)).User));
            }
            catch (NoSuchEntityException)
            {
                facts[principal.Key] = PrincipalFact.Missing;
            }
        });

    private static async Task ListAsync(AwsAccount account, EksIamPrincipalKind kind, IReadOnlyList<IamPrincipal> principals, ConcurrentDictionary<string, PrincipalFact> facts, CancellationToken cancellationToken)
    {
        Dictionary<string, PrincipalFact> there = new(StringComparer.OrdinalIgnoreCase);
        if (kind == EksIamPrincipalKind.Role)
        {
            await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest { MaxItems = 1000 }).Roles.WithCancellation(cancellationToken))
            {
                there[role.RoleName] = Fact(role);
            }
        }
        else
        {
            await foreach (User user in account.Iam.Paginators.ListUsers(new ListUsersRequest { MaxItems = 1000 }).Users.WithCancellation(cancellationToken))
            {
                there[user.UserName] = Fact(user);
            }
        }

        foreach (IamPrincipal principal in principals)
        {
            facts[principal.Key] = there.TryGetValue(principal.Name, out PrincipalFact? fact) ? Match(principal, fact) : PrincipalFact.Missing;
        }
    }

    /// <summary>A user with another path is another user: STS tells users' paths, and the authenticator compares them.</summary>
    private static PrincipalFact Match(IamPrincipal principal, PrincipalFact fact) =>
        principal.Kind == EksIamPrincipalKind.Role || IamPrincipal.Parse(fact.Arn)?.Key == principal.Key ? fact : PrincipalFact.Missing;

    private static PrincipalFact Fact(Role role) => new(role.Arn, Time(role.CreateDate), true);

    private static PrincipalFact Fact(User user) => new(user.Arn, Time(user.CreateDate), true);

    private static DateTimeOffset? Time(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;
}
