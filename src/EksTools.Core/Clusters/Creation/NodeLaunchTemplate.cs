using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Nodes;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Creation;

/// <summary>What of a node group only its launch template can say: volumes, metadata service, key, security groups, user data and tags.</summary>
internal static class NodeLaunchTemplate
{
    /// <summary>Two hops let pods reach the metadata service through their own network namespace; one does not.</summary>
    private static int Hops(NodeGroupOptions options) => options.DisablePodImds ? 1 : 2;

    /// <summary>The template in a line.</summary>
    public static string Describe(NodeGroupSpecification group) =>
        $"launch template: {group.DiskSize} GiB {VolumeTypeOf(group)}{(Encrypts(group.Options) ? ", encrypted" : string.Empty)}, IMDSv2 with hop limit {Hops(group.Options)}{(group.Options.SshKeyName is { } key ? $", key pair {key}" : string.Empty)}{(group.Options.MaxPods is { } pods ? $", {pods} pods at most" : string.Empty)}";

    /// <param name="group">The group.</param>
    /// <param name="tags">Tags of its instances, their volumes and network interfaces.</param>
    /// <param name="securityGroups">Its security groups, the cluster's own among them, which EKS adds only where the template names none; empty when it names none.</param>
    public static RequestLaunchTemplateData Create(NodeGroupSpecification group, IReadOnlyDictionary<string, string> tags, IReadOnlyList<string> securityGroups)
    {
        NodeGroupOptions options = group.Options;
        List<Tag> list = [.. tags.Select(static pair => new Tag(pair.Key, pair.Value))];
        return new RequestLaunchTemplateData
        {
            MetadataOptions = new LaunchTemplateInstanceMetadataOptionsRequest { HttpTokens = LaunchTemplateHttpTokensState.Required, HttpPutResponseHopLimit = Hops(options) },
            BlockDeviceMappings = [.. Devices(group)],
            KeyName = options.SshKeyName,
            SecurityGroupIds = securityGroups.Count == 0 ? null : [.. securityGroups],
            UserData = NodeUserData.Create(group.System, options.MaxPods, NodeSshRules.IsOpen(options)),
            TagSpecifications = [.. new[] { ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface }.Select(type => new LaunchTemplateTagSpecificationRequest { ResourceType = type, Tags = list })],
        };
    }

    private static IEnumerable<LaunchTemplateBlockDeviceMappingRequest> Devices(NodeGroupSpecification group)
    {
        NodeGroupOptions options = group.Options;
        bool? encrypted = options.VolumeKmsKeyId is null ? options.VolumeEncrypted : true;
        yield return new LaunchTemplateBlockDeviceMappingRequest
        {
            DeviceName = AmiFamily.DataDevice(group.System),
            Ebs = new LaunchTemplateEbsBlockDeviceRequest
            {
                VolumeSize = group.DiskSize,
                VolumeType = VolumeType.FindValue(VolumeTypeOf(group)),
                Iops = options.VolumeIops,
                Throughput = options.VolumeThroughput,
                Encrypted = encrypted,
                KmsKeyId = options.VolumeKmsKeyId,
                DeleteOnTermination = true,
            },
        };

        // Its size is the image's own; a key that is for the node's volumes is for this one too.
        if (Encrypts(options) && AmiFamily.SystemDevice(group.System) is { } system)
        {
            yield return new LaunchTemplateBlockDeviceMappingRequest
            {
                DeviceName = system,
                Ebs = new LaunchTemplateEbsBlockDeviceRequest { Encrypted = true, KmsKeyId = options.VolumeKmsKeyId, DeleteOnTermination = true },
            };
        }
    }

    private static bool Encrypts(NodeGroupOptions options) => options.VolumeEncrypted == true || options.VolumeKmsKeyId is not null;

    private static string VolumeTypeOf(NodeGroupSpecification group) => group.Options.VolumeType ?? NodeGroupSpecification.DefaultVolumeType;
}
