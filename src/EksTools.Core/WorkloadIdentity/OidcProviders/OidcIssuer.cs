using EksTools.Errors;

namespace EksTools.Core.WorkloadIdentity.OidcProviders;

/// <summary>
/// A cluster's OpenID Connect issuer without its scheme, as IAM names providers and condition keys: <c>oidc.eks.REGION.amazonaws.com/id/ID</c>, or
/// <c>oidc-eks.REGION.api.aws/id/ID</c> for the form that answers over IPv6 too. The two are different providers to IAM.
/// </summary>
internal sealed record OidcIssuer(string HostPath)
{
    private const string ProviderResource = "oidc-provider/";

    /// <summary>The URL that tokens name as their issuer.</summary>
    public string Url => $"https://{HostPath}";

    /// <summary>The ARN of the issuer's provider in an account.</summary>
    public string ProviderArn(string partition, string account) => $"arn:{partition}:iam::{account}:{ProviderResource}{HostPath}";

    /// <summary>Reads the issuer of DescribeCluster. A trailing slash, which would make another provider of it, is dropped.</summary>
    public static OidcIssuer FromUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme != Uri.UriSchemeHttps || parsed.AbsolutePath.Length < 2 || parsed.Query.Length > 0 || parsed.Fragment.Length > 0 || parsed.UserInfo.Length > 0)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidOidcIssuer", $"'{url}' is not the URL of a cluster's OpenID Connect issuer.", url, "Write it as Get-EksCluster shows it in Identity.Oidc.Issuer: https://oidc.eks.REGION.amazonaws.com/id/ID.");
        }

        return new OidcIssuer(url[(Uri.UriSchemeHttps.Length + Uri.SchemeDelimiter.Length)..].TrimEnd('/'));
    }

    /// <summary>Reads a provider's ARN.</summary>
    public static (OidcIssuer Issuer, string Arn) FromProviderArn(string arn)
    {
        if (arn.Split(':', 6) is not ["arn", { Length: > 0 }, "iam", "", { Length: 12 } account, var resource]
            || !account.All(char.IsAsciiDigit)
            || !resource.StartsWith(ProviderResource, StringComparison.Ordinal)
            || resource.AsSpan(ProviderResource.Length).Contains("://", StringComparison.Ordinal)
            || !resource.AsSpan(ProviderResource.Length).Contains('/')
            || resource.EndsWith('/'))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidOidcProviderArn", $"'{arn}' is not the ARN of an OpenID Connect provider.", arn, "Write it as arn:PARTITION:iam::111122223333:oidc-provider/oidc.eks.REGION.amazonaws.com/id/ID, without https:// and without a slash at the end.");
        }

        return (new OidcIssuer(resource[ProviderResource.Length..]), arn);
    }
}
