using EksTools.Access;

namespace EksTools.Core.Access.Mappings;

/// <summary>
/// An IAM role or user, whichever of its ARNs named it. STS names a role's sessions without the role's path, so the authenticator
/// knows roles by name alone; users keep their path (aws-iam-authenticator, pkg/arn).
/// </summary>
/// <param name="Partition">aws, aws-cn …</param>
/// <param name="AccountId">Twelve digits.</param>
/// <param name="Kind">Role or User.</param>
/// <param name="Path">From / to /; of a role that an STS ARN named, which tells none, it is /.</param>
/// <param name="Name">The name without the path.</param>
internal sealed record IamPrincipal(string Partition, string AccountId, EksIamPrincipalKind Kind, string Path, string Name)
{
    /// <summary>The ARN as IAM writes it, with the path.</summary>
    public string Arn => $"arn:{Partition}:iam::{AccountId}:{Word}{Path}{Name}";

    /// <summary>The ARN that the authenticator compares: a role's without its path.</summary>
    public string CanonicalArn => Kind == EksIamPrincipalKind.Role ? $"arn:{Partition}:iam::{AccountId}:{Word}/{Name}" : Arn;

    /// <summary><see cref="CanonicalArn"/> in lower case: the authenticator ignores case, and two mappings of one key are one principal's.</summary>
    public string Key => CanonicalArn.ToLowerInvariant();

    private string Word => Kind == EksIamPrincipalKind.Role ? "role" : "user";

    /// <summary>Reads the ARN of an IAM role or user, or of an assumed role's session; null for anything else.</summary>
    public static IamPrincipal? Parse(string? arn)
    {
        if (arn?.Trim().Split(':', 6) is not ["arn", { Length: > 0 } partition, var service, "", { Length: 12 } account, var resource] || !account.All(char.IsAsciiDigit))
        {
            return null;
        }

        string[] parts = resource.Split('/');
        if (parts.Length < 2 || parts.Any(static part => part.Length == 0))
        {
            return null;
        }

        return (service, parts[0]) switch
        {
            ("sts", "assumed-role") when parts.Length == 3 => new IamPrincipal(partition, account, EksIamPrincipalKind.Role, "/", parts[1]),
            ("iam", "role") => new IamPrincipal(partition, account, EksIamPrincipalKind.Role, PathOf(parts), parts[^1]),
            ("iam", "user") => new IamPrincipal(partition, account, EksIamPrincipalKind.User, PathOf(parts), parts[^1]),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Arn;

    private static string PathOf(string[] parts) => parts.Length == 2 ? "/" : $"/{string.Join('/', parts[1..^1])}/";
}
