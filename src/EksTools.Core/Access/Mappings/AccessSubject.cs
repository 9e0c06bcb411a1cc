namespace EksTools.Core.Access.Mappings;

/// <summary>
/// Who knocks at a cluster's door, as the authenticator sees him: beside IAM roles and users also the root user and federated users, whose ARNs it takes as they are.
/// </summary>
/// <param name="Arn">The ARN as it was given or as STS tells it.</param>
/// <param name="CanonicalArn">The ARN that the authenticator compares (aws-iam-authenticator, pkg/arn).</param>
/// <param name="AccountId">Twelve digits.</param>
/// <param name="Partition">aws, aws-cn …</param>
internal sealed record AccessSubject(string Arn, string CanonicalArn, string AccountId, string Partition)
{
    /// <summary>The role session's name; empty for users; null for a role that was named without a session.</summary>
    public string? SessionName { get; init; }

    /// <summary>The id of the access key, where it is known.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The authenticator ignores case.</summary>
    public string Key => CanonicalArn.ToLowerInvariant();

    /// <summary>Reads the ARN of a principal; null for what is none.</summary>
    public static AccessSubject? Parse(string? arn)
    {
        arn = arn?.Trim();
        if (IamPrincipal.Parse(arn) is { } principal)
        {
            bool session = arn!.Split(':')[2] == "sts";
            return new AccessSubject(arn, principal.CanonicalArn, principal.AccountId, principal.Partition)
            {
                SessionName = session ? arn[(arn.LastIndexOf('/') + 1)..] : principal.Kind == EksTools.Access.EksIamPrincipalKind.User ? string.Empty : null,
            };
        }

        return arn?.Split(':', 6) is ["arn", { Length: > 0 } partition, var service, "", { Length: 12 } account, var resource]
            && account.All(char.IsAsciiDigit) && (service == "iam" && resource == "root" || service == "sts" && resource.StartsWith("federated-user/", StringComparison.Ordinal))
            ? new AccessSubject(arn, arn, account, partition) { SessionName = string.Empty }
            : null;
    }

    /// <summary>Fills in what is known of a template of a username or group; what is not known stays as it is.</summary>
    public string Expand(string template)
    {
        string text = template.Replace("{{AccountID}}", AccountId, StringComparison.Ordinal);
        if (SessionName is not null)
        {
            text = text.Replace("{{SessionNameRaw}}", SessionName, StringComparison.Ordinal).Replace("{{SessionName}}", SessionName.Replace('@', '-'), StringComparison.Ordinal);
        }

        return AccessKeyId is null ? text : text.Replace("{{AccessKeyID}}", AccessKeyId, StringComparison.Ordinal);
    }
}
