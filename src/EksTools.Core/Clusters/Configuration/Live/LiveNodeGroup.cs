using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.EC2.Model;
using Amazon.EKS.Model;
using EksTools.Core.Networking.Subnets;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration.Live;

/// <summary>From what AWS tells of a managed node group to its options.</summary>
internal static partial class LiveNodeGroup
{
    // What EKS makes of a group without a launch template: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    private const int DiskWithoutTemplate = 20;

    public static NodeGroupOptions Map(ClusterFacts facts, NodeGroupFacts group, List<LiveNote> notes)
    {
        Nodegroup there = group.Group;
        ResponseLaunchTemplateData? template = group.Template;
        LaunchTemplateEbsBlockDevice? disk = Disk(template);
        string amiType = there.AmiType?.Value ?? string.Empty;
        if (AmiFamilies.FamilyOf(amiType) is null)
        {
            notes.Add(new LiveNote($"Node group {there.NodegroupName} has an image of its own ({template?.ImageId ?? amiType}); a file of EksTools has EKS's images alone."));
        }

        string[] types = there.InstanceTypes is { Count: > 0 } several ? [.. several] : template?.InstanceType?.Value is { } one ? [one] : [];
        (bool isPublic, IReadOnlyList<string> subnets, IReadOnlyList<string> zones) = Place(facts, there);
        (bool FromVpc, IReadOnlyList<string> Ranges, IReadOnlyList<string> Groups) ssh = Ssh(facts, there, template);
        NoteSsh(there.NodegroupName, isPublic, ssh, notes);
        return new NodeGroupOptions
        {
            Name = there.NodegroupName,
            InstanceType = types,
            AmiType = amiType.StartsWith("AL2023_", StringComparison.Ordinal) ? null : amiType,
            DesiredSize = there.ScalingConfig?.DesiredSize,
            MinSize = there.ScalingConfig?.MinSize,
            MaxSize = there.ScalingConfig?.MaxSize,
            CapacityType = there.CapacityType?.Value == "SPOT" ? "SPOT" : null,
            DiskSize = disk?.VolumeSize ?? there.DiskSize ?? (template is null ? DiskWithoutTemplate : NodeGroupSpecification.DefaultDiskSize),
            VolumeType = disk?.VolumeType?.Value ?? (template is null ? "gp2" : "gp3"),
            VolumeIops = disk?.Iops is > 0 and var iops ? iops : null,
            VolumeThroughput = disk?.Throughput is > 0 and var throughput ? throughput : null,
            VolumeEncrypted = disk?.Encrypted,
            VolumeKmsKeyId = string.IsNullOrEmpty(disk?.KmsKeyId) ? null : disk.KmsKeyId,
            Label = (there.Labels ?? []).Where(static label => !label.Key.StartsWith("alpha.eksctl.io/", StringComparison.Ordinal)).OrderBy(static label => label.Key, StringComparer.Ordinal).ToDictionary(static label => label.Key, static label => label.Value, StringComparer.Ordinal),
            Taint = [.. (there.Taints ?? []).Select(Taint)],
            SubnetId = subnets,
            Zone = zones,
            PublicSubnet = subnets.Count == 0 && isPublic,
            MaxPods = MaxPods(template?.UserData),
            DisablePodImds = template?.MetadataOptions?.HttpPutResponseHopLimit == 1,
            SshFromVpc = ssh.FromVpc,
            SshSourceCidr = ssh.Ranges,
            SshSourceSecurityGroupId = ssh.Groups,
            SshKeyName = template?.KeyName is { Length: > 0 } key ? key : there.RemoteAccess?.Ec2SshKey is { Length: > 0 } remote ? remote : null,
            SecurityGroupId = [.. (template?.SecurityGroupIds ?? []).Where(id => id != facts.Cluster.ResourcesVpcConfig.ClusterSecurityGroupId && !facts.SshGroups.ContainsKey(id))],
            NodeRepair = there.NodeRepairConfig?.Enabled == true,
            MaxUnavailable = there.UpdateConfig?.MaxUnavailablePercentage is > 0 || there.UpdateConfig?.MaxUnavailable is null or 1 ? null : there.UpdateConfig.MaxUnavailable,
            MaxUnavailablePercentage = there.UpdateConfig?.MaxUnavailablePercentage is > 0 and var percentage ? percentage : null,
            ResourceTags = LiveClusterMap.UserTags(there.Tags).Where(tag => (facts.Cluster.Tags ?? []).GetValueOrDefault(tag.Key) != tag.Value).ToDictionary(static tag => tag.Key, static tag => tag.Value, StringComparer.Ordinal),
        };
    }

    /// <summary>Whom our security group lets in, or the one that EKS makes for remoteAccess.</summary>
    private static (bool FromVpc, IReadOnlyList<string> Ranges, IReadOnlyList<string> Groups) Ssh(ClusterFacts facts, Nodegroup there, ResponseLaunchTemplateData? template)
    {
        if (template is null)
        {
            IReadOnlyList<string> named = there.RemoteAccess?.SourceSecurityGroups ?? [];
            return (false, named.Count == 0 && there.RemoteAccess?.Ec2SshKey is { Length: > 0 } ? NodeGroupFields.Everyone : [], named);
        }

        List<IpPermission> rules = [.. (template.SecurityGroupIds ?? []).SelectMany(id => facts.SshGroups.GetValueOrDefault(id)?.IpPermissions ?? [])];
        string[] ranges = [.. rules.SelectMany(static rule => (rule.Ipv4Ranges ?? []).Select(static one => one.CidrIp).Concat((rule.Ipv6Ranges ?? []).Select(static one => one.CidrIpv6))).Order(StringComparer.Ordinal)];
        bool fromVpc = facts.VpcRanges.Count > 0 && facts.VpcRanges.All(ranges.Contains);
        return (fromVpc, [.. ranges.Where(range => !fromVpc || !facts.VpcRanges.Contains(range))], [.. rules.SelectMany(static rule => rule.UserIdGroupPairs ?? []).Select(static pair => pair.GroupId).Order(StringComparer.Ordinal)]);
    }

    /// <summary>A file says the VPC for private subnets, everyone for public ones, or security groups.</summary>
    private static void NoteSsh(string name, bool isPublic, (bool FromVpc, IReadOnlyList<string> Ranges, IReadOnlyList<string> Groups) ssh, List<LiveNote> notes)
    {
        bool byFile = ssh.Groups.Count > 0 ? !ssh.FromVpc && ssh.Ranges.Count == 0 : isPublic ? !ssh.FromVpc && (ssh.Ranges.Count == 0 || ssh.Ranges.SequenceEqual(NodeGroupFields.Everyone)) : ssh.Ranges.Count == 0;
        if (!byFile)
        {
            notes.Add(new LiveNote($"Node group {name} lets SSH in from {string.Join(", ", [.. ssh.FromVpc ? ["the VPC"] : Array.Empty<string>(), .. ssh.Ranges, .. ssh.Groups])}, which eksctl's schema has no field for; -NodeGroup of New-EksCluster has SshSourceCidr."));
        }
    }

    /// <summary>The root volume, or Bottlerocket's data volume, which is what eksctl's volumeSize is about.</summary>
    private static LaunchTemplateEbsBlockDevice? Disk(ResponseLaunchTemplateData? template)
    {
        List<LaunchTemplateBlockDeviceMapping> disks = [.. (template?.BlockDeviceMappings ?? []).Where(static mapping => mapping.Ebs is not null)];
        return (disks.Find(static mapping => mapping.DeviceName == "/dev/xvdb") ?? disks.FirstOrDefault())?.Ebs;
    }

    /// <summary>Whether nodes stand in public subnets, and which ones where it is not all of that kind.</summary>
    private static (bool IsPublic, IReadOnlyList<string> Subnets, IReadOnlyList<string> Zones) Place(ClusterFacts facts, Nodegroup there)
    {
        HashSet<string> used = new(there.Subnets ?? [], StringComparer.Ordinal);
        bool isPublic = facts.Subnets.Any(subnet => subnet.IsPublic && used.Contains(subnet.Id));
        if (!facts.HasOwnVpc)
        {
            return (isPublic, [.. used], []);
        }

        SubnetFacts[] ofKind = [.. facts.Subnets.Where(subnet => subnet.IsPublic == isPublic && facts.Identity.Owns(subnet.Tags))];
        if (used.SetEquals(ofKind.Select(static subnet => subnet.Id)))
        {
            return (isPublic, [], []);
        }

        string[] zones = [.. facts.Subnets.Where(subnet => used.Contains(subnet.Id)).Select(static subnet => subnet.Zone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        bool byZone = used.SetEquals(ofKind.Where(subnet => zones.Contains(subnet.Zone)).Select(static subnet => subnet.Id));
        return byZone ? (isPublic, [], zones) : (isPublic, [.. used], []);
    }

    private static string Taint(Amazon.EKS.Model.Taint taint)
    {
        string effect = taint.Effect?.Value switch
        {
            "NO_SCHEDULE" => "NoSchedule",
            "NO_EXECUTE" => "NoExecute",
            _ => "PreferNoSchedule",
        };
        return $"{taint.Key}{(string.IsNullOrEmpty(taint.Value) ? string.Empty : $"={taint.Value}")}:{effect}";
    }

    /// <summary>As NodeConfig, Bottlerocket's settings and the bootstrap scripts have it.</summary>
    private static int? MaxPods(string? userData)
    {
        if (string.IsNullOrEmpty(userData))
        {
            return null;
        }

        Span<byte> bytes = new byte[userData.Length];
        return Convert.TryFromBase64String(userData, bytes, out int length) && MostPods().Match(Encoding.UTF8.GetString(bytes[..length])) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;
    }

    [GeneratedRegex(@"(?:maxPods[""']?\s*:|max-pods\s*=)\s*([0-9]{1,4})", RegexOptions.CultureInvariant)]
    private static partial Regex MostPods();
}
