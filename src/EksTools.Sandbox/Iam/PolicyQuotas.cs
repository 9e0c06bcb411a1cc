using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Iam;

/// <summary>How large policies may be. IAM counts characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html</summary>
internal static class PolicyQuotas
{
    private const int Trust = 2048;
    private const int InlineOfRole = 10240;
    private const int Managed = 6144;

    /// <summary>A trust policy that fits.</summary>
    public static string TrustPolicy(string document) => Size(document) <= Trust ? document : throw Exceeded($"Cannot exceed quota for ACLSizePerRole: {Trust}");

    /// <summary>A managed policy that fits.</summary>
    public static string ManagedPolicy(string document) => Size(document) <= Managed ? document : throw Exceeded($"Cannot exceed quota for PolicySize: {Managed}");

    /// <summary>An inline policy that fits into its role beside the others.</summary>
    public static string InlinePolicy(Role role, string name, string document) =>
        role.InlinePolicies.Where(policy => policy.Key != name).Sum(policy => Size(policy.Value)) + Size(document) <= InlineOfRole
            ? document
            : throw Exceeded($"Maximum policy size of {InlineOfRole} bytes exceeded for role {role.Name}");

    private static int Size(string document) => document.Count(character => !char.IsWhiteSpace(character));

    private static AwsException Exceeded(string message) => new("LimitExceeded", message, 409);
}
