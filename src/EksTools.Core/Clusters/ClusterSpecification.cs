using Amazon.EKS;
using EksTools.Clusters;
using EksTools.Core.Networking;

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

    /// <summary>Existing subnets.</summary>
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>Those of <see cref="SubnetIds"/> that nodes stand in.</summary>
    public IReadOnlyList<string> NodeSubnetIds { get; init; } = [];

    /// <summary>The nodes' image; null for no nodes.</summary>
    public AMITypes? AmiType { get; init; }

    public EndpointAccessMode EndpointAccess { get; init; }

    public IReadOnlyList<string> LogTypes { get; init; } = [];

    public required string AuthenticationMode { get; init; }

    /// <summary>The node group; null for none.</summary>
    public NodeGroupSpecification? NodeGroup { get; init; }

    /// <summary>The user's tags, for everything.</summary>
    public required IReadOnlyDictionary<string, string> UserTags { get; init; }

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

/// <summary>The node group of a new cluster.</summary>
internal sealed record NodeGroupSpecification(string InstanceType, int Desired, int Min, int Max, int DiskSize, bool Spot);
