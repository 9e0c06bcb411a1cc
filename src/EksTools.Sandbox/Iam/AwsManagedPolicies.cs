namespace EksTools.Sandbox.Iam;

/// <summary>The policies that AWS itself manages, as far as EKS people attach them.</summary>
internal static class AwsManagedPolicies
{
    private static readonly HashSet<string> Names =
    [
        "AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "ViewOnlyAccess", "IAMFullAccess", "AmazonEC2FullAccess", "AmazonEC2ReadOnlyAccess", "AmazonVPCFullAccess",
        "AmazonEKSClusterPolicy", "AmazonEKSServicePolicy", "AmazonEKSVPCResourceController", "AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy", "AmazonEKS_CNI_Policy",
        "AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy", "AmazonEKSFargatePodExecutionRolePolicy",
        "AmazonEKSLocalOutpostClusterPolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly", "AmazonEC2ContainerRegistryPowerUser", "AmazonEC2ContainerRegistryFullAccess",
        "AmazonElasticContainerRegistryPublicReadOnly", "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy", "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess",
        "AmazonS3ReadOnlyAccess", "AmazonS3FullAccess", "AmazonDynamoDBFullAccess", "AmazonSQSFullAccess", "AmazonRoute53FullAccess", "ElasticLoadBalancingFullAccess", "AutoScalingFullAccess",
        "service-role/AmazonEBSCSIDriverPolicy", "service-role/AmazonEBSCSIDriverPolicyV2", "service-role/AmazonEFSCSIDriverPolicy", "service-role/AmazonS3FilesCSIDriverPolicy", "service-role/AmazonEC2RoleforSSM",
        "aws-service-role/AmazonEKSServiceRolePolicy", "aws-service-role/AWSServiceRoleForAmazonEKSNodegroup", "aws-service-role/AmazonEKSForFargateServiceRolePolicy",
        "aws-service-role/AutoScalingServiceRolePolicy", "aws-service-role/AWSElasticLoadBalancingServiceRolePolicy",
    ];

    /// <summary>The paths and names in a partition, as ARNs.</summary>
    public static IEnumerable<string> Arns(string partition) => Names.Order(StringComparer.Ordinal).Select(name => $"arn:{partition}:iam::aws:policy/{name}");

    /// <summary>What a policy of AWS's allows in the services that the sandbox plays; null for one that is known by name alone.</summary>
    public static string? FindDocument(string partition, string arn) =>
        Contains(partition, arn) ? AwsManagedPolicyDocuments.All.GetValueOrDefault(arn[(arn.LastIndexOf(":policy/", StringComparison.Ordinal) + ":policy/".Length)..])?.Replace("arn:aws:", $"arn:{partition}:", StringComparison.Ordinal) : null;

    /// <summary>Whether the ARN is that of a policy of AWS's in the partition.</summary>
    public static bool Contains(string partition, string arn)
    {
        var prefix = $"arn:{partition}:iam::aws:policy/";
        return arn.StartsWith(prefix, StringComparison.Ordinal) && Names.Contains(arn[prefix.Length..])
            // The public registry is the commercial partition's alone.
            && (partition == "aws" || !arn.EndsWith("PublicReadOnly", StringComparison.Ordinal));
    }
}
