using EksTools.Core.Clusters;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>
/// What EBS allows of a node's volume: sizes, operations and throughput as https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html has them, their proportions as
/// https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html and provisioned-iops.html there.
/// </summary>
internal static class NodeVolumeRules
{
    private const int LeastThroughput = 125, MostThroughput = 2000, OperationsPerThroughput = 4;

    private static readonly Dictionary<string, Volume> Volumes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gp3"] = new(65536, 3000, 80000, 500),
        ["gp2"] = new(16384, null, null, null),
        ["io1"] = new(16384, 100, 64000, 50),
        ["io2"] = new(65536, 100, 256000, 1000),
    };

    /// <summary>A type of volume: its largest size in GiB, and its I/O operations per second, where they can be chosen.</summary>
    private sealed record Volume(int Largest, int? LeastOperations, int? MostOperations, int? OperationsPerGibibyte);

    /// <summary>Every rule that a node's volume has to keep; none but the first where there is no such type.</summary>
    public static IEnumerable<Action> Of(NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        string type = group.VolumeType ?? NodeGroupSpecification.DefaultVolumeType;
        int size = group.DiskSize ?? NodeGroupSpecification.DefaultDiskSize;
        return !Volumes.TryGetValue(type, out Volume? volume) ? [() => RequireType(type, group, about)] :
        [
            () => RequireSize(group, about, volume, size),
            () => RequireOperations(group, about, type, volume, size),
            () => RequireThroughput(group, about, type),
            () => RequireKey(group, about),
        ];
    }

    private static void RequireType(string type, NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        if (!Volumes.ContainsKey(type))
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeType), $"VolumeType '{type}' is no type that nodes start from", $"They are {string.Join(", ", Volumes.Keys)}.");
        }
    }

    private static void RequireSize(NodeGroupOptions group, NodeGroupRules.Subject about, Volume volume, int size)
    {
        int smallest = AmiFamily.SmallestDisk(AmiFamily.SystemOf(NodeGroupRules.Canonical(group).AmiType ?? string.Empty));
        if (size < smallest || size > volume.Largest)
        {
            throw about.Wrong("InvalidNodeDiskSize", nameof(group.DiskSize), $"{about.Name(nameof(group.DiskSize))} {size} is out of range: {smallest} to {volume.Largest} GiB", null);
        }
    }

    private static void RequireKey(NodeGroupOptions group, NodeGroupRules.Subject about)
    {
        if (group is { VolumeEncrypted: false, VolumeKmsKeyId: not null })
        {
            throw about.Wrong("ContradictoryNodeGroup", nameof(group.VolumeKmsKeyId), "VolumeKmsKeyId names a key, and VolumeEncrypted says that nothing is encrypted", "Leave one of them out.");
        }
    }

    private static void RequireOperations(NodeGroupOptions group, NodeGroupRules.Subject about, string type, Volume volume, int size)
    {
        if (group.VolumeIops is not { } operations)
        {
            if (type.StartsWith("io", StringComparison.OrdinalIgnoreCase))
            {
                throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeIops), $"a volume of type {type} needs VolumeIops", null);
            }

            return;
        }

        if (volume.LeastOperations is not { } least)
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeIops), $"VolumeIops cannot be said for a volume of type {type}", "Leave it out, or choose gp3, io1 or io2.");
        }

        if (operations < least || operations > volume.MostOperations)
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeIops), $"VolumeIops {operations} is out of range for {type}: {least} to {volume.MostOperations}", null);
        }

        if (operations > least && operations > (long)size * volume.OperationsPerGibibyte!.Value)
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeIops), $"VolumeIops {operations} is too much for {size} GiB: {type} allows {volume.OperationsPerGibibyte} for each GiB", "Say a larger DiskSize or a smaller VolumeIops.");
        }
    }

    private static void RequireThroughput(NodeGroupOptions group, NodeGroupRules.Subject about, string type)
    {
        if (group.VolumeThroughput is not { } throughput)
        {
            return;
        }

        if (!type.Equals("gp3", StringComparison.OrdinalIgnoreCase))
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeThroughput), $"VolumeThroughput cannot be said for a volume of type {type}", "Leave it out, or choose gp3.");
        }

        if (throughput is < LeastThroughput or > MostThroughput)
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeThroughput), $"VolumeThroughput {throughput} is out of range: {LeastThroughput} to {MostThroughput} MiB per second", null);
        }

        int operations = group.VolumeIops ?? Volumes["gp3"].LeastOperations!.Value;
        if (throughput * OperationsPerThroughput > operations)
        {
            throw about.Wrong("InvalidNodeVolume", nameof(group.VolumeThroughput), $"VolumeThroughput {throughput} needs {throughput * OperationsPerThroughput} I/O operations per second, and the volume has {operations}", "Say a larger VolumeIops.");
        }
    }
}
