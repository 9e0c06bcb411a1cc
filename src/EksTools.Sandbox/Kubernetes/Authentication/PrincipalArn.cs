namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>ARNs of principals, brought to the form that mappings name.</summary>
internal static class PrincipalArn
{
    /// <summary>The IAM role of an assumed role's session; users, federated users and root as they are.</summary>
    /// <exception cref="TokenRefusedException">Another service or resource, or a partition that is not known.</exception>
    public static string Canonicalize(string arn)
    {
        var parts = arn.Split(':', 6);
        if (parts.Length != 6 || parts[0] != "arn")
        {
            throw new TokenRefusedException($"arn '{arn}' is invalid");
        }

        if (!StsHostRules.IsPartition(parts[1]))
        {
            throw new TokenRefusedException($"arn '{arn}' is in an unknown partition");
        }

        var resource = parts[5].Split('/');
        return (parts[2], resource[0]) switch
        {
            ("sts", "federated-user") => arn,
            ("sts", "assumed-role") when resource.Length >= 3 => $"arn:{parts[1]}:iam::{parts[4]}:role/{string.Join('/', resource[1..^1])}",
            ("sts", "assumed-role") => throw new TokenRefusedException($"assumed-role arn '{arn}' does not have a role"),
            ("iam", "role" or "user" or "root") => arn,
            _ => throw new TokenRefusedException($"unrecognized resource {parts[5]} for service {parts[2]}"),
        };
    }

    /// <summary>Whether an ARN is that of a role, or of a session of one: its user id then has a session's name.</summary>
    public static bool IsAssumedRole(string arn) => arn.Split(':', 6) is [_, _, _, _, _, var resource] && (resource.StartsWith("assumed-role/", StringComparison.Ordinal) || resource == "role" || resource.StartsWith("role/", StringComparison.Ordinal));

    /// <summary>A role's ARN without its path, as STS would name it; every other ARN as it is. Access entries keep the path.</summary>
    public static string WithoutRolePath(string arn)
    {
        var role = arn.IndexOf(":role/", StringComparison.Ordinal);
        return role < 0 ? arn : arn[..(role + 6)] + arn[(arn.LastIndexOf('/') + 1)..];
    }
}
