using EksTools.Access;
using EksTools.Core.Access;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// Who is to administer a new cluster, looked at before anything is made: EKS refuses principals that do not exist, and says so only once the control
/// plane is there. https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
/// </summary>
internal static class Administrators
{
    private const string Parameter = "AdministratorArn", ServiceLinked = "/aws-service-role/";

    /// <summary>Refuses ARNs that no access entry can be made for.</summary>
    public static async Task RequireAsync(AwsAccount account, IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        if (arns.Count == 0)
        {
            return;
        }

        IamPrincipal[] principals = [.. arns.Distinct(StringComparer.Ordinal).Select(arn => Read(arn, account.Partition.Name))];
        string own = (await account.Session.GetCallerIdentityAsync(cancellationToken)).Account;
        IamDirectory directory = new(account);
        foreach (IGrouping<EksIamPrincipalKind, IamPrincipal> kind in principals.Where(principal => principal.AccountId == own).GroupBy(static principal => principal.Kind))
        {
            // Whom IAM does not tell of to this caller, EKS will: nothing is said of those.
            IReadOnlyDictionary<string, IamEntry?> there = await directory.FindAsync(kind.Key, [.. kind.Select(static principal => principal.Name)], cancellationToken);
            foreach (IamPrincipal principal in kind)
            {
                if (there.TryGetValue(principal.Name, out IamEntry? entry) && entry?.Principal.Arn != principal.Arn)
                {
                    throw Missing(principal, entry?.Principal);
                }
            }
        }
    }

    /// <summary>The principal that an ARN names.</summary>
    public static IamPrincipal Read(string arn, string partition)
    {
        IamPrincipal principal = IamPrincipal.Parse(arn) is { } known && arn.Contains(":iam:", StringComparison.Ordinal)
            ? known
            : throw Wrong($"-{Parameter} '{arn}' is not the ARN of an IAM role or user.", $"Write it as arn:{partition}:iam::111122223333:role/NAME or arn:{partition}:iam::111122223333:user/NAME; of an assumed role, name the role itself, with its path.");
        if (principal.Partition != partition)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ArnOfOtherPartition", $"-{Parameter} '{arn}' is of partition {principal.Partition}, but the region is of {partition}.", Parameter, "Name a principal of the region's partition.");
        }

        return principal.Path.StartsWith(ServiceLinked, StringComparison.Ordinal)
            ? throw Wrong($"-{Parameter} '{arn}' is a service-linked role, and EKS makes no access entries for those.", "Name another role.")
            : principal;
    }

    private static EksToolsException Missing(IamPrincipal principal, IamPrincipal? known)
    {
        string kind = principal.Kind == EksIamPrincipalKind.Role ? "role" : "user";
        return known is null
            ? new EksToolsException(EksErrorKind.NotFound, "PrincipalNotFound", $"Account {principal.AccountId} has no {kind} {principal.Arn}, and EKS makes access entries for those alone that exist.", principal.Arn, "Look for the right name with Get-IAMRoleList or Get-IAMUserList.")
            : new EksToolsException(EksErrorKind.NotFound, "PrincipalNotFound", $"There is no {principal.Arn}; the {kind} of that name is {known.Arn}.", principal.Arn, "Name it with its path.");
    }

    private static EksToolsException Wrong(string message, string hint) => new(EksErrorKind.Validation, "InvalidPrincipalArn", message, Parameter, hint);
}
