using System.Text.RegularExpressions;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>What can be refused by looking at a node group's options alone: one sentence each, before any call. Quotas that AWS raises, such as 450 nodes, are EKS's to tell.</summary>
internal static partial class NodeGroupRules
{
    // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    private const int LongestName = 63, MostLabels = 50, MostTaints = 50, MostUnavailable = 100;

    // Five on a network interface: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html ; one is the cluster's.
    private const int MostSecurityGroups = 4;

    // Of the fifty that EC2 allows on an instance EKS needs five, and EksTools four.
    private const int MostTags = 40;

    /// <summary>Refuses a node group that EKS, EC2 or the kubelet would.</summary>
    /// <param name="group">What was said of it.</param>
    /// <param name="clusterTags">Tags that it has besides its own.</param>
    public static void Require(NodeGroupOptions group, int clusterTags) => Of(group, clusterTags).Require();

    /// <summary>Every rule that a node group has to keep.</summary>
    /// <param name="group">What was said of it.</param>
    /// <param name="clusterTags">Tags that it has besides its own.</param>
    public static IEnumerable<Action> Of(NodeGroupOptions group, int clusterTags)
    {
        Subject about = new(group.Name);
        return
        [
            () => RequireName(group.Name),
            () => RequireSizes(group, about),
            () => RequireTypes(group, about),
            () => RequireImage(group, about),
            () => RequireRelease(group, about),
            () => RequireCapacity(group, about),
            () => RequirePods(group, about),
            () => RequireImds(group, about),
            .. NodeVolumeRules.Of(group, about),
            () => RequireLabels(group, about),
            () => RequireTaints(group, about),
            () => RequirePlace(group, about),
            () => RequireSecurityGroups(group, about),
            () => NodeSshRules.Require(group, about),
            () => RequireUpdate(group, about),
            () => RequireTags(group, about, MostTags - clusterTags),
        ];
    }

    private static void RequireTags(NodeGroupOptions group, Subject about, int most)
    {
        try
        {
            TagRules.Require(group.ResourceTags, $"{about.Place}: Tag", most);
        }
        catch (EksToolsException exception)
        {
            throw exception.Of(group.Name, "Tag");
        }
    }

    private static void RequireName(string name)
    {
        if (name.Length is 0 or > LongestName || !GroupName().IsMatch(name))
        {
            throw new EksToolsException(EksErrorKind.Validation, "InvalidNodeGroupName", $"'{name}' cannot be the name of a node group.", "NodeGroup", $"Use 1 to {LongestName} letters, digits, hyphens and underscores, beginning with a letter or digit.").Of(name);
        }
    }

    private static void RequireSizes(NodeGroupOptions group, Subject about)
    {
        (int desired, int min, int max) = NodeGroupSpecification.Sizes(group);
        if (min < 0 || max < 1 || min > desired || desired > max)
        {
            throw about.Wrong("InvalidNodeCounts", nameof(group.DesiredSize), $"the node counts do not fit: {min} at least, {desired} to start with, {max} at most", $"They must rise: {about.Name(nameof(group.MinSize))}, {about.Name(nameof(group.DesiredSize))}, {about.Name(nameof(group.MaxSize))}, the last 1 or more.");
        }
    }

    private static void RequireTypes(NodeGroupOptions group, Subject about)
    {
        if (group.InstanceType.FirstOrDefault(static type => !InstanceType().IsMatch(type)) is { } type)
        {
            throw about.Wrong("InvalidNodeType", nameof(group.InstanceType), $"{about.Name(nameof(group.InstanceType))} '{type}' is not an EC2 instance type", "Types look like m5.large.");
        }
    }

    private static void RequireImage(NodeGroupOptions group, Subject about)
    {
        if (group.AmiType is { } ami && AmiFamily.Find(ami) is null)
        {
            throw ami.Equals("CUSTOM", StringComparison.OrdinalIgnoreCase)
                ? about.Wrong("InvalidAmiType", nameof(group.AmiType), $"{about.Name(nameof(group.AmiType))} CUSTOM means an image of your own, which New-EksCluster does not make node groups of", "Make the group with a launch template of your own, such as by AWS.Tools' New-EKSNodegroup.")
                : about.Wrong("InvalidAmiType", nameof(group.AmiType), $"{about.Name(nameof(group.AmiType))} '{ami}' is no AMI type of EKS", $"They are {string.Join(", ", AmiFamily.Names)}.");
        }
    }

    private static void RequireRelease(NodeGroupOptions group, Subject about)
    {
        if (group.ReleaseVersion is { } release && !Release().IsMatch(release))
        {
            throw about.Wrong("InvalidReleaseVersion", nameof(group.ReleaseVersion), $"ReleaseVersion '{release}' is no release of an EKS image", "Releases look like 1.34.1-20260818, those of Bottlerocket like 1.51.0-1a2b3c4d.");
        }
    }

    private static void RequireCapacity(NodeGroupOptions group, Subject about)
    {
        switch (group.CapacityType?.ToUpperInvariant())
        {
            case null or "ON_DEMAND" or "SPOT":
                break;
            case "CAPACITY_BLOCK":
                throw about.Wrong("InvalidCapacityType", nameof(group.CapacityType), "CapacityType CAPACITY_BLOCK needs a launch template of your own that names the reservation, which New-EksCluster does not make", "Make that group afterwards, such as by AWS.Tools' New-EKSNodegroup.");
            default:
                throw about.Wrong("InvalidCapacityType", nameof(group.CapacityType), $"CapacityType '{group.CapacityType}' is not ON_DEMAND or SPOT", null);
        }
    }

    private static NodeSystem SystemOf(NodeGroupOptions group) => AmiFamily.SystemOf(Canonical(group).AmiType ?? string.Empty);

    private static void RequirePods(NodeGroupOptions group, Subject about)
    {
        if (group.MaxPods is { } pods && (pods < 1 || SystemOf(group) is NodeSystem.Windows or NodeSystem.AmazonLinux2))
        {
            throw pods < 1
                ? about.Wrong("InvalidMaxPods", nameof(group.MaxPods), $"MaxPods {pods} is less than one", null)
                : about.Wrong("InvalidMaxPods", nameof(group.MaxPods), $"MaxPods cannot be said for {group.AmiType}: EKS starts the kubelet of such an image without asking the launch template", "Leave it out, or choose an image of Amazon Linux 2023 or Bottlerocket.");
        }
    }

    private static void RequireImds(NodeGroupOptions group, Subject about)
    {
        if (SystemOf(group) == NodeSystem.Windows && group.DisablePodImds)
        {
            throw about.Wrong("ContradictoryNodeGroup", nameof(group.DisablePodImds), "DisablePodImds does nothing on Windows: its pods reach the metadata service without a hop", "Leave it out, and block 169.254.169.254 in the pods' network policy.");
        }
    }

    private static void RequireLabels(NodeGroupOptions group, Subject about)
    {
        if (group.Label.Count > MostLabels)
        {
            throw about.Wrong("InvalidNodeLabel", nameof(group.Label), $"Label has {group.Label.Count} labels; EKS allows {MostLabels}", null);
        }

        foreach ((string key, string value) in group.Label)
        {
            if (NodeLabel.ReservedPrefix(key) is { } prefix)
            {
                throw about.Wrong("InvalidNodeLabel", nameof(group.Label), $"the label '{key}' is reserved: EKS gives nodes no label with {prefix} in it", "Choose another key.");
            }

            if (!NodeLabel.IsKey(key) || !NodeLabel.IsValue(value))
            {
                throw about.Wrong("InvalidNodeLabel", nameof(group.Label), $"'{key}={value}' is no label that EKS gives nodes", "Key and value have 1 to 63 letters, digits, hyphens, underscores and dots each, and begin and end with a letter or digit; the key may have a prefix such as example.com/.");
            }
        }
    }

    private static void RequireTaints(NodeGroupOptions group, Subject about)
    {
        if (group.Taint.Count > MostTaints)
        {
            throw about.Wrong("InvalidNodeTaint", nameof(group.Taint), $"Taint has {group.Taint.Count} taints; EKS allows {MostTaints}", null);
        }

        if (group.Taint.FirstOrDefault(static taint => NodeTaint.TryParse(taint) is null) is { } wrong)
        {
            throw about.Wrong("InvalidNodeTaint", nameof(group.Taint), $"'{wrong}' is no taint", $"Write it as kubectl does: {NodeTaint.Syntax}.");
        }

        if (group.Taint.Select(static taint => NodeTaint.TryParse(taint)!).GroupBy(static taint => (taint.Key, taint.Effect.Value)).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw about.Wrong("InvalidNodeTaint", nameof(group.Taint), $"two taints have the key {twice.Key.Key} and the same effect", "Kubernetes knows one of a key and an effect: leave one out.");
        }
    }

    private static void RequirePlace(NodeGroupOptions group, Subject about)
    {
        if (group.SubnetId.Count > 0 && group.Zone.Count > 0)
        {
            throw about.Wrong("ContradictoryNodeGroup", nameof(group.SubnetId), "SubnetId and Zone contradict each other: the subnets say where the nodes stand", "Leave one of them out.");
        }

        if (group.SubnetId.FirstOrDefault(static id => !Subnet().IsMatch(id)) is { } subnet)
        {
            throw about.Wrong("InvalidSubnetId", nameof(group.SubnetId), $"SubnetId '{subnet}' is not a subnet's id", "Ids look like subnet-0123456789abcdef0.");
        }
    }

    private static void RequireSecurityGroups(NodeGroupOptions group, Subject about)
    {
        if (group.SecurityGroupId.FirstOrDefault(static id => !SecurityGroup().IsMatch(id)) is { } security)
        {
            throw about.Wrong("InvalidNodeSecurityGroup", nameof(group.SecurityGroupId), $"SecurityGroupId '{security}' is not a security group's id", "Ids look like sg-0123456789abcdef0.");
        }

        int most = MostSecurityGroups - (NodeSshRules.IsOpen(group) ? 1 : 0);
        if (group.SecurityGroupId.Distinct(StringComparer.Ordinal).Count() > most)
        {
            throw about.Wrong("InvalidNodeSecurityGroup", nameof(group.SecurityGroupId), $"SecurityGroupId names {group.SecurityGroupId.Count} groups; a network interface has five at most, of which one is the cluster's{(most < MostSecurityGroups ? " and one lets SSH in" : string.Empty)}", null);
        }
    }

    private static void RequireUpdate(NodeGroupOptions group, Subject about)
    {
        if (group is { MaxUnavailable: not null, MaxUnavailablePercentage: not null })
        {
            throw about.Wrong("ContradictoryNodeGroup", nameof(group.MaxUnavailable), "MaxUnavailable and MaxUnavailablePercentage contradict each other", "Leave one of them out.");
        }

        if ((group.MaxUnavailable ?? group.MaxUnavailablePercentage) is { } away and (< 1 or > MostUnavailable))
        {
            throw about.Wrong("InvalidMaxUnavailable", nameof(group.MaxUnavailable), $"{(group.MaxUnavailable is null ? "MaxUnavailablePercentage" : "MaxUnavailable")} {away} is out of range: 1 to {MostUnavailable}", null);
        }
    }

    /// <summary>The options as AWS and Kubernetes spell them, so that the same group is told by the same text.</summary>
    public static NodeGroupOptions Canonical(NodeGroupOptions group) => group with
    {
        InstanceType = [.. group.InstanceType.Select(static type => type.ToLowerInvariant())],
        AmiType = group.AmiType is { } ami ? AmiFamily.Find(ami) ?? ami : null,
        CapacityType = group.CapacityType?.ToUpperInvariant(),
        VolumeType = group.VolumeType?.ToLowerInvariant(),
        Taint = [.. group.Taint.Select(NodeTaint.Canonical).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        SubnetId = [.. group.SubnetId.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Zone = [.. group.Zone.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        SecurityGroupId = [.. group.SecurityGroupId.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        SshSourceCidr = [.. group.SshSourceCidr.Select(NodeSshRules.Canonical).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        SshSourceSecurityGroupId = [.. group.SshSourceSecurityGroupId.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };

    /// <summary>Whose options are looked at: a group by its name, or the default one, whose options are parameters.</summary>
    /// <param name="Group">The group's name.</param>
    internal sealed record Subject(string Group)
    {
        private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
        {
            [nameof(NodeGroupOptions.InstanceType)] = "NodeType",
            [nameof(NodeGroupOptions.AmiType)] = "NodeAmiType",
            [nameof(NodeGroupOptions.DesiredSize)] = "NodeCount",
            [nameof(NodeGroupOptions.MinSize)] = "MinNodes",
            [nameof(NodeGroupOptions.MaxSize)] = "MaxNodes",
            [nameof(NodeGroupOptions.DiskSize)] = "NodeDiskSize",
        };

        public string Place => $"Node group '{Group}'";

        private bool IsDefault => Group == ClusterIdentity.DefaultNodeGroup;

        /// <summary>What a user calls an option.</summary>
        public string Name(string property) => IsDefault && Parameters.TryGetValue(property, out string? parameter) ? $"-{parameter}" : property;

        public EksToolsException Wrong(string id, string property, string what, string? hint)
        {
            string sentence = IsDefault ? char.ToUpperInvariant(what[0]) + what[1..] : $"{Place}: {what}";
            return new EksToolsException(EksErrorKind.Validation, id, $"{sentence}.", IsDefault ? Parameters.GetValueOrDefault(property, "NodeGroup") : "NodeGroup", hint).Of(Group, property);
        }
    }

    [GeneratedRegex("^[0-9A-Za-z][0-9A-Za-z_-]*$")]
    private static partial Regex GroupName();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\.[a-z0-9-]+$", RegexOptions.IgnoreCase)]
    private static partial Regex InstanceType();

    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?-[0-9a-z.]+$", RegexOptions.IgnoreCase)]
    private static partial Regex Release();

    [GeneratedRegex("^subnet-[0-9a-f]{8,17}$")]
    private static partial Regex Subnet();

    [GeneratedRegex("^sg-[0-9a-f]{8,17}$")]
    internal static partial Regex SecurityGroup();
}
