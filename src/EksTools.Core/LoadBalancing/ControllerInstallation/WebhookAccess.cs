using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Networking;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>
/// Lets the control plane reach the webhook on the nodes. Nodes in the cluster's own security group are reached anyway; those of a launch template with
/// groups of its own may not be.
/// </summary>
internal sealed class WebhookAccess(AwsAccount account, EksCluster cluster)
{
    private const int Port = ControllerNames.WebhookPort;

    /// <summary>
    /// What the controller would fail at when it opens the nodes to load balancers: of several groups of a node it takes the one with the cluster's tag, and refuses to choose
    /// (aws-load-balancer-controller: pkg/networking/networking_manager.go, resolveEndpointSGForENI). Changes nothing.
    /// </summary>
    public async Task<IReadOnlyList<string>> ReviewAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<string>> nodes = await NodeGroupsAsync(cancellationToken);
        Dictionary<string, SecurityGroup> byId = await GroupsAsync(nodes, cancellationToken);
        return Unclear(cluster, nodes, byId.Values.Where(IsTagged).Select(static group => group.GroupId).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>A sentence with a command for each set of groups, as nodes have them, of which not exactly one is tagged.</summary>
    internal static IReadOnlyList<string> Unclear(EksCluster cluster, IReadOnlyList<IReadOnlyList<string>> nodes, IReadOnlySet<string> tagged)
    {
        string tag = $"kubernetes.io/cluster/{cluster.Name}";
        List<string> found = [];
        foreach (IReadOnlyList<string> groups in nodes.Where(static groups => groups.Count > 1))
        {
            string[] own = [.. groups.Where(tagged.Contains)];

            // EKS puts the tag on the cluster's own group again; the others' is the users' to take away.
            string[] others = [.. own.Where(id => id != cluster.ResourcesVpcConfig?.ClusterSecurityGroupId)];
            string[] extra = others.Length == own.Length ? [.. others.Skip(1)] : others;
            if (own.Length > 1)
            {
                found.Add($"Nodes have the security groups {string.Join(", ", groups)}, and {own.Length} of them the tag {tag}: the controller expects it on exactly one, and makes no target reachable otherwise ('expected exactly one securityGroup tagged with'). Leave it on one: aws ec2 delete-tags --region {cluster.Region} --resources {string.Join(' ', extra)} --tags Key={tag}");
            }
            else if (own.Length == 0)
            {
                found.Add($"Nodes have the security groups {string.Join(", ", groups)}, and none of them the tag {tag}: the controller expects it on exactly one, and makes no target reachable otherwise ('expected exactly one securityGroup tagged with'). Put it on one: aws ec2 create-tags --region {cluster.Region} --resources {groups[0]} --tags Key={tag},Value=owned");
            }
        }

        return found;
    }

    /// <summary>Adds a rule to one group of each node that the control plane does not reach.</summary>
    public async Task<StepOutcome> EnsureAsync(IJobObserver observer, CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<string>> nodes = await NodeGroupsAsync(cancellationToken);
        if (nodes.Count == 0 || cluster.ResourcesVpcConfig?.ClusterSecurityGroupId is not { Length: > 0 } controlPlane)
        {
            return StepOutcome.Skipped;
        }

        Dictionary<string, SecurityGroup> byId = await GroupsAsync(nodes, cancellationToken);
        List<Vpc> vpcs = await account.Ec2.FindVpcsAsync([new Filter { Name = "vpc-id", Values = [cluster.ResourcesVpcConfig.VpcId] }], cancellationToken);
        HashSet<string> sources = new([controlPlane, .. cluster.ResourcesVpcConfig.SecurityGroupIds], StringComparer.Ordinal);
        string[] cidrs = [.. vpcs.Where(static vpc => vpc.CidrBlock is not null).Select(static vpc => vpc.CidrBlock)];
        StepOutcome outcome = StepOutcome.Found;
        HashSet<string> opened = new(StringComparer.Ordinal);
        foreach (IReadOnlyList<string> groups in nodes)
        {
            if (groups.Count == 0 || groups.Any(id => opened.Contains(id) || (byId.TryGetValue(id, out SecurityGroup? group) && Lets(group, sources, cidrs))))
            {
                continue;
            }

            // The group that the cluster's controllers look for, where there is one.
            string target = groups.FirstOrDefault(id => byId.TryGetValue(id, out SecurityGroup? group) && IsTagged(group)) ?? groups[0];
            await AllowAsync(target, controlPlane, cancellationToken);
            observer.Verbose($"{target}: let {controlPlane} in on port {Port}");
            opened.Add(target);
            outcome = StepOutcome.Updated;
        }

        return outcome;
    }

    /// <summary>Whether a group lets the control plane in on the webhook's port.</summary>
    internal static bool Lets(SecurityGroup group, IReadOnlySet<string> sources, IReadOnlyList<string> cidrs) => (group.IpPermissions ?? []).Any(rule =>
        (rule.IpProtocol is "-1" || (rule.IpProtocol is "tcp" or "6" && rule.FromPort <= Port && rule.ToPort >= Port))
        && ((rule.UserIdGroupPairs ?? []).Any(pair => sources.Contains(pair.GroupId)) || (rule.Ipv4Ranges ?? []).Any(range => cidrs.Any(cidr => Covers(range.CidrIp, cidr)))));

    private static bool Covers(string? range, string cidr) => IPNetwork.TryParse(range, out IPNetwork outer) && IPNetwork.TryParse(cidr, out IPNetwork inner) && outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    private bool IsTagged(SecurityGroup group) => (group.Tags ?? []).Any(tag => tag.Key == $"kubernetes.io/cluster/{cluster.Name}");

    private async Task<Dictionary<string, SecurityGroup>> GroupsAsync(IReadOnlyList<IReadOnlyList<string>> nodes, CancellationToken cancellationToken)
    {
        string[] ids = [.. nodes.SelectMany(static groups => groups).Distinct(StringComparer.Ordinal)];
        List<SecurityGroup> all = ids.Length == 0 ? [] : await account.Ec2.FindSecurityGroupsAsync([new Filter { Name = "group-id", Values = [.. ids] }], cancellationToken);
        return all.ToDictionary(static group => group.GroupId, StringComparer.Ordinal);
    }

    /// <summary>The security groups of each running instance of the cluster, once for each set of them.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<string>>> NodeGroupsAsync(CancellationToken cancellationToken)
    {
        DescribeInstancesRequest request = new()
        {
            Filters = [new Filter { Name = "tag-key", Values = [$"kubernetes.io/cluster/{cluster.Name}"] }, new Filter { Name = "instance-state-name", Values = ["pending", "running"] }],
        };
        Dictionary<string, IReadOnlyList<string>> sets = new(StringComparer.Ordinal);
        await foreach (Reservation reservation in account.Ec2.Paginators.DescribeInstances(request).Reservations.WithCancellation(cancellationToken))
        {
            foreach (Instance instance in reservation.Instances ?? [])
            {
                string[] groups = [.. (instance.SecurityGroups ?? []).Select(static group => group.GroupId).Order(StringComparer.Ordinal)];
                sets[string.Join(',', groups)] = groups;
            }
        }

        return [.. sets.Values];
    }

    private async Task AllowAsync(string target, string source, CancellationToken cancellationToken)
    {
        try
        {
            await account.Ec2.AuthorizeSecurityGroupIngressAsync(
                new AuthorizeSecurityGroupIngressRequest
                {
                    GroupId = target,

                    // The rule names the cluster's group, and would keep that from going with the cluster: by its tags the removal finds it.
                    TagSpecifications = [new TagSpecification { ResourceType = ResourceType.SecurityGroupRule, Tags = [.. new ClusterIdentity(cluster.Name, cluster.Region).Tags("webhook-access").Select(static pair => new Tag(pair.Key, pair.Value))] }],
                    IpPermissions = [new IpPermission { IpProtocol = "tcp", FromPort = Port, ToPort = Port, UserIdGroupPairs = [new UserIdGroupPair { GroupId = source, Description = "EksTools: control plane to the AWS Load Balancer Controller's webhook" }] }],
                },
                cancellationToken);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidPermission.Duplicate")
        {
            // By a call whose answer was lost.
        }
    }
}
