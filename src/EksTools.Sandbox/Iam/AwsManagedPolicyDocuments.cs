namespace EksTools.Sandbox.Iam;

/// <summary>
/// What AWS's policies allow, as far as the services go that the sandbox plays (EKS, EC2, Elastic Load Balancing, IAM, STS). Source: AWS managed policy reference
/// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
/// </summary>
internal static class AwsManagedPolicyDocuments
{
    private const string Looking = "\"ec2:Describe*\",\"ec2:Get*\",\"elasticloadbalancing:Describe*\",\"eks:Describe*\",\"eks:List*\",\"iam:Generate*\",\"iam:Get*\",\"iam:List*\",\"iam:Simulate*\",\"sts:GetAccessKeyInfo\",\"sts:GetCallerIdentity\",\"sts:GetSessionToken\"";
    private const string Viewing = "\"ec2:Describe*\",\"elasticloadbalancing:Describe*\",\"eks:Describe*\",\"eks:List*\",\"iam:GetAccountSummary\",\"iam:GetLoginProfile\",\"iam:List*\"";
    private const string NodeLooking = "\"ec2:DescribeInstances\",\"ec2:DescribeInstanceTypes\",\"ec2:DescribeRouteTables\",\"ec2:DescribeSecurityGroups\",\"ec2:DescribeSubnets\",\"ec2:DescribeVolumes\",\"ec2:DescribeVolumesModifications\",\"ec2:DescribeVpcs\",\"eks:DescribeCluster\",\"eks-auth:AssumeRoleForPodIdentity\"";
    private const string Cni = "\"ec2:AssignPrivateIpAddresses\",\"ec2:AttachNetworkInterface\",\"ec2:CreateNetworkInterface\",\"ec2:DeleteNetworkInterface\",\"ec2:DescribeInstances\",\"ec2:DescribeTags\",\"ec2:DescribeNetworkInterfaces\",\"ec2:DescribeInstanceTypes\",\"ec2:DescribeSubnets\",\"ec2:DetachNetworkInterface\",\"ec2:ModifyNetworkInterfaceAttribute\",\"ec2:UnassignPrivateIpAddresses\"";
    private const string Cluster = "\"ec2:AttachVolume\",\"ec2:AuthorizeSecurityGroupIngress\",\"ec2:CreateRoute\",\"ec2:CreateSecurityGroup\",\"ec2:CreateTags\",\"ec2:CreateVolume\",\"ec2:DeleteRoute\",\"ec2:DeleteSecurityGroup\",\"ec2:DeleteVolume\",\"ec2:DescribeInstances\",\"ec2:DescribeRouteTables\",\"ec2:DescribeSecurityGroups\",\"ec2:DescribeSubnets\",\"ec2:DescribeVolumes\",\"ec2:DescribeVolumesModifications\",\"ec2:DescribeVpcs\",\"ec2:DescribeDhcpOptions\",\"ec2:DescribeNetworkInterfaces\",\"ec2:DescribeAvailabilityZones\",\"ec2:DetachVolume\",\"ec2:ModifyInstanceAttribute\",\"ec2:ModifyVolume\",\"ec2:RevokeSecurityGroupIngress\",\"ec2:DescribeAccountAttributes\",\"ec2:DescribeAddresses\",\"ec2:DescribeInternetGateways\",\"ec2:DescribeInstanceTopology\"";

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["AdministratorAccess"] = Allow("\"*\""),
        ["PowerUserAccess"] = Document("""{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}""", Statement("\"iam:CreateServiceLinkedRole\",\"iam:DeleteServiceLinkedRole\",\"iam:ListRoles\"")),
        ["ReadOnlyAccess"] = Allow(Looking),
        ["ViewOnlyAccess"] = Allow(Viewing),
        ["IAMFullAccess"] = Allow("\"iam:*\""),
        ["AmazonEC2FullAccess"] = Document(Statement("\"ec2:*\",\"elasticloadbalancing:*\""), """
            {"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"iam:AWSServiceName":["autoscaling.amazonaws.com","ec2scheduled.amazonaws.com","elasticloadbalancing.amazonaws.com","spot.amazonaws.com","spotfleet.amazonaws.com","transitgateway.amazonaws.com"]}}}
            """),
        ["AmazonEC2ReadOnlyAccess"] = Allow("\"ec2:Describe*\",\"ec2:GetSecurityGroupsForVpc\",\"elasticloadbalancing:Describe*\""),
        ["ElasticLoadBalancingFullAccess"] = Document(Statement("\"elasticloadbalancing:*\",\"ec2:DescribeAccountAttributes\",\"ec2:DescribeAddresses\",\"ec2:DescribeInternetGateways\",\"ec2:DescribeSecurityGroups\",\"ec2:DescribeSubnets\",\"ec2:DescribeVpcs\",\"ec2:DescribeInstances\",\"ec2:DescribeNetworkInterfaces\",\"ec2:DescribeRouteTables\""), """
            {"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"iam:AWSServiceName":"elasticloadbalancing.amazonaws.com"}}}
            """),
        ["AmazonEKSClusterPolicy"] = Document(Statement(Cluster), """
            {"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"iam:AWSServiceName":"elasticloadbalancing.amazonaws.com"}}}
            """),
        ["AmazonEKSVPCResourceController"] = Document("""{"Effect":"Allow","Action":"ec2:CreateNetworkInterfacePermission","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"ec2:ResourceTag/eks:eni:owner":"eks-vpc-resource-controller"}}}""",
            Statement("\"ec2:CreateNetworkInterface\",\"ec2:DetachNetworkInterface\",\"ec2:ModifyNetworkInterfaceAttribute\",\"ec2:DeleteNetworkInterface\",\"ec2:AttachNetworkInterface\",\"ec2:UnassignPrivateIpAddresses\",\"ec2:AssignPrivateIpAddresses\"")),
        ["AmazonEKSWorkerNodePolicy"] = Allow(NodeLooking),
        ["AmazonEKSWorkerNodeMinimalPolicy"] = Allow("\"eks-auth:AssumeRoleForPodIdentity\""),
        ["AmazonEKS_CNI_Policy"] = Document(Statement(Cni), """{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"arn:aws:ec2:*:*:network-interface/*"}"""),
    };

    private static string Allow(string actions) => Document(Statement(actions));

    private static string Statement(string actions) => $$"""{"Effect":"Allow","Action":[{{actions}}],"Resource":"*"}""";

    private static string Document(params string[] statements) => $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""";
}
