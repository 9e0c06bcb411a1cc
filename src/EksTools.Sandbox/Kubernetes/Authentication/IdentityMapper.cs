using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>
/// Turns a principal into a Kubernetes user: access entries first, then aws-auth. Which prefixes EKS reserves among the usernames of aws-auth it does
/// not publish: here all are let in.
/// </summary>
internal sealed partial class IdentityMapper(IClusterIdentity account, Func<JsonObject?> awsAuth)
{
    private readonly Lock _gate = new();
    private (string? Version, AwsAuthConfigMap Map) _awsAuth = (null, new(null));

    /// <summary>The user that a principal is.</summary>
    /// <exception cref="TokenRefusedException">Neither an access entry nor aws-auth names the principal, or a template cannot be filled.</exception>
    public KubernetesUser Map(VerifiedIdentity identity)
    {
        var entry = FindEntry(identity.CanonicalArn, identity.UserId);
        if (entry is not null && account.AuthenticationMode == "CONFIG_MAP")
        {
            return User(identity, "kubernetes-admin", ["system:masters"], []);
        }

        if (entry is not null)
        {
            return User(identity, entry.Username, [.. entry.Groups.Union(ImpliedGroups(entry.Type))], entry.Policies);
        }

        if (account.AuthenticationMode != "API" && AwsAuth().Find(identity.CanonicalArn, identity.Account) is { } mapping)
        {
            return User(identity, mapping.Username, mapping.Groups, []);
        }

        throw new TokenRefusedException($"ARN is not mapped: {identity.CanonicalArn}");
    }

    /// <summary>The access policies of a principal; none in CONFIG_MAP mode, which has no access entries.</summary>
    public IReadOnlyList<AccessPolicyAssociation> FindPolicies(string canonicalArn, string userId) =>
        account.AuthenticationMode == "CONFIG_MAP" ? [] : FindEntry(canonicalArn, userId)?.Policies ?? [];

    // An entry is the principal's of its time, not that of whoever bears the name now.
    private AccessEntry? FindEntry(string canonicalArn, string userId) => account.AccessEntries.FirstOrDefault(e => (e.PrincipalId is null || e.PrincipalId == userId)
        && string.Equals(PrincipalArn.WithoutRolePath(e.PrincipalArn), canonicalArn, StringComparison.OrdinalIgnoreCase));

    private static string[] ImpliedGroups(string type) => type switch
    {
        "EC2_LINUX" or "HYBRID_LINUX" or "EC2" => ["system:nodes"],
        "EC2_WINDOWS" => ["system:nodes", "eks:kube-proxy-windows"],
        "FARGATE_LINUX" => ["system:nodes", "system:node-proxier"],
        _ => [],
    };

    private KubernetesUser User(VerifiedIdentity identity, string username, IReadOnlyList<string> groups, IReadOnlyList<AccessPolicyAssociation> policies)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>
        {
            ["accessKeyId"] = [identity.AccessKeyId],
            ["arn"] = [identity.Arn],
            ["canonicalArn"] = [identity.CanonicalArn],
            ["principalId"] = [identity.UserId],
            ["sessionName"] = [identity.SessionName],
            ["sigs.k8s.io/aws-iam-authenticator/principalId"] = [identity.UserId],
        };
        List<string> expanded = [.. groups.Select(g => Expand(g, identity))];
        return new(
            Expand(username, identity),
            $"aws-iam-authenticator:{identity.Account}:{identity.UserId}",
            [.. expanded, .. expanded.Contains("system:authenticated") ? Array.Empty<string>() : ["system:authenticated"]],
            extra,
            policies);
    }

    private string Expand(string template, VerifiedIdentity identity)
    {
        if (template.Contains("{{EC2PrivateDNSName}}", StringComparison.Ordinal))
        {
            if (!InstanceId().IsMatch(identity.SessionName))
            {
                throw new TokenRefusedException($"SessionName did not contain an instance id: {identity.SessionName}");
            }

            var name = account.FindPrivateDnsName(identity.SessionName) ?? throw new TokenRefusedException($"no private DNS name is known of instance {identity.SessionName}");
            template = template.Replace("{{EC2PrivateDNSName}}", name, StringComparison.Ordinal);
        }

        return template
            .Replace("{{AccountID}}", identity.Account, StringComparison.Ordinal)
            .Replace("{{SessionNameRaw}}", identity.SessionName, StringComparison.Ordinal)
            .Replace("{{SessionName}}", identity.SessionName.Replace('@', '-'), StringComparison.Ordinal)
            .Replace("{{AccessKeyID}}", identity.AccessKeyId, StringComparison.Ordinal);
    }

    private AwsAuthConfigMap AwsAuth()
    {
        var configMap = awsAuth();
        var version = configMap.Text("metadata", "resourceVersion");
        lock (_gate)
        {
            if (_awsAuth.Version != version)
            {
                _awsAuth = (version, new(configMap));
            }

            return _awsAuth.Map;
        }
    }

    [GeneratedRegex(@"^i-(\w{8}|\w{17})$", RegexOptions.CultureInvariant)]
    private static partial Regex InstanceId();
}
