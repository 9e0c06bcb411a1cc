using EksTools.Clusters;

namespace EksTools.Core.Clusters;

/// <summary>A parameter that a cluster is begun with, as it is recorded.</summary>
/// <param name="Key">Its name in the record.</param>
/// <param name="Parameter">What a user calls it.</param>
/// <param name="Default">What it is where it is neither said nor recorded; null when that is not known beforehand.</param>
/// <param name="HasTag">It is a tag of its own, and written whatever it is; others are packed together, and only when they are not the default.</param>
internal sealed record ParameterDefinition(string Key, string Parameter, string? Default = null, bool HasTag = false)
{
    public const string Version = "kubernetes-version", VpcCidr = "vpc-cidr", Nat = "nat-gateway", Subnets = "subnets", Zones = "zones";
    public const string Endpoint = "endpoint-access", Logs = "log-types", Authentication = "authentication-mode";
    public const string NodeGroup = "node-group", NodeType = "node-type", NodeCount = "node-count", NodeDisk = "node-disk-size", Capacity = "capacity-type";
    public const string ZonesSaid = "zones-said", SecurityGroups = "security-groups", IpFamily = "ip-family", ServiceCidr = "service-cidr", PublicCidrs = "public-access-cidrs";
    public const string Private = "private-cluster", EndpointServices = "endpoint-services";
    public const string LogRetention = "log-retention", KmsKey = "kms-key", Support = "support-type", Protection = "deletion-protection", Tier = "control-plane-tier", ZonalShift = "zonal-shift";
    public const string Administrators = "administrators", CreatorAdmin = "creator-admin";
    public const string ClusterRole = "cluster-role", NodeRole = "node-role", AutoModeRole = "auto-mode-node-role", Boundary = "permissions-boundary", RolePath = "role-path";
    public const string NodeAmi = "node-ami-type", NodeGroups = "node-groups", AutoMode = "auto-mode", NodePools = "node-pools", Fargate = "fargate-profiles", AddOns = "add-ons", DefaultAddOns = "default-add-ons";

    /// <summary>The values of a switch, and of a part that a cluster may be without.</summary>
    public const string Yes = "true", No = "false", None = "none";

    /// <summary>The node groups are those of <see cref="NodeGroups"/>.</summary>
    public const string Named = "named";

    /// <summary>Every parameter.</summary>
    public static IReadOnlyDictionary<string, ParameterDefinition> All { get; } = new ParameterDefinition[]
    {
        new(Version, "-KubernetesVersion", HasTag: true),
        new(VpcCidr, "-VpcCidr", HasTag: true),
        new(Nat, "-NatGateway", HasTag: true),
        new(Subnets, "-SubnetId", HasTag: true),
        new(Zones, "the zones", HasTag: true),
        new(Endpoint, "-EndpointAccess", HasTag: true),
        new(Logs, "-LogType", HasTag: true),
        new(Authentication, "-AuthenticationMode", HasTag: true),
        new(NodeGroup, "the node group", HasTag: true),
        new(NodeType, "-NodeType", HasTag: true),
        new(NodeCount, "-NodeCount, -MinNodes, -MaxNodes", HasTag: true),
        new(NodeDisk, "-NodeDiskSize", HasTag: true),
        new(Capacity, "the capacity type", HasTag: true),
        new(ZonesSaid, "-Zone, -ZoneCount", string.Empty),
        new(SecurityGroups, "-SecurityGroupId", string.Empty),
        new(IpFamily, "-IpFamily", nameof(ClusterIpFamily.IPv4)),
        new(ServiceCidr, "-ServiceCidr", string.Empty),
        new(PublicCidrs, "-PublicAccessCidr", string.Empty),
        new(Private, "-PrivateCluster", No),
        new(EndpointServices, "-EndpointService", string.Empty),
        new(LogRetention, "-LogRetention", string.Empty),
        new(KmsKey, "-KmsKeyArn", string.Empty),
        new(Support, "-SupportType", string.Empty),
        new(Protection, "-DeletionProtection", No),
        new(Tier, "-ControlPlaneTier", string.Empty),
        new(ZonalShift, "-ZonalShift", No),
        new(Administrators, "-AdministratorArn", string.Empty),
        new(CreatorAdmin, "-NoCreatorAdmin", Yes),
        new(ClusterRole, "-ClusterRoleArn", string.Empty),
        new(NodeRole, "-NodeRoleArn", string.Empty),
        new(AutoModeRole, "-AutoModeNodeRoleArn", string.Empty),
        new(Boundary, "-PermissionsBoundary", string.Empty),
        new(RolePath, "-RolePath", "/"),
        new(NodeAmi, "-NodeAmiType", string.Empty),
        new(NodeGroups, "-NodeGroup", "[]"),
        new(AutoMode, "-AutoMode", No),
        new(NodePools, "-NodePool", string.Empty),
        new(Fargate, "-Fargate, -FargateProfile", "[]"),
        new(AddOns, "-AddOn", "[]"),
        new(DefaultAddOns, "-NoAddOn", Yes),
    }.ToDictionary(static definition => definition.Key, StringComparer.Ordinal);
}
