namespace EksTools.Clusters;

/// <summary>What Set-EksCluster was asked for. What is null was not said, and stays as it is.</summary>
public sealed record SetClusterRequest
{
    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Who reaches the API server.</summary>
    public EndpointAccessMode? EndpointAccess { get; init; }

    /// <summary>All ranges that reach the public endpoint.</summary>
    public IReadOnlyList<string>? PublicAccessCidr { get; init; }

    /// <summary>All subnets of the control plane's network interfaces, of the cluster's VPC and in two zones at least.</summary>
    public IReadOnlyList<string>? SubnetId { get; init; }

    /// <summary>All further security groups of the control plane, five at most.</summary>
    public IReadOnlyList<string>? SecurityGroupId { get; init; }

    /// <summary>All control plane log types that are to be sent; none when empty.</summary>
    public IReadOnlyList<string>? LogType { get; init; }

    /// <summary>Days after which CloudWatch Logs forgets control plane logs; never when 0.</summary>
    public int? LogRetention { get; init; }

    /// <summary>STANDARD or EXTENDED support of the Kubernetes version.</summary>
    public string? SupportType { get; init; }

    /// <summary>EKS refuses the cluster's deletion, or does not any more.</summary>
    public bool? DeletionProtection { get; init; }

    /// <summary>The control plane's provisioned size: standard, tier-xl, tier-2xl, tier-4xl or tier-8xl.</summary>
    public string? ControlPlaneTier { get; init; }

    /// <summary>Amazon Application Recovery Controller may shift traffic away from an impaired zone.</summary>
    public bool? ZonalShift { get; init; }

    /// <summary>API_AND_CONFIG_MAP or API. There is no way back.</summary>
    public string? AuthenticationMode { get; init; }

    /// <summary>The KMS key that Secrets are encrypted with. There is no way back.</summary>
    public string? KmsKeyArn { get; init; }

    /// <summary>EKS Auto Mode on or off.</summary>
    public bool? AutoMode { get; init; }

    /// <summary>Auto Mode's built-in node pools: general-purpose, system; none when empty.</summary>
    public IReadOnlyList<string>? NodePool { get; init; }

    /// <summary>The role of Auto Mode's nodes.</summary>
    public string? NodeRoleArn { get; init; }

    /// <summary>Tags to give the cluster, or other values of those it has.</summary>
    public IReadOnlyDictionary<string, string> ResourceTags { get; init; } = new Dictionary<string, string>();

    /// <summary>Keys of tags to take off the cluster.</summary>
    public IReadOnlyList<string> RemoveTag { get; init; } = [];

    /// <summary>Do not wait for the last update.</summary>
    public bool NoWait { get; init; }

    /// <summary>How long the whole job may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(40);
}
