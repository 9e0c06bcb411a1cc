using EksTools.Clusters;
using EksTools.Nodes;

namespace EksTools.Core.Clusters.Configuration;

/// <summary><c>managedNodeGroups</c>, with eksctl's defaults: two m5.large on public subnets, 80 GiB of gp3.</summary>
internal static class NodeGroupSection
{
    private const string DefaultVolume = "gp3";

    // What EBS wants for these, and eksctl says where the file does not.
    private const int ProvisionedIops = 100;
    private static readonly string[] Volumes = ["gp2", "gp3", "io1", "io2"], Effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    public static void Read(FileValue value, ClusterFileDraft draft)
    {
        List<NodeGroupOptions> groups = [];
        foreach (FileValue item in value.Items())
        {
            NodeGroupDraft group = new();
            item.Read(NodeGroupFields.Create(group, draft));
            NodeGroupFields.SettleSsh(group, item);
            NodeGroupOptions options = Settle(group, item, draft);
            if (options.Name.Length == 0)
            {
                item.Problem("has no name.", "Write name.");
            }
            else if (groups.Any(other => other.Name == options.Name))
            {
                item.Problem("is there twice.", "Give one of them another name.");
            }

            groups.Add(options);
        }

        draft.Request = draft.Request with { NodeGroup = groups, NoNodeGroup = groups.Count == 0 };
    }

    public static void RefuseSelfManaged(FileValue value)
    {
        foreach (FileValue item in value.Items())
        {
            item.Problem("is self-managed, which is not supported.", "Move it to managedNodeGroups, and leave out what managed groups do not have.");
        }
    }

    /// <summary>A taint as kubectl writes it.</summary>
    public static string? ReadTaint(FileValue item)
    {
        string? key = null, text = null, effect = null;
        item.Read(new FileFields()
            .Take("key", field => key = field.Text())
            .Take("value", field => text = field.Text())
            .Take("effect", field => effect = ControlPlaneSection.OneOf(field, Effects)));
        if (key is { Length: > 0 } && effect is not null)
        {
            return $"{key}{(text is { Length: > 0 } ? $"={text}" : string.Empty)}:{effect}";
        }

        item.Problem("has no key or no effect.", $"Write key and effect: {string.Join(", ", Effects)}.");
        return null;
    }

    public static string? ReadVolume(FileValue value) => ControlPlaneSection.OneOf(value, Volumes);

    private static NodeGroupOptions Settle(NodeGroupDraft group, FileValue item, ClusterFileDraft draft)
    {
        NodeGroupOptions options = group.Options;
        RequireSizes(options, item);
        int min = options.MinSize ?? options.DesiredSize ?? 2;
        IReadOnlyList<string> types = options.InstanceType.Count > 0 ? options.InstanceType : [NodeGroupSpecification.DefaultInstanceType];
        string volume = options.VolumeType ?? DefaultVolume;
        IReadOnlyList<string> subnets = options.SubnetId.Count > 0 ? options.SubnetId : Subnets(group, item, draft);
        draft.NodeRoles[$"{item.Path}.iam.instanceRoleARN"] = group.Role;
        if (group is { Role: not null, Boundary: not null })
        {
            item.Problem("has iam.instanceRoleARN and iam.instanceRolePermissionsBoundary, which contradict each other: no role is made that it could bound.", "Leave one of them out.");
        }
        else if (group.Role is null)
        {
            draft.Boundaries[$"{item.Path}.iam.instanceRolePermissionsBoundary"] = group.Boundary;
        }

        RequirePlace(group, item, draft);
        if (options.VolumeKmsKeyId is not null && options.VolumeEncrypted != true)
        {
            item.Problem("has volumeKmsKeyID and not volumeEncrypted.", "Say volumeEncrypted: true as well.");
        }

        return options with
        {
            InstanceType = types,
            AmiType = AmiFamilies.TypeOf(group.Family, types[0]),
            MinSize = min,
            DesiredSize = options.DesiredSize ?? min,
            MaxSize = options.MaxSize ?? Math.Max(1, options.DesiredSize ?? min),
            DiskSize = options.DiskSize ?? NodeGroupSpecification.DefaultDiskSize,
            VolumeType = volume,
            VolumeIops = options.VolumeIops ?? (volume is "io1" or "io2" ? ProvisionedIops : null),
            SubnetId = subnets,
            Zone = subnets.Count > 0 ? [] : options.Zone,
            PublicSubnet = subnets.Count == 0 && !group.PrivateNetworking,
        };
    }

    private static void RequireSizes(NodeGroupOptions options, FileValue item)
    {
        int min = options.MinSize ?? options.DesiredSize ?? 2;
        int max = options.MaxSize ?? Math.Max(1, options.DesiredSize ?? min);
        int desired = options.DesiredSize ?? min;
        if (min < 0 || max < 1 || min > desired || desired > max)
        {
            item.Problem($"has node counts that do not fit: {min} at least, {desired} to start with, {max} at most.", "They must rise: minSize, desiredCapacity, maxSize, the last 1 or more. What is not said is: minSize the desiredCapacity or 2, desiredCapacity the minSize, maxSize the desiredCapacity.");
        }
    }

    /// <summary>As eksctl: subnets say the zones, and are of the kind that the group is to stand in.</summary>
    private static void RequirePlace(NodeGroupDraft group, FileValue item, ClusterFileDraft draft)
    {
        if (group.Options is { SubnetId.Count: > 0, Zone.Count: > 0 })
        {
            item.Problem("has subnets and availabilityZones, which contradict each other: the subnets say where the nodes stand.", "Leave one of them out.");
        }

        if (group.PrivateNetworking && draft.Network?.Subnets.FirstOrDefault(subnet => subnet.IsPublic && group.Options.SubnetId.Contains(subnet.Id)) is { } open)
        {
            item.Problem($"has privateNetworking, and {open.Name} among its subnets stands under vpc.subnets.public.", "Leave privateNetworking out, or name private subnets alone.");
        }
    }

    /// <summary>With existing subnets, those that eksctl would choose: all public ones, or all private ones, in the group's zones.</summary>
    private static IReadOnlyList<string> Subnets(NodeGroupDraft group, FileValue item, ClusterFileDraft draft)
    {
        if (draft.Network is not { } network || network.Subnets.Count == 0)
        {
            return [];
        }

        IReadOnlyList<string> zones = group.Options.Zone;
        string[] ids = [.. network.Subnets.Where(subnet => subnet.IsPublic != group.PrivateNetworking && (zones.Count == 0 || zones.Contains(subnet.Zone ?? subnet.Name))).Select(static subnet => subnet.Id)];
        if (ids.Length == 0)
        {
            string kind = group.PrivateNetworking ? "private" : "public";
            item.Problem($"would stand in {kind} subnets{(zones.Count > 0 ? $" of {string.Join(", ", zones)}" : string.Empty)}, and vpc.subnets has none.", group.PrivateNetworking ? "Leave privateNetworking out, or name private subnets." : "Say privateNetworking: true, or name public subnets.");
        }

        return ids;
    }
}

/// <summary>What the fields of a node group have said so far.</summary>
internal sealed class NodeGroupDraft
{
    public NodeGroupOptions Options { get; set; } = new() { Name = string.Empty };

    public string Family { get; set; } = AmiFamilies.AmazonLinux2023;

    public bool PrivateNetworking { get; set; }

    public bool? SshAllowed { get; set; }

    /// <summary>The security groups that SSH is open to.</summary>
    public IReadOnlyList<string> SshSources { get; set; } = [];

    /// <summary>Where <c>ssh.allow</c> stands.</summary>
    public FileValue? SshPlace { get; set; }

    public string? Role { get; set; }

    public string? Boundary { get; set; }
}
