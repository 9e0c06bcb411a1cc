using System.Collections.Concurrent;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Errors;

namespace EksTools.Core.Access;

/// <summary>A role or user as IAM has it.</summary>
/// <param name="Principal">With its path.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record IamEntry(IamPrincipal Principal, DateTimeOffset? CreatedAt);

/// <summary>The roles and users of the account that asks. Their names are unique, whatever their case and path.</summary>
internal sealed class IamDirectory(AwsAccount account)
{
    /// <summary>From so many on, one listing is less work than a call for each.</summary>
    private const int Many = 20;
    private const int Parallel = 8;

    /// <summary>Why IAM would not tell of some; null when it told of all.</summary>
    public EksToolsException? Denied { get; private set; }

    /// <summary>A role or user by its name; null when there is none.</summary>
    public async Task<IamEntry?> FindAsync(EksIamPrincipalKind kind, string name, CancellationToken cancellationToken)
    {
        try
        {
            return kind == EksIamPrincipalKind.Role
                ? Entry((await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = name }, cancellationToken)).Role)
                : Entry((await account.Iam.GetUserAsync(new GetUserRequest { UserName = name }, cancellationToken)).User);
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    /// <summary>Roles or users by their names: null for one that is not there, and nothing for one of which IAM would not tell.</summary>
    public async Task<IReadOnlyDictionary<string, IamEntry?>> FindAsync(EksIamPrincipalKind kind, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, IamEntry?> found = new(StringComparer.OrdinalIgnoreCase);
        if (names.Count > Many && await TryListAsync(kind, cancellationToken) is { } all)
        {
            foreach (string name in names)
            {
                found[name] = all.GetValueOrDefault(name);
            }

            return found;
        }

        await System.Threading.Tasks.Parallel.ForEachAsync(names.Distinct(StringComparer.OrdinalIgnoreCase), new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (name, token) =>
        {
            try
            {
                found[name] = await FindAsync(kind, name, token);
            }
            catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
            {
                Denied ??= await account.TranslateAsync(exception);
            }
        });
        return found;
    }

    private async Task<Dictionary<string, IamEntry>?> TryListAsync(EksIamPrincipalKind kind, CancellationToken cancellationToken)
    {
        Dictionary<string, IamEntry> all = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (kind == EksIamPrincipalKind.Role)
            {
                await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest { MaxItems = 1000 }).Roles.WithCancellation(cancellationToken))
                {
                    all[role.RoleName] = Entry(role);
                }
            }
            else
            {
                await foreach (User user in account.Iam.Paginators.ListUsers(new ListUsersRequest { MaxItems = 1000 }).Users.WithCancellation(cancellationToken))
                {
                    all[user.UserName] = Entry(user);
                }
            }

            return all;
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return null; // One by one then, which another permission allows.
        }
    }

    private static IamEntry Entry(Role role) => new(IamPrincipal.Parse(role.Arn)!, Time(role.CreateDate));

    private static IamEntry Entry(User user) => new(IamPrincipal.Parse(user.Arn)!, Time(user.CreateDate));

    private static DateTimeOffset? Time(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;
}
