using System.Text.RegularExpressions;
using EksTools.Errors;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity;

/// <summary>Names of service accounts as Kubernetes takes them (RFC 1123: a namespace is a label, a service account a subdomain), with wildcards where they are allowed.</summary>
internal static partial class ServiceAccountNames
{
    private const string Hint = "Kubernetes takes lower-case letters, digits and hyphens (and dots in a service account's name), beginning and ending with a letter or digit.";

    /// <summary>Refuses a name that no service account can have.</summary>
    public static void Require(ServiceAccountName account, bool wildcards)
    {
        if (account.IsPattern && !wildcards)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidServiceAccount", $"'{account}' is a pattern, and one service account is wanted here.", account.ToString());
        }

        if (!Fits(account.Namespace, 63, dots: false))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidNamespace", $"'{account.Namespace}' cannot be the name of a Kubernetes namespace.", account.Namespace, Hint);
        }

        if (!Fits(account.Name, 253, dots: true))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidServiceAccount", $"'{account.Name}' cannot be the name of a Kubernetes service account.", account.Name, Hint);
        }
    }

    /// <summary>A wildcard stands for what would make the name fit.</summary>
    private static bool Fits(string name, int length, bool dots) =>
        name.Length <= length && (dots ? name.Split('.') : [name]).All(static label => Label().IsMatch(label));

    [GeneratedRegex(@"^[a-z0-9*?]([a-z0-9*?-]*[a-z0-9*?])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
