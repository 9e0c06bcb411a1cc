using System.Text.Json.Nodes;
using EksTools.Errors;

namespace EksTools.Core.WorkloadIdentity.Policies;

/// <summary>What a well-known program in a cluster needs: policies that AWS manages, and a document for what none of them has.</summary>
internal sealed record WellKnownPolicy(string Name, IReadOnlyList<string> Managed, Func<string, JsonArray>? Statements)
{
    /// <summary>The ARNs of the managed policies in a partition.</summary>
    public IEnumerable<string> ManagedArns(string partition) => Managed.Select(name => $"arn:{partition}:iam::aws:policy/{name}");

    /// <summary>The document for a partition; null when managed policies do.</summary>
    public PolicyDocument? Document(string partition) => Statements is null
        ? null
        : PolicyDocument.Parse(new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = Statements(partition) }.ToJsonString(), Name);
}

/// <summary>
/// The permissions of programs that run in nearly every cluster. Sources: the programs' own installation guides, and for the AWS managed policies the EKS
/// user guide's list of them.
/// </summary>
internal static class WellKnownPolicies
{
    private static readonly WellKnownPolicy[] Known =
    [
        new("CertManager", [], CertManager),
        new("CloudWatchAgent", ["CloudWatchAgentServerPolicy", "AWSXrayWriteOnlyAccess"], null),
        new("ClusterAutoscaler", [], ClusterAutoscaler),
        new("EbsCsiController", ["service-role/AmazonEBSCSIDriverPolicy"], null),
        new("EfsCsiController", ["service-role/AmazonEFSCSIDriverPolicy"], null),
        new("ExternalDns", [], ExternalDns),
        new("ImageBuilder", ["AmazonEC2ContainerRegistryPowerUser"], null),
        new("LoadBalancerController", [], LoadBalancerControllerPolicy.Statements),
        new("VpcCni", ["AmazonEKS_CNI_Policy"], null),
        new("VpcCniIPv6", [], VpcCniIPv6),
    ];

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(static policy => policy.Name)];

    /// <summary>Refuses names that stand for nothing.</summary>
    public static void Require(IEnumerable<string> names)
    {
        if (names.FirstOrDefault(static name => Find(name) is null) is { } unknown)
        {
            throw new EksToolsException(EksErrorKind.Validation, "UnknownWellKnownPolicy", $"-WellKnownPolicy '{unknown}' is none that EksTools knows.", "WellKnownPolicy", $"They are {string.Join(", ", Names)}.");
        }
    }

    /// <summary>The policy of a name.</summary>
    public static WellKnownPolicy Get(string name) => Find(name)!;

    private static WellKnownPolicy? Find(string name) => Array.Find(Known, policy => policy.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // https://cert-manager.io/docs/configuration/acme/dns01/route53/
    private static JsonArray CertManager(string partition) =>
    [
        PolicyStatement.Allow(["route53:GetChange"], [$"arn:{partition}:route53:::change/*"]),
        PolicyStatement.Allow(["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"], [$"arn:{partition}:route53:::hostedzone/*"]),
        PolicyStatement.Allow(["route53:ListHostedZonesByName"], ["*"]),
    ];

    // https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
    private static JsonArray ClusterAutoscaler(string partition) =>
    [
        PolicyStatement.Allow(
            [
                "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities", "autoscaling:DescribeTags", "ec2:DescribeImages", "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions", "ec2:GetInstanceTypesFromInstanceRequirements", "eks:DescribeNodegroup",
            ],
            ["*"]),
        PolicyStatement.Allow(["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"], ["*"]),
    ];

    // AWS manages none for IPv6: https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html
    private static JsonArray VpcCniIPv6(string partition) =>
    [
        PolicyStatement.Allow(["ec2:AssignIpv6Addresses", "ec2:DescribeInstances", "ec2:DescribeInstanceTypes", "ec2:DescribeNetworkInterfaces", "ec2:DescribeTags"], ["*"]),
        PolicyStatement.Allow(["ec2:CreateTags"], [$"arn:{partition}:ec2:*:*:network-interface/*"]),
    ];

    // https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/
    private static JsonArray ExternalDns(string partition) =>
    [
        PolicyStatement.Allow(["route53:ChangeResourceRecordSets"], [$"arn:{partition}:route53:::hostedzone/*"]),
        PolicyStatement.Allow(["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResource", "route53:ListTagsForResources"], ["*"]),
    ];
}

/// <summary>One statement of a policy.</summary>
internal static class PolicyStatement
{
    /// <summary>A statement that allows actions on resources.</summary>
    public static JsonObject Allow(string[] actions, string[] resources, JsonObject? condition = null)
    {
        JsonObject statement = new()
        {
            ["Effect"] = "Allow",
            ["Action"] = new JsonArray([.. actions.Select(static action => (JsonNode)action)]),
            ["Resource"] = new JsonArray([.. resources.Select(static resource => (JsonNode)resource)]),
        };
        if (condition is not null)
        {
            statement["Condition"] = condition;
        }

        return statement;
    }
}
