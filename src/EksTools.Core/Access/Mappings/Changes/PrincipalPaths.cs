using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using EksTools.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>
/// Finds the paths of principals in IAM. An access entry names its principal with the path; STS, and aws-auth after it, leave a role's out.
/// </summary>
/// <param name="account">The account to ask.</param>
/// <param name="callerAccount">Its id: IAM tells of no other.</param>
/// <param name="observer">Told of what could not be found out.</param>
internal sealed class PrincipalPaths(AwsAccount account, string? callerAccount, IJobObserver observer)
{
    /// <summary>From so many roles on, one listing of the account's roles is less work than asking for each.</summary>
    private const int ManyRoles = 25;

    private const int Parallel = 8;

    /// <summary>The same intents with principals as IAM writes them, and why there is none.</summary>
    /// <param name="intents">New access entries. Those of principals whose ARN tells a path are taken as they are.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    public async Task<IReadOnlyList<(MappingIntent Intent, EksToolsException? Error)>> RestoreAsync(IReadOnlyList<MappingIntent> intents, CancellationToken cancellationToken)
    {
        MappingIntent[] foreign = [.. intents.Where(intent => intent.Principal!.AccountId != callerAccount && intent.Principal is { Kind: EksIamPrincipalKind.Role, Path: "/" })];
        if (foreign.Length > 0)
        {
            observer.Warn($"Whether {Few(foreign)} {(foreign.Length == 1 ? "has a path" : "have paths")} cannot be looked up, for IAM tells of no other account than {callerAccount}. An access entry without the role's path lets nobody in.");
        }

        MappingIntent[] open = [.. intents.Where(intent => intent.Principal!.AccountId == callerAccount && intent.Principal.Path == "/")];
        Dictionary<string, IamPrincipal>? roles = open.Count(static intent => intent.Principal!.Kind == EksIamPrincipalKind.Role) >= ManyRoles ? await TryListRolesAsync(cancellationToken) : null;
        (MappingIntent Intent, EksToolsException? Error)[] restored = [.. intents.Select(static intent => (intent, (EksToolsException?)null))];
        int denied = 0;
        await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, restored.Length), new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (place, token) =>
        {
            MappingIntent intent = restored[place].Intent;
            IamPrincipal principal = intent.Principal!;
            if (principal.AccountId != callerAccount || principal.Path != "/")
            {
                return;
            }

            try
            {
                IamPrincipal? known = roles is not null && principal.Kind == EksIamPrincipalKind.Role ? roles.GetValueOrDefault(principal.Name.ToLowerInvariant()) : await FindAsync(principal, token);
                restored[place] = known is null ? (intent, NotFound(principal)) : (With(intent, known), null);
            }
            catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
            {
                // EKS itself refuses a principal that is none; only a path stays unknown.
                if (Interlocked.Exchange(ref denied, 1) == 0)
                {
                    observer.Warn($"The paths of roles and users were not looked up: {(await account.TranslateAsync(exception)).Message}");
                }
            }
        });
        return restored;
    }

    /// <summary>The principal as IAM writes it, or null when IAM knows none of its name.</summary>
    public async Task<IamPrincipal?> FindAsync(IamPrincipal principal, CancellationToken cancellationToken)
    {
        try
        {
            return IamPrincipal.Parse(principal.Kind == EksIamPrincipalKind.Role
                ? (await account.Iam.GetRoleAsync(new GetRoleRequest { RoleName = principal.Name }, cancellationToken)).Role.Arn
                : (await account.Iam.GetUserAsync(new GetUserRequest { UserName = principal.Name }, cancellationToken)).User.Arn);
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    /// <summary>The error for a principal that IAM does not know.</summary>
    public static EksToolsException NotFound(IamPrincipal principal, Exception? cause = null) => new(
        EksErrorKind.NotFound, "PrincipalNotFound", $"Account {principal.AccountId} has no {(principal.Kind == EksIamPrincipalKind.Role ? "role" : "user")} {principal.Arn}, and EKS makes access entries for those alone that exist.", principal.Arn, "Look for the right name with Get-IAMRoleList or Get-IAMUserList; a role that was made a moment ago may take some seconds.", cause);

    private async Task<Dictionary<string, IamPrincipal>?> TryListRolesAsync(CancellationToken cancellationToken)
    {
        try
        {
            Dictionary<string, IamPrincipal> roles = new(StringComparer.Ordinal);
            await foreach (Role role in account.Iam.Paginators.ListRoles(new ListRolesRequest { MaxItems = 1000 }).Roles.WithCancellation(cancellationToken))
            {
                if (IamPrincipal.Parse(role.Arn) is { } principal)
                {
                    roles[principal.Name.ToLowerInvariant()] = principal;
                }
            }

            return roles;
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return null; // One by one then, which another permission allows.
        }
    }

    private static MappingIntent With(MappingIntent intent, IamPrincipal known) => known == intent.Principal ? intent : intent with
    {
        Principal = known,
        Details = known.Path == "/" ? intent.Details : [.. intent.Details, $"path {known.Path} put into the ARN, as IAM has it"],
    };

    private static string Few(MappingIntent[] intents) => intents.Length <= 3
        ? string.Join(", ", intents.Select(static intent => intent.Who))
        : $"{string.Join(", ", intents.Take(3).Select(static intent => intent.Who))} and {intents.Length - 3} more";
}
