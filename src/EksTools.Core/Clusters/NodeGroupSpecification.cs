using Amazon.EKS;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters;

/// <summary>A managed node group of a new cluster, nothing left open.</summary>
/// <param name="Options">What was said of it.</param>
/// <param name="AmiType">EKS's image for it.</param>
internal sealed record NodeGroupSpecification(NodeGroupOptions Options, AMITypes AmiType)
{
    /// <summary>What a node group is made of when nothing else is said; eksctl's, so that people find what they know.</summary>
    public const string DefaultInstanceType = "m5.large", DefaultVolumeType = "gp3";

    /// <summary>In GiB.</summary>
    public const int DefaultDiskSize = 80;
    private const int DefaultSize = 2;

    public string Name => Options.Name;

    public IReadOnlyList<string> InstanceTypes => InstanceTypesOf(Options);

    public int Desired => Sizes(Options).Desired;

    public int Min => Sizes(Options).Min;

    public int Max => Sizes(Options).Max;

    /// <summary>Volume of a node's pods and images in GiB.</summary>
    public int DiskSize => Options.DiskSize ?? DefaultDiskSize;

    public bool Spot => Options.CapacityType == "SPOT";

    /// <summary>The existing subnets that its nodes stand in; empty in a VPC of the cluster's own.</summary>
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    public NodeSystem System => AmiFamily.SystemOf(AmiType.Value);

    /// <summary>Pods that tolerate nothing, such as those of coredns, find a node here from the start.</summary>
    public bool RunsPods => Desired > 0 && System != NodeSystem.Windows && !Options.Taint.Any(static taint => !taint.EndsWith(":PreferNoSchedule", StringComparison.Ordinal));

    /// <summary>Told from the cluster's other groups by its name; the default group, which every cluster of before had alone, by none.</summary>
    public string Component(string part) => Name == ClusterIdentity.DefaultNodeGroup ? part : $"{part}-{Name}";

    public static IReadOnlyList<string> InstanceTypesOf(NodeGroupOptions options) => options.InstanceType.Count > 0 ? options.InstanceType : [DefaultInstanceType];

    /// <summary>Desired, fewest and most nodes: what is not said follows what is.</summary>
    public static (int Desired, int Min, int Max) Sizes(NodeGroupOptions options)
    {
        int desired = options.DesiredSize ?? Math.Min(Math.Max(DefaultSize, options.MinSize ?? 0), options.MaxSize ?? int.MaxValue);
        return (desired, options.MinSize ?? desired, options.MaxSize ?? desired);
    }
}
