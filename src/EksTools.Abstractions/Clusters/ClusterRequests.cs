namespace EksTools.Clusters;

/// <summary>
/// How the private subnets of a new VPC reach the internet. Each value is a bit of its own: PowerShell makes one value of a list by combining its bits, and
/// what is no single value can then be refused.
/// </summary>
public enum NatGatewayMode
{
    /// <summary>One NAT gateway in the first zone.</summary>
    Single = 1,

    /// <summary>One NAT gateway in each zone: a zone's failure leaves the others their way out.</summary>
    PerZone = 2,

    /// <summary>None: the nodes stand in the public subnets.</summary>
    None = 4,
}

/// <summary>Who reaches the API server. Bits, as those of <see cref="NatGatewayMode"/>.</summary>
public enum EndpointAccessMode
{
    /// <summary>The internet, and nodes by way of it.</summary>
    Public = 1,

    /// <summary>The internet and the VPC.</summary>
    PublicAndPrivate = 4,

    /// <summary>The VPC alone.</summary>
    Private = 2,
}

/// <summary>What New-EksCluster was asked for. What is null was not said.</summary>
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

    /// <summary>Existing subnets, in two zones at least; no VPC is made.</summary>
    public IReadOnlyList<string> SubnetId { get; init; } = [];

    /// <summary>Who reaches the API server; Public when null.</summary>
    public EndpointAccessMode? EndpointAccess { get; init; }

    /// <summary>Control plane log types: api, audit, authenticator, controllerManager, scheduler.</summary>
    public IReadOnlyList<string> LogType { get; init; } = [];

    /// <summary>API, API_AND_CONFIG_MAP or CONFIG_MAP; API_AND_CONFIG_MAP when null.</summary>
    public string? AuthenticationMode { get; init; }

    /// <summary>Tags for everything that is made.</summary>
    public IReadOnlyDictionary<string, string> ResourceTags { get; init; } = new Dictionary<string, string>();

    /// <summary>Make no node group.</summary>
    public bool NoNodeGroup { get; init; }

    /// <summary>EC2 instance type of the nodes; m5.large when null.</summary>
    public string? NodeType { get; init; }

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

    /// <summary>Start everything and do not wait for what takes minutes after the last call.</summary>
    public bool NoWait { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>The kubeconfig entry to write once the control plane answers; null for none.</summary>
    public Access.KubeconfigRequest? Kubeconfig { get; init; }
}

/// <summary>What New-EksCluster -Repair was asked for.</summary>
public sealed record RepairClusterRequest
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);
}

/// <summary>Which clusters to find.</summary>
public sealed record ClusterQuery
{
    /// <summary>Exact names; each that is not there is an error when one region is asked.</summary>
    public IReadOnlyList<string> Name { get; init; } = [];

    /// <summary>Which of the listed names are wanted besides; null for none.</summary>
    public Func<string, bool>? Match { get; init; }

    /// <summary>Regions to look in; the connection's own when empty.</summary>
    public IReadOnlyList<string> Region { get; init; } = [];

    /// <summary>Look in every region that is enabled for the account.</summary>
    public bool AllRegion { get; init; }
}

/// <summary>A cluster, or one region's failure: the others go on.</summary>
/// <param name="Cluster">The cluster, when there is one.</param>
/// <param name="Error">Why this name or region has none.</param>
public sealed record ClusterResult(EksCluster? Cluster, Exception? Error);

/// <summary>What Wait-EksCluster waits for.</summary>
public sealed record WaitClusterRequest
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Active, Deleted or NodesReady.</summary>
    public required ClusterCondition Condition { get; init; }

    /// <summary>How long to wait.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);
}

/// <summary>A state that can be waited for. Bits, as those of <see cref="NatGatewayMode"/>.</summary>
public enum ClusterCondition
{
    /// <summary>The control plane is ACTIVE.</summary>
    Active = 1,

    /// <summary>The control plane is ACTIVE and every node group has its nodes Ready in Kubernetes.</summary>
    NodesReady = 2,

    /// <summary>The cluster no longer exists.</summary>
    Deleted = 4,
}
