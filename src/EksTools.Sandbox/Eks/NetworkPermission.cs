using System.Text.Json.Nodes;
using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Kubernetes;

namespace EksTools.Sandbox.Eks;

/// <summary>
/// Whether a node's aws-node pod may do in EC2 what the VPC CNI does: by the role that the webhook gave it when it was created, else by the node's own role.
/// Without, ipamd does not start and the node stays without a network (amazon-vpc-cni-k8s, docs/iam-policy.md).
/// </summary>
internal static class NetworkPermission
{
    public const string ServiceAccount = "aws-node", Namespace = "kube-system", Addon = "vpc-cni";
    private const string Subject = $"system:serviceaccount:{Namespace}:{ServiceAccount}", Audience = "sts.amazonaws.com", WebIdentity = "sts:AssumeRoleWithWebIdentity", Needed = "ec2:AssignPrivateIpAddresses";

    /// <summary>Whether the pod of a node may.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodeRole">The ARN of the node's role.</param>
    /// <param name="pod">How its pod gets credentials.</param>
    public static bool Has(Cluster cluster, string nodeRole, PodCredentials pod)
    {
        var iam = cluster.Eks.Account.Iam;
        if (pod.PodIdentity)
        {
            var association = cluster.PodIdentityAssociations.Values.FirstOrDefault(association => (association.Namespace, association.ServiceAccount) == (Namespace, ServiceAccount));
            return association is not null && iam.FindRole(association.RoleArn) is { } associated && Allows(iam, associated);
        }

        if (pod.RoleArn is { } arn)
        {
            return iam.FindRole(arn) is { } role && Trusts(cluster, role) && Allows(iam, role);
        }

        return iam.FindRole(nodeRole) is { } own && Allows(iam, own);
    }

    /// <summary>Whether STS would let the pod's token assume the role: the provider is there, and the trust policy means issuer, subject and audience.</summary>
    private static bool Trusts(Cluster cluster, Role role)
    {
        var issuer = cluster.OidcIssuer["https://".Length..];
        var provider = cluster.Eks.Account.Arn("iam", "", $"oidc-provider/{issuer}");
        return cluster.Eks.Account.Iam.OidcProviders.TryGetValue(provider, out var there) && there.ClientIds.Contains(Audience)
            && TrustPolicy.Allowing(role, WebIdentity).Any(statement =>
                TrustPolicy.Strings((statement["Principal"] as JsonObject)?["Federated"]).Contains(provider)
                && Fits(statement, $"{issuer}:sub", Subject) && Fits(statement, $"{issuer}:aud", Audience));
    }

    /// <summary>A condition on a key that the statement does not have is none.</summary>
    private static bool Fits(JsonObject statement, string key, string value)
    {
        foreach (var (comparison, keys) in statement["Condition"] as JsonObject ?? [])
        {
            if ((keys as JsonObject)?[key] is { } wanted && !TrustPolicy.Strings(wanted).Any(pattern => comparison == "StringLike" ? Like(pattern, value) : comparison == "StringEquals" && pattern == value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the role's policies allow it; a customer's own policy counts by what it says.</summary>
    private static bool Allows(IamState iam, Role role) =>
        role.AttachedPolicies.Any(arn => arn.EndsWith(":aws:policy/AmazonEKS_CNI_Policy", StringComparison.Ordinal) || arn.EndsWith(":aws:policy/AdministratorAccess", StringComparison.Ordinal)
            || (iam.Policies.TryGetValue(arn, out var own) && AllowsBy(own.Versions[own.DefaultVersion].Document)))
        || role.InlinePolicies.Values.Any(AllowsBy);

    private static bool AllowsBy(string document) => TrustPolicy.Statements(document).Any(static statement =>
        statement["Effect"]?.GetValue<string>() == "Allow" && TrustPolicy.Strings(statement["Action"]).Any(static action => Like(action, Needed)));

    private static bool Like(string pattern, string value) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);
}
