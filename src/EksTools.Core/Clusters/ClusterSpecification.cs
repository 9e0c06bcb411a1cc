using EksTools.Clusters;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Networking;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>Everything that a new cluster will be, nothing left open.</summary>
internal sealed record ClusterSpecification
{
    public required ClusterIdentity Identity { get; init; }

    public required string KubernetesVersion { get; init; }

    /// <summary>The VPC to make; null when the cluster stands in <see cref="SubnetIds"/>.</summary>
    public Ipv4Cidr? VpcCidr { get; init; }

    public NatGatewayMode NatGateway { get; init; }

    /// <summary>The zones of the VPC to make.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>The zones are our choice and not the caller's: one that EKS cannot use may give way to another.</summary>
    public bool ZonesChosen { get; init; }

    /// <summary>Existing subnets.</summary>
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>Those of <see cref="SubnetIds"/> that nodes stand in.</summary>
    public IReadOnlyList<string> NodeSubnetIds { get; init; } = [];

    /// <summary>The VPC of <see cref="SubnetIds"/>; null when one is made.</summary>
    public ExistingNetwork? ExistingNetwork { get; init; }

    /// <summary>Further security groups of the control plane.</summary>
    public IReadOnlyList<string> SecurityGroupIds { get; init; } = [];

    public ClusterIpFamily IpFamily { get; init; } = ClusterIpFamily.IPv4;

    /// <summary>The range of Services; null for EKS's choice.</summary>
    public string? ServiceCidr { get; init; }

    public EndpointAccessMode EndpointAccess { get; init; }

    /// <summary>Who reaches the public endpoint; everyone when empty.</summary>
    public IReadOnlyList<string> PublicAccessCidrs { get; init; } = [];

    /// <summary>No way to the internet; VPC endpoints instead.</summary>
    public bool PrivateCluster { get; init; }

    /// <summary>AWS services with an endpoint in a private cluster's VPC, besides those that every one needs.</summary>
    public IReadOnlyList<string> EndpointServices { get; init; } = [];

    /// <summary>The endpoints that a private cluster's VPC is to have and has not from somebody else.</summary>
    public IReadOnlyList<PlannedEndpoint> Endpoints { get; init; } = [];

    public IReadOnlyList<string> LogTypes { get; init; } = [];

    /// <summary>In days; null for ever.</summary>
    public int? LogRetention { get; init; }

    public string? KmsKeyArn { get; init; }

    /// <summary>STANDARD, EXTENDED, or null for EKS's default.</summary>
    public string? SupportType { get; init; }

    public bool DeletionProtection { get; init; }

    /// <summary>The provisioned size; null for EKS's default.</summary>
    public string? ControlPlaneTier { get; init; }

    public bool ZonalShift { get; init; }

    public required string AuthenticationMode { get; init; }

    /// <summary>Principals that administer the cluster besides its creator.</summary>
    public IReadOnlyList<string> Administrators { get; init; } = [];

    public bool CreatorAdmin { get; init; } = true;

    /// <summary>The caller's role for the control plane; null for one of ours.</summary>
    public string? ClusterRoleArn { get; init; }

    /// <summary>The caller's role for nodes; null for one of ours.</summary>
    public string? NodeRoleArn { get; init; }

    /// <summary>The caller's role for the nodes of Auto Mode; null for one of ours.</summary>
    public string? AutoModeNodeRoleArn { get; init; }

    public string? PermissionsBoundary { get; init; }

    /// <summary>The path of roles that are made.</summary>
    public string RolePath { get; init; } = "/";

    /// <summary>Path and boundary of roles that are made.</summary>
    public RolePlacement Placement => new(RolePath, PermissionsBoundary);

    /// <summary>The managed node groups.</summary>
    public IReadOnlyList<NodeGroupSpecification> NodeGroups { get; init; } = [];

    public bool AutoMode { get; init; }

    /// <summary>Auto Mode's built-in node pools.</summary>
    public IReadOnlyList<string> NodePools { get; init; } = [];

    public IReadOnlyList<FargateProfileOptions> FargateProfiles { get; init; } = [];

    /// <summary>What the caller said of add-ons, by name.</summary>
    public IReadOnlyList<ChosenAddon> AddOns { get; init; } = [];

    /// <summary>The default add-ons are made.</summary>
    public bool DefaultAddOns { get; init; } = true;

    /// <summary>There is to be the add-on vpc-cni, and nobody brings a role for it.</summary>
    public bool MakesCniRole => PodNetworking.MakesRole(AddOns.Select(static addon => addon.Options), DefaultAddOns, HasOwnNetworking);

    /// <summary>The user's tags, for everything.</summary>
    public required IReadOnlyDictionary<string, string> UserTags { get; init; }

    /// <summary>EKS Auto Mode alone runs pods: network, proxy and DNS are on its nodes already.</summary>
    public bool HasOwnNetworking => PodNetworking.IsBuiltIn(AutoMode, NodeGroups.Count, FargateProfiles.Count);

    /// <summary>There are node groups with Linux.</summary>
    public bool HasLinuxGroups => NodeGroups.Any(static group => group.System != NodeSystem.Windows);

    /// <summary>The parameters as the cluster's role is tagged with them, so that a later run can tell whether it means the same cluster.</summary>
    public required IReadOnlyDictionary<string, string> Recorded { get; init; }

    /// <summary>The tags of a component: ours and the user's.</summary>
    public Dictionary<string, string> Tags(string component)
    {
        Dictionary<string, string> tags = Identity.Tags(component);
        foreach ((string key, string value) in UserTags)
        {
            tags[key] = value;
        }

        return tags;
    }
}
