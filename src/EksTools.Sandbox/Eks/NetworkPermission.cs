using EksTools.Sandbox.Iam;
using EksTools.Sandbox.Iam.Policies;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Sts;

namespace EksTools.Sandbox.Eks;

/// <summary>
/// Whether a node's aws-node pod may do in EC2 what the VPC CNI does: by the role that the webhook gave it when it was created, else by the node's own role.
/// Without, ipamd does not start and the node stays without a network (amazon-vpc-cni-k8s, docs/iam-policy.md).
/// </summary>
internal static class NetworkPermission
{
    public const string ServiceAccount = "aws-node", Namespace = "kube-system", Addon = "vpc-cni";
    private const string Subject = $"system:serviceaccount:{Namespace}:{ServiceAccount}", Audience = "sts.amazonaws.com";

    /// <summary>Whether the pod of a node may.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodeRole">The ARN of the node's role.</param>
    /// <param name="pod">How its pod gets credentials.</param>
    public static bool Has(Cluster cluster, string nodeRole, PodCredentials pod)
    {
        var account = cluster.Eks.Account;
        if (pod.PodIdentity)
        {
            var association = cluster.PodIdentityAssociations.Values.FirstOrDefault(association => (association.Namespace, association.ServiceAccount) == (Namespace, ServiceAccount));
            return association is not null && Allows(cluster, account.Iam.FindRole(association.RoleArn));
        }

        return pod.RoleArn is { } arn
            ? account.Iam.FindRole(arn) is { } role && Trusts(cluster, role) && Allows(cluster, role)
            : Allows(cluster, account.Iam.FindRole(nodeRole));
    }

    /// <summary>Whether STS would let the pod's token assume the role.</summary>
    private static bool Trusts(Cluster cluster, Role role) =>
        cluster.Eks.Account.Iam.OidcProviders.Values.FirstOrDefault(provider => $"https://{provider.Url}" == cluster.OidcIssuer) is { } provider
        && provider.ClientIds.Contains(Audience)
        && WebIdentity.Trusts(role, provider, Subject, Audience, []);

    /// <summary>Whether the role may give pods addresses of the cluster's family.</summary>
    private static bool Allows(Cluster cluster, Role? role) =>
        PolicyEvaluator.Evaluate(PolicyStore.Of(cluster.Eks.Account, role), new PolicyRequest(null, cluster.IsIpv6 ? "ec2:AssignIpv6Addresses" : "ec2:AssignPrivateIpAddresses", "*", [])) == PolicyDecision.Allowed;
}
