using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>The rules by which load balancers reach nodes, in the nodes' security groups.</summary>
internal sealed class NodeGroupRules(ClusterView view)
{
    /// <summary>The groups of the nodes of which each has exactly one with the cluster's tag, or only one at all.</summary>
    /// <exception cref="ReconcileFailure">A node has several; in the legacy cloud provider's words.</exception>
    public IReadOnlyList<SecurityGroup> ForLegacy(IEnumerable<Instance> instances)
    {
        var groups = new HashSet<SecurityGroup>();
        foreach (var instance in instances)
        {
            var (tagged, untagged) = Split(instance);
            if (tagged.Count > 1)
            {
                throw new ReconcileFailure($"Multiple tagged security groups found for instance {instance.Id}; ensure only the k8s security group is tagged; the tagged groups were {string.Concat(tagged.Select(group => $"{group.Id}({group.Name}) "))}");
            }

            if (tagged.Count == 0 && untagged.Count > 1)
            {
                throw new ReconcileFailure($"Multiple untagged security groups found for instance {instance.Id}; ensure the k8s security group is tagged");
            }

            groups.UnionWith(tagged.Concat(untagged).Take(1));
        }

        return [.. groups];
    }

    /// <summary>The groups of the nodes, each of which must have exactly one with the cluster's tag.</summary>
    /// <exception cref="ReconcileFailure">A node has none or several; in the AWS Load Balancer Controller's words.</exception>
    public IReadOnlyList<SecurityGroup> ForController(IEnumerable<Instance> instances)
    {
        var groups = new HashSet<SecurityGroup>();
        foreach (var instance in instances)
        {
            var (tagged, untagged) = Split(instance);
            if (tagged.Count + untagged.Count > 1 && tagged.Count != 1)
            {
                throw new ReconcileFailure($"expected exactly one securityGroup tagged with {view.OwnerTag} for eni {instance.Interface.Id}, got: [{string.Join(' ', tagged.Select(group => group.Id))}] (clusterName: {view.Cluster.Name})");
            }

            groups.UnionWith(tagged.Concat(untagged).Take(1));
        }

        return [.. groups];
    }

    /// <summary>
    /// Brings the rules that a description or a source group marks as the caller's to exactly these, in every group of the VPC. By which a group lets
    /// itself in is nobody's but its owner's.
    /// </summary>
    public void Set(IReadOnlyCollection<SecurityGroup> groups, Func<SecurityGroupRule, bool> isOurs, IReadOnlyList<SecurityGroupRule> wanted)
    {
        foreach (var group in view.Ec2.All<SecurityGroup>().Where(group => group.VpcId == view.Cluster.VpcId))
        {
            var here = groups.Contains(group) ? wanted : [];
            group.Rules.RemoveAll(rule => !rule.IsEgress && rule.GroupId != group.Id && isOurs(rule) && !here.Any(rule.Equivalent));
            group.Rules.AddRange(here.Where(rule => !group.Rules.Exists(rule.Equivalent)).Select(rule => rule with { Id = AwsAccount.NewId("sgr") }));
        }
    }

    /// <summary>A rule that lets a group in.</summary>
    public static SecurityGroupRule From(string groupId, string protocol, int? from, int? to, string? description = null) => new("", false, protocol, from, to, null, null, groupId, null, description);

    /// <summary>A rule that lets addresses in.</summary>
    public static SecurityGroupRule FromCidr(string cidr, string protocol, int? from, int? to, string? description = null) =>
        cidr.Contains(':', StringComparison.Ordinal) ? new("", false, protocol, from, to, null, cidr, null, null, description) : new("", false, protocol, from, to, cidr, null, null, null, description);

    /// <summary>Brings a group's rules for what comes in to exactly these.</summary>
    public static void SetIngress(SecurityGroup group, IEnumerable<SecurityGroupRule> rules)
    {
        List<SecurityGroupRule> wanted = [.. rules];
        group.Rules.RemoveAll(rule => !rule.IsEgress && !wanted.Exists(rule.Equivalent));
        foreach (var rule in wanted.Where(rule => !group.Rules.Exists(rule.Equivalent)))
        {
            group.Rules.Add(rule with { Id = AwsAccount.NewId("sgr") });
        }
    }

    private (List<SecurityGroup> Tagged, List<SecurityGroup> Untagged) Split(Instance instance)
    {
        var groups = instance.Interface.GroupIds.Select(id => view.Ec2.Find<SecurityGroup>(id)).OfType<SecurityGroup>().ToLookup(group => group.Tags.ContainsKey(view.OwnerTag));
        return ([.. groups[true]], [.. groups[false]]);
    }
}
