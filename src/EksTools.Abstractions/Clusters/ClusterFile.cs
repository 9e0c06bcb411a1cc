namespace EksTools.Clusters;

/// <summary>A cluster as a file describes it, in eksctl's ClusterConfig.</summary>
public sealed record ClusterFile
{
    /// <summary>What messages call the file.</summary>
    public required string Path { get; init; }

    /// <summary>The cluster to make. Everything that eksctl has a default for is said.</summary>
    public required NewClusterRequest Request { get; init; }

    /// <summary>The region; null when the file has none.</summary>
    public string? Region { get; init; }

    /// <summary>The existing network as the file describes it; null when a VPC is made.</summary>
    public ClusterFileNetwork? Network { get; init; }

    /// <summary>On which line each field stands, by its path.</summary>
    public IReadOnlyDictionary<string, int> Lines { get; init; } = new Dictionary<string, int>();
}

/// <summary>What a file says of the VPC and subnets that are there: held against EC2 before anything is made.</summary>
/// <param name="VpcId">The VPC; null when not said.</param>
/// <param name="Cidr">The VPC's range; null when not said.</param>
/// <param name="Subnets">The subnets.</param>
public sealed record ClusterFileNetwork(string? VpcId, string? Cidr, IReadOnlyList<ClusterFileSubnet> Subnets);

/// <summary>A subnet that is there.</summary>
/// <param name="Field">Its path in the file.</param>
/// <param name="Name">What the file calls it: its zone, or a name.</param>
/// <param name="Id">Its id.</param>
/// <param name="Zone">Its zone; null when not said.</param>
/// <param name="Cidr">Its range; null when not said.</param>
/// <param name="IsPublic">It stands under <c>public</c>.</param>
public sealed record ClusterFileSubnet(string Field, string Name, string Id, string? Zone, string? Cidr, bool IsPublic);
