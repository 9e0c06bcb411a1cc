using System.Text.Json.Nodes;

namespace EksTools.Core.WorkloadIdentity.Policies;

/// <summary>
/// What the AWS Load Balancer Controller needs, as of its version 3.5 (its docs/install/iam_policy*.json): what carries the controller's tag may be
/// changed, and what it makes must carry it.
/// </summary>
internal static class LoadBalancerControllerPolicy
{
    private const string ClusterTag = "elbv2.k8s.aws/cluster";

    // Not offered there; a policy that names them is taken, but the controller's own documents for these partitions leave them out.
    private static readonly HashSet<string> NotInIsolatedPartitions = new(StringComparer.Ordinal)
    {
        "elasticloadbalancing:DescribeTrustStores", "elasticloadbalancing:DescribeListenerAttributes", "elasticloadbalancing:DescribeCapacityReservation",
        "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyCapacityReservation",
    };

    private static readonly string[] Reads =
    [
        "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones", "ec2:DescribeCoipPools", "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways", "ec2:DescribeIpamPools", "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVpcPeeringConnections", "ec2:DescribeVpcs", "ec2:GetCoipPoolUsage", "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:DescribeListenerAttributes", "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeSSLPolicies", "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeTrustStores",
    ];

    private static readonly string[] OtherServices =
    [
        "acm:DescribeCertificate", "acm:ListCertificates", "cognito-idp:DescribeUserPoolClient", "iam:GetServerCertificate", "iam:ListServerCertificates",
        "shield:CreateProtection", "shield:DeleteProtection", "shield:DescribeProtection", "shield:GetSubscriptionState",
        "waf-regional:AssociateWebACL", "waf-regional:DisassociateWebACL", "waf-regional:GetWebACL", "waf-regional:GetWebACLForResource",
        "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL", "wafv2:GetWebACL", "wafv2:GetWebACLForResource",
    ];

    private static readonly string[] ChangesOfOwn =
    [
        "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:ModifyCapacityReservation", "elasticloadbalancing:ModifyIpPools",
        "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:SetIpAddressType", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
    ];

    /// <summary>The statements for a partition.</summary>
    public static JsonArray Statements(string partition)
    {
        string groups = $"arn:{partition}:ec2:*:*:security-group/*";
        string balancing = $"arn:{partition}:elasticloadbalancing:*:*:";
        string[] balancers = [$"{balancing}targetgroup/*/*", $"{balancing}loadbalancer/net/*/*", $"{balancing}loadbalancer/app/*/*"];
        string[] listeners = [$"{balancing}listener/net/*/*/*", $"{balancing}listener/app/*/*/*", $"{balancing}listener-rule/net/*/*/*", $"{balancing}listener-rule/app/*/*/*"];
        bool isolated = partition.StartsWith("aws-iso", StringComparison.Ordinal);
        return
        [
            Allow(["iam:CreateServiceLinkedRole"], ["*"], new JsonObject { ["StringEquals"] = new JsonObject { ["iam:AWSServiceName"] = "elasticloadbalancing.amazonaws.com" } }),
            Allow(Reads, ["*"]),
            Allow(OtherServices, ["*"]),
            Allow(["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupIngress"], ["*"]),
            Allow(["ec2:CreateTags"], [groups], With(Tagged("aws:RequestTag"), "ec2:CreateAction", "CreateSecurityGroup")),
            Allow(["ec2:CreateTags", "ec2:DeleteTags"], [groups], OwnAlready()),
            Allow(["ec2:DeleteSecurityGroup"], ["*"], Tagged("aws:ResourceTag")),
            Allow(["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"], ["*"], Tagged("aws:RequestTag")),
            Allow(
                [
                    "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateRule", "elasticloadbalancing:DeleteListener",
                    "elasticloadbalancing:DeleteRule", "elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule", "elasticloadbalancing:RemoveListenerCertificates",
                    "elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:SetWebAcl",
                ],
                ["*"]),
            Allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], balancers, OwnAlready()),
            Allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], listeners),
            Allow(["elasticloadbalancing:AddTags"], balancers, With(Tagged("aws:RequestTag"), "elasticloadbalancing:CreateAction", "CreateTargetGroup", "CreateLoadBalancer")),
            Allow(ChangesOfOwn, ["*"], Tagged("aws:ResourceTag")),
            Allow(["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"], [$"{balancing}targetgroup/*/*"]),
        ];

        JsonObject Allow(string[] actions, string[] resources, JsonObject? condition = null) =>
            PolicyStatement.Allow(isolated ? [.. actions.Where(static action => !NotInIsolatedPartitions.Contains(action))] : actions, resources, condition);
    }

    /// <summary>The tag is there.</summary>
    private static JsonObject Tagged(string where) => new() { ["Null"] = new JsonObject { [$"{where}/{ClusterTag}"] = "false" } };

    /// <summary>The resource has the tag, and the request does not give it another.</summary>
    private static JsonObject OwnAlready() => new() { ["Null"] = new JsonObject { [$"aws:RequestTag/{ClusterTag}"] = "true", [$"aws:ResourceTag/{ClusterTag}"] = "false" } };

    private static JsonObject With(JsonObject condition, string key, params string[] values)
    {
        condition["StringEquals"] = new JsonObject { [key] = PolicyDocument.OneOrMany(values) };
        return condition;
    }
}
