using EksTools.Access;
using EksTools.Core.Accounts;
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
    private static readonly EksIamPrincipalKind[] Kinds = [EksIamPrincipalKind.Role, EksIamPrincipalKind.User];

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

        (MappingIntent Intent, EksToolsException? Error)[] restored = [.. intents.Select(static intent => (intent, (EksToolsException?)null))];
        foreach (EksIamPrincipalKind kind in Kinds)
        {
            int[] open = [.. Enumerable.Range(0, restored.Length).Where(place => intents[place].Principal is { Path: "/" } principal && principal.AccountId == callerAccount && principal.Kind == kind)];
            IamDirectory directory = new(account);
            IReadOnlyDictionary<string, IamEntry?> found = await directory.FindAsync(kind, [.. open.Select(place => intents[place].Principal!.Name)], cancellationToken);
            foreach (int place in open)
            {
                if (found.TryGetValue(intents[place].Principal!.Name, out IamEntry? known))
                {
                    restored[place] = known is null ? (intents[place], NotFound(intents[place].Principal!)) : (With(intents[place], known.Principal), null);
                }
            }

            if (directory.Denied is { } denied)
            {
                // EKS itself refuses a principal that is none; only a path stays unknown.
                observer.Warn($"The paths of {(kind == EksIamPrincipalKind.Role ? "roles" : "users")} were not looked up: {denied.Message}");
            }
        }

        return restored;
    }

    /// <summary>
    /// The access entry of each intent's principal, or null where it has none. An entry that was found by a role's name alone is the role's only if
    /// IAM does not say that the role has another path: then it is one that a role of that name left behind.
    /// </summary>
    public async Task<IReadOnlyList<(MappingIntent Intent, EksIamMapping? Entry)>> MatchAsync(IReadOnlyList<MappingIntent> intents, EntryTable present, CancellationToken cancellationToken)
    {
        (MappingIntent Intent, EksIamMapping? Entry)[] matched = [.. intents.Select(intent => (intent, present.Find(intent.Principal!.Arn)))];
        int[] open =
        [
            .. Enumerable.Range(0, matched.Length).Where(place => matched[place] is { Entry: { } entry, Intent.Principal: { Kind: EksIamPrincipalKind.Role } principal }
                && principal.AccountId == callerAccount
                && !string.Equals(entry.PrincipalArn, principal.Arn, StringComparison.OrdinalIgnoreCase)),
        ];
        if (open.Length == 0)
        {
            return matched;
        }

        IReadOnlyDictionary<string, IamEntry?> found = await new IamDirectory(account).FindAsync(EksIamPrincipalKind.Role, [.. open.Select(place => intents[place].Principal!.Name)], cancellationToken);
        foreach (int place in open)
        {
            if (found.GetValueOrDefault(intents[place].Principal!.Name)?.Principal is { } known && !string.Equals(known.Arn, matched[place].Entry!.PrincipalArn, StringComparison.OrdinalIgnoreCase))
            {
                matched[place] = (With(intents[place], known), present.Exact(known.Arn));
            }
        }

        return matched;
    }

    /// <summary>The principal as IAM writes it, or null when IAM knows none of its name.</summary>
    public async Task<IamPrincipal?> FindAsync(IamPrincipal principal, CancellationToken cancellationToken) =>
        (await new IamDirectory(account).FindAsync(principal.Kind, principal.Name, cancellationToken))?.Principal;

    /// <summary>The error for a principal that IAM does not know.</summary>
    public static EksToolsException NotFound(IamPrincipal principal, Exception? cause = null) => new(
        EksErrorKind.NotFound, "PrincipalNotFound", $"Account {principal.AccountId} has no {(principal.Kind == EksIamPrincipalKind.Role ? "role" : "user")} {principal.Arn}, and EKS makes access entries for those alone that exist.", principal.Arn, "Look for the right name with Get-IAMRoleList or Get-IAMUserList; a role that was made a moment ago may take some seconds.", cause);

    private static MappingIntent With(MappingIntent intent, IamPrincipal known) => known == intent.Principal ? intent : intent with
    {
        Principal = known,
        Details = known.Path == "/" ? intent.Details : [.. intent.Details, $"path {known.Path} put into the ARN, as IAM has it"],
    };

    private static string Few(MappingIntent[] intents) => intents.Length <= 3
        ? string.Join(", ", intents.Select(static intent => intent.Who))
        : $"{string.Join(", ", intents.Take(3).Select(static intent => intent.Who))} and {intents.Length - 3} more";
}
