using EksTools.ClusterAddons;
using EksTools.Nodes;

namespace EksTools.Clusters;

/// <summary>What New-EksCluster was asked for. What is null, or an empty list, was not said.</summary>
public sealed record NewClusterRequest
{
    /// <summary>1 to 100 letters, digits, hyphens and underscores; begins with a letter or digit.</summary>
    public required string Name { get; init; }

    /// <summary>Kubernetes minor version; the region's default when null.</summary>
    public string? KubernetesVersion { get; init; }

    /// <summary>IPv4 range of the new VPC, /16 to /24; 192.168.0.0/16 when null. Excludes <see cref="SubnetId"/>.</summary>
    public string? VpcCidr { get; init; }

    /// <summary>Way out for private subnets of the new VPC; Single when null. Excludes <see cref="SubnetId"/>.</summary>
    public NatGatewayMode? NatGateway { get; init; }

    /// <summary>Names of the new VPC's availability zones, two at least. Excludes <see cref="SubnetId"/> and <see cref="ZoneCount"/>.</summary>
    public IReadOnlyList<string> Zone { get; init; } = [];

    /// <summary>In how many availability zones the new VPC stands, 2 to 8; 3 (2 in us-east-1) when null. Excludes <see cref="SubnetId"/>.</summary>
    public int? ZoneCount { get; init; }

    /// <summary>Existing subnets, in two zones at least; no VPC is made.</summary>
    public IReadOnlyList<string> SubnetId { get; init; } = [];

    /// <summary>Further security groups for the control plane's network interfaces, five at most.</summary>
    public IReadOnlyList<string> SecurityGroupId { get; init; } = [];

    /// <summary>Addresses of pods and Services; IPv4 when null.</summary>
    public ClusterIpFamily? IpFamily { get; init; }

    /// <summary>IPv4 range of Services, /12 to /24 within the private ranges; EKS chooses 10.100.0.0/16 or 172.20.0.0/16 when null.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>Who reaches the API server; Public when null.</summary>
    public EndpointAccessMode? EndpointAccess { get; init; }

    /// <summary>IPv4 or IPv6 ranges that reach the public endpoint; everyone when empty.</summary>
    public IReadOnlyList<string> PublicAccessCidr { get; init; } = [];

    /// <summary>No way to the internet: private subnets alone, and VPC endpoints for the AWS services that nodes need.</summary>
    public bool PrivateCluster { get; init; }

    /// <summary>Further AWS services that a private cluster's VPC has endpoints for, such as autoscaling, cloudformation or logs.</summary>
    public IReadOnlyList<string> EndpointService { get; init; } = [];

    /// <summary>Control plane log types: api, audit, authenticator, controllerManager, scheduler.</summary>
    public IReadOnlyList<string> LogType { get; init; } = [];

    /// <summary>Days after which CloudWatch Logs forgets control plane logs; never when null.</summary>
    public int? LogRetention { get; init; }

    /// <summary>The KMS key that Secrets are encrypted with; EKS's own when null.</summary>
    public string? KmsKeyArn { get; init; }

    /// <summary>STANDARD or EXTENDED support of the Kubernetes version; EXTENDED when null.</summary>
    public string? SupportType { get; init; }

    /// <summary>EKS refuses the cluster's deletion until this is switched off.</summary>
    public bool DeletionProtection { get; init; }

    /// <summary>The control plane's provisioned size: standard, tier-xl, tier-2xl, tier-4xl or tier-8xl; standard when null.</summary>
    public string? ControlPlaneTier { get; init; }

    /// <summary>Amazon Application Recovery Controller may shift traffic away from an impaired zone.</summary>
    public bool ZonalShift { get; init; }

    /// <summary>API, API_AND_CONFIG_MAP or CONFIG_MAP; API_AND_CONFIG_MAP when null.</summary>
    public string? AuthenticationMode { get; init; }

    /// <summary>IAM roles and users, by ARN, that administer the cluster besides its creator.</summary>
    public IReadOnlyList<string> AdministratorArn { get; init; } = [];

    /// <summary>The creator is not made an administrator.</summary>
    public bool NoCreatorAdmin { get; init; }

    /// <summary>An existing role for the control plane; one is made when null.</summary>
    public string? ClusterRoleArn { get; init; }

    /// <summary>An existing role for the nodes of node groups, or where there are none for those of Auto Mode; one is made when null.</summary>
    public string? NodeRoleArn { get; init; }

    /// <summary>An existing role for the nodes of Auto Mode; one is made when null.</summary>
    public string? AutoModeNodeRoleArn { get; init; }

    /// <summary>The managed policy that bounds every role that is made.</summary>
    public string? PermissionsBoundary { get; init; }

    /// <summary>The path of every role that is made, such as <c>/platform/</c>; <c>/</c> when null.</summary>
    public string? RolePath { get; init; }

    /// <summary>Tags for everything that is made.</summary>
    public IReadOnlyDictionary<string, string> ResourceTags { get; init; } = new Dictionary<string, string>();

    /// <summary>Make no node group.</summary>
    public bool NoNodeGroup { get; init; }

    /// <summary>EC2 instance types of the default node group, the first preferred; m5.large when empty.</summary>
    public IReadOnlyList<string> NodeType { get; init; } = [];

    /// <summary>EKS's AMI type of the default node group, such as BOTTLEROCKET_x86_64; Amazon Linux 2023 for the instance type when null.</summary>
    public string? NodeAmiType { get; init; }

    /// <summary>Nodes to start with; 2 when null.</summary>
    public int? NodeCount { get; init; }

    /// <summary>Fewest nodes; the node count when null.</summary>
    public int? MinNodes { get; init; }

    /// <summary>Most nodes; the node count when null.</summary>
    public int? MaxNodes { get; init; }

    /// <summary>Root volume of a node in GiB; 80 when null.</summary>
    public int? NodeDiskSize { get; init; }

    /// <summary>Spot capacity instead of on-demand.</summary>
    public bool Spot { get; init; }

    /// <summary>Node groups instead of the default one.</summary>
    public IReadOnlyList<NodeGroupOptions> NodeGroup { get; init; } = [];

    /// <summary>EKS Auto Mode: EKS runs nodes, block storage and load balancers.</summary>
    public bool AutoMode { get; init; }

    /// <summary>Auto Mode's built-in node pools: general-purpose, system; both when empty.</summary>
    public IReadOnlyList<string> NodePool { get; init; } = [];

    /// <summary>A Fargate profile for the namespaces default and kube-system.</summary>
    public bool Fargate { get; init; }

    /// <summary>Fargate profiles.</summary>
    public IReadOnlyList<FargateProfileOptions> FargateProfile { get; init; } = [];

    /// <summary>Add-ons besides the default ones, or instead of one of that name.</summary>
    public IReadOnlyList<AddonOptions> AddOn { get; init; } = [];

    /// <summary>Make none of the default add-ons.</summary>
    public bool NoAddOn { get; init; }

    /// <summary>All is said, as a file says it: what is null or empty is the default, and not what an earlier run recorded.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Start everything and do not wait for what takes minutes after the last call.</summary>
    public bool NoWait { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>The kubeconfig entry to write once the control plane answers; null for none.</summary>
    public Access.KubeconfigRequest? Kubeconfig { get; init; }
}
