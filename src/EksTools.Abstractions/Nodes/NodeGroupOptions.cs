namespace EksTools.Nodes;

/// <summary>A managed node group that is to be. What is null, or empty, was not said.</summary>
public sealed record NodeGroupOptions
{
    /// <summary>1 to 63 letters, digits, hyphens and underscores; begins with a letter or digit.</summary>
    public required string Name { get; init; }

    /// <summary>EC2 instance types, the first preferred; m5.large when empty.</summary>
    public IReadOnlyList<string> InstanceType { get; init; } = [];

    /// <summary>EKS's AMI type, such as BOTTLEROCKET_ARM_64 or WINDOWS_CORE_2022_x86_64; Amazon Linux 2023 for the instance types when null.</summary>
    public string? AmiType { get; init; }

    /// <summary>EKS's release of the AMI, such as <c>1.34.1-20260818</c>; the newest when null.</summary>
    public string? ReleaseVersion { get; init; }

    /// <summary>Nodes to start with; 2 when null.</summary>
    public int? DesiredSize { get; init; }

    /// <summary>Fewest nodes; the desired size when null.</summary>
    public int? MinSize { get; init; }

    /// <summary>Most nodes; the desired size when null.</summary>
    public int? MaxSize { get; init; }

    /// <summary>ON_DEMAND or SPOT; ON_DEMAND when null.</summary>
    public string? CapacityType { get; init; }

    /// <summary>Root volume of a node in GiB; 80 when null.</summary>
    public int? DiskSize { get; init; }

    /// <summary>The root volume's EBS type: gp3, gp2, io1 or io2; gp3 when null.</summary>
    public string? VolumeType { get; init; }

    /// <summary>I/O operations per second of a gp3, io1 or io2 volume; EBS's default when null.</summary>
    public int? VolumeIops { get; init; }

    /// <summary>MiB per second of a gp3 volume, 125 to 2000; EBS's default when null.</summary>
    public int? VolumeThroughput { get; init; }

    /// <summary>The KMS key of encrypted volumes; the account's default when null.</summary>
    public string? VolumeKmsKeyId { get; init; }

    /// <summary>Volumes are encrypted; the account's default when null.</summary>
    public bool? VolumeEncrypted { get; init; }

    /// <summary>Kubernetes labels of the nodes.</summary>
    public IReadOnlyDictionary<string, string> Label { get; init; } = new Dictionary<string, string>();

    /// <summary>Kubernetes taints of the nodes, each as kubectl writes it: <c>key=value:NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</summary>
    public IReadOnlyList<string> Taint { get; init; } = [];

    /// <summary>The nodes' subnets; those of the cluster that suit when empty.</summary>
    public IReadOnlyList<string> SubnetId { get; init; } = [];

    /// <summary>Availability zones of the nodes, of those that the cluster stands in; all when empty.</summary>
    public IReadOnlyList<string> Zone { get; init; } = [];

    /// <summary>Nodes stand in public subnets and have public addresses.</summary>
    public bool PublicSubnet { get; init; }

    /// <summary>Most pods of a node; what EKS reckons for the instance type when null.</summary>
    public int? MaxPods { get; init; }

    /// <summary>Pods do not reach the instance metadata service: its answers go one hop.</summary>
    public bool DisablePodImds { get; init; }

    /// <summary>The EC2 key pair for SSH; none when null (nodes are reached by Session Manager). It opens no port by itself.</summary>
    public string? SshKeyName { get; init; }

    /// <summary>The nodes' port 22 is open to the IPv4 and IPv6 ranges of their VPC. Only with <see cref="SshKeyName"/>.</summary>
    public bool SshFromVpc { get; init; }

    /// <summary>IPv4 and IPv6 ranges that the nodes' port 22 is open to. Only with <see cref="SshKeyName"/>.</summary>
    public IReadOnlyList<string> SshSourceCidr { get; init; } = [];

    /// <summary>Security groups of an existing VPC whose members the nodes' port 22 is open to. Only with <see cref="SshKeyName"/>.</summary>
    public IReadOnlyList<string> SshSourceSecurityGroupId { get; init; } = [];

    /// <summary>Security groups that the nodes have besides the cluster's.</summary>
    public IReadOnlyList<string> SecurityGroupId { get; init; } = [];

    /// <summary>EKS replaces nodes that its node monitoring agent finds broken.</summary>
    public bool NodeRepair { get; init; }

    /// <summary>How many nodes may be away at once during an update, 1 to 100; 1 when null.</summary>
    public int? MaxUnavailable { get; init; }

    /// <summary>What part of the nodes may be away at once during an update, in percent. Excludes <see cref="MaxUnavailable"/>.</summary>
    public int? MaxUnavailablePercentage { get; init; }

    /// <summary>Tags of the group, its instances, volumes and network interfaces besides the cluster's.</summary>
    public IReadOnlyDictionary<string, string> ResourceTags { get; init; } = new Dictionary<string, string>();
}
