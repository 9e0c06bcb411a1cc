using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
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

    /// <summary>Adds a rule to one group of each node that the control plane does not reach.</summary>
    public async Task<StepOutcome> EnsureAsync(IJobObserver observer, CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<string>> nodes = await NodeGroupsAsync(cancellationToken);
        if (nodes.Count == 0 || cluster.ResourcesVpcConfig?.ClusterSecurityGroupId is not { Length: > 0 } controlPlane)
        {
            return StepOutcome.Skipped;
        }

        string[] ids = [.. nodes.SelectMany(static groups => groups).Distinct(StringComparer.Ordinal)];
        List<SecurityGroup> all = await account.Ec2.FindSecurityGroupsAsync([new Filter { Name = "group-id", Values = [.. ids] }], cancellationToken);
        Dictionary<string, SecurityGroup> byId = all.ToDictionary(static group => group.GroupId, StringComparer.Ordinal);
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
            string target = groups.FirstOrDefault(id => byId.TryGetValue(id, out SecurityGroup? group) && (group.Tags ?? []).Any(tag => tag.Key == $"kubernetes.io/cluster/{cluster.Name}")) ?? groups[0];
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
