using Amazon.EC2.Model;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>Whose an instance is, as far as a cluster's removal is concerned.</summary>
internal enum NodeKind
{
    /// <summary>None of the cluster's.</summary>
    Stranger,

    /// <summary>Of a managed node group or of Auto Mode: EKS ends it.</summary>
    EndedByEks,

    /// <summary>Made by Karpenter: it ends it only when its NodePool goes before the cluster.</summary>
    Karpenter,

    /// <summary>Of an Auto Scaling group, or launched by hand, that joined the cluster.</summary>
    SelfManaged,
}

/// <summary>Tells the nodes of a cluster apart by the tags that those give who launch them.</summary>
internal static class ClusterNodes
{
    private const string AutoScalingGroup = "aws:autoscaling:groupName", Stack = "aws:cloudformation:stack-name", NodePool = "karpenter.sh/nodepool", Provisioner = "karpenter.sh/provisioner-name";

    public static NodeKind KindOf(IReadOnlyDictionary<string, string> tags, string cluster)
    {
        // https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
        if ((tags.GetValueOrDefault("eks:cluster-name") == cluster && tags.ContainsKey("eks:nodegroup-name")) || (tags.GetValueOrDefault("eks:eks-cluster-name") == cluster && tags.ContainsKey("eks:kubernetes-node-pool-name")))
        {
            return NodeKind.EndedByEks;
        }

        bool joined = tags.ContainsKey($"kubernetes.io/cluster/{cluster}") || tags.ContainsKey($"k8s.io/cluster/{cluster}") || tags.GetValueOrDefault("eks:eks-cluster-name") == cluster;
        return !joined ? NodeKind.Stranger : tags.ContainsKey(NodePool) || tags.ContainsKey(Provisioner) ? NodeKind.Karpenter : NodeKind.SelfManaged;
    }

    /// <summary>The Auto Scaling group, NodePool or Name that an instance is known by.</summary>
    public static string OwnerOf(Instance instance)
    {
        Dictionary<string, string> tags = TagsOf(instance.Tags);
        return tags.GetValueOrDefault(NodePool) is { } pool ? $"NodePool {pool}"
            : tags.GetValueOrDefault(Provisioner) is { } provisioner ? $"Provisioner {provisioner}"
            : tags.GetValueOrDefault(AutoScalingGroup) is { } group ? $"Auto Scaling group {group}"
            : tags.GetValueOrDefault("Name") is { Length: > 0 } name ? name : "no name";
    }

    /// <summary>What Karpenter launches nodes for: NodePools, and Provisioners before 0.32.</summary>
    public static string PoolKindOf(Instance instance) => TagsOf(instance.Tags).ContainsKey(NodePool) ? "nodepools" : "provisioners";

    /// <summary>The CloudFormation stack of the Auto Scaling group, which puts its own tags on what the group launches; null when there is none.</summary>
    public static string? StackOf(Instance instance) => GroupOf(instance) is null ? null : TagsOf(instance.Tags).GetValueOrDefault(Stack);

    public static string? GroupOf(Instance instance) => TagsOf(instance.Tags).GetValueOrDefault(AutoScalingGroup);

    public static Dictionary<string, string> TagsOf(List<Tag>? tags) => (tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal);
}
