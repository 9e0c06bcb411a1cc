using Amazon.CloudWatchLogs.Model;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Networking;
using EksTools.Errors;
using k8s.Models;
using Tag = Amazon.EC2.Model.Tag;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>An EBS volume that stays.</summary>
/// <param name="Claim">The claim that it was made for, as <c>namespace/name</c>; null where that is not known.</param>
/// <param name="ReclaimPolicy">What its persistent volume says: Delete or Retain; null where that could not be looked at.</param>
internal sealed record StayingVolume(string Id, int Size, string? Claim, string? ReclaimPolicy);

/// <summary>A log group that stays.</summary>
/// <param name="RetentionInDays">Null where it keeps what it has for ever.</param>
internal sealed record StayingLogGroup(string Name, long StoredBytes, int? RetentionInDays);

/// <summary>A rule of a group that is not the cluster's and names one that is.</summary>
internal sealed record GroupReference(string OwnGroup, string OtherGroup, string OtherName, string Rule, bool IsEgress);

/// <summary>Reads what stays when a cluster is gone and costs money, or keeps something of it from going.</summary>
internal static class StayingThings
{
    private const string ClaimName = "kubernetes.io/created-for/pvc/name", ClaimNamespace = "kubernetes.io/created-for/pvc/namespace";

    /// <summary>Volumes that the EBS CSI driver, Auto Mode or Kubernetes itself made for claims; not those of nodes, which go with them.</summary>
    public static async Task<IReadOnlyList<StayingVolume>> ReadVolumesAsync(AwsAccount account, string cluster, IReadOnlyList<V1PersistentVolume> persistent, CancellationToken cancellationToken)
    {
        Dictionary<string, V1PersistentVolume> byId = persistent.Select(static one => (Id: IdOf(one), Volume: one)).Where(static pair => pair.Id is not null).DistinctBy(static pair => pair.Id).ToDictionary(static pair => pair.Id!, static pair => pair.Volume, StringComparer.Ordinal);
        Dictionary<string, Volume> found = new(StringComparer.Ordinal);
        List<Filter> filters =
        [
            new Filter { Name = $"tag:kubernetes.io/cluster/{cluster}", Values = ["owned"] },
            new Filter { Name = "tag:KubernetesCluster", Values = [cluster] },
            new Filter { Name = "tag:eks:eks-cluster-name", Values = [cluster] },
        ];
        if (byId.Count > 0)
        {
            // The driver's own tag says no more than that some cluster's driver made it: those are known by their persistent volumes alone.
            filters.AddRange(byId.Keys.Chunk(100).Select(static some => new Filter { Name = "volume-id", Values = [.. some] }));
        }

        foreach (Filter filter in filters)
        {
            await foreach (Volume volume in account.Ec2.Paginators.DescribeVolumes(new DescribeVolumesRequest { Filters = [filter] }).Volumes.WithCancellation(cancellationToken))
            {
                found[volume.VolumeId] = volume;
            }
        }

        return [.. found.Values.Where(static volume => (volume.Attachments ?? []).All(static one => one.DeleteOnTermination != true)).OrderBy(static volume => volume.VolumeId, StringComparer.Ordinal).Select(volume => Describe(volume, byId.GetValueOrDefault(volume.VolumeId)))];
    }

    /// <summary>The control plane's log group, and those of Container Insights; null where this principal may not ask.</summary>
    public static async Task<IReadOnlyList<StayingLogGroup>?> ReadLogGroupsAsync(AwsAccount account, string cluster, CancellationToken cancellationToken)
    {
        List<StayingLogGroup> found = [];
        try
        {
            foreach (string prefix in new[] { $"/aws/eks/{cluster}/", $"/aws/containerinsights/{cluster}/" })
            {
                await foreach (LogGroup group in account.Logs.Paginators.DescribeLogGroups(new DescribeLogGroupsRequest { LogGroupNamePrefix = prefix }).LogGroups.WithCancellation(cancellationToken))
                {
                    found.Add(new StayingLogGroup(group.LogGroupName, group.StoredBytes ?? 0, group.RetentionInDays));
                }
            }
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return null;
        }

        return found;
    }

    /// <summary>
    /// Rules of other groups in the same VPC that name the cluster's security group, which EKS then leaves behind. A rule in a peered VPC holds nothing: it becomes stale
    /// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html).
    /// </summary>
    public static async Task<IReadOnlyList<GroupReference>> ReadReferencesAsync(AwsAccount account, ClusterInventory inventory, CancellationToken cancellationToken)
    {
        if (inventory.Cluster?.ResourcesVpcConfig is not { ClusterSecurityGroupId: { Length: > 0 } own, VpcId: { } vpc })
        {
            return [];
        }

        Dictionary<string, SecurityGroup> others = new(StringComparer.Ordinal);
        foreach (string filter in new[] { "ip-permission.group-id", "egress.ip-permission.group-id" })
        {
            foreach (SecurityGroup group in await account.Ec2.FindSecurityGroupsAsync([new Filter { Name = filter, Values = [own] }, new Filter { Name = "vpc-id", Values = [vpc] }], cancellationToken))
            {
                if (group.GroupId != own && !NetworkOccupants.IsOurs(group.Tags, inventory))
                {
                    others[group.GroupId] = group;
                }
            }
        }

        if (others.Count == 0)
        {
            return [];
        }

        List<GroupReference> references = [];
        foreach (SecurityGroupRule rule in await account.Ec2.FindSecurityGroupRulesAsync([new Filter { Name = "group-id", Values = [.. others.Keys] }], cancellationToken))
        {
            if (rule.ReferencedGroupInfo?.GroupId == own)
            {
                references.Add(new GroupReference(own, rule.GroupId, others[rule.GroupId].GroupName, rule.SecurityGroupRuleId, rule.IsEgress == true));
            }
        }

        return references;
    }

    private static StayingVolume Describe(Volume volume, V1PersistentVolume? persistent)
    {
        Dictionary<string, string> tags = (volume.Tags ?? []).ToDictionary(static (Tag tag) => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal);
        string? claim = persistent?.Spec?.ClaimRef is { } reference ? $"{reference.NamespaceProperty}/{reference.Name}"
            : tags.TryGetValue(ClaimName, out string? name) ? tags.TryGetValue(ClaimNamespace, out string? space) ? $"{space}/{name}" : name : null;
        return new StayingVolume(volume.VolumeId, volume.Size ?? 0, claim, persistent?.Spec?.PersistentVolumeReclaimPolicy);
    }

    /// <summary>The EBS volume of a persistent volume: of the CSI driver by its handle, of Kubernetes before it as <c>aws://zone/id</c>.</summary>
    private static string? IdOf(V1PersistentVolume volume)
    {
        string? said = volume.Spec?.Csi is { Driver: "ebs.csi.aws.com" or "ebs.csi.eks.amazonaws.com" } csi ? csi.VolumeHandle : volume.Spec?.AwsElasticBlockStore?.VolumeID;
        string? id = said?[(said.LastIndexOf('/') + 1)..];
        return id?.StartsWith("vol-", StringComparison.Ordinal) == true ? id : null;
    }
}
