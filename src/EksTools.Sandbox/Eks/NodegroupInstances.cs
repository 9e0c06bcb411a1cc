using System.Security.Cryptography;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Ec2;

namespace EksTools.Sandbox.Eks;

/// <summary>The instances of a node group: launched, joined to the cluster, ended.</summary>
internal static class NodegroupInstances
{
    private static readonly TimeSpan Afterlife = TimeSpan.FromHours(1);

    /// <summary>Brings the group to its desired size over a time; new nodes join after seven tenths of it.</summary>
    public static void Launch(Nodegroup group, TimeSpan over)
    {
        var account = group.Cluster.Eks.Account;
        account.After(over * 0.3, () =>
        {
            while (group.Status is not "DELETING" && group.Nodes.Count(node => !node.Leaving) < group.Desired && LaunchOne(group) is { } instance)
            {
                group.Nodes.Add(new Node(instance));
            }
        });
        account.After(over * 0.7, () =>
        {
            foreach (var node in group.Nodes.Where(node => !node.Joined && ReachesApi(group.Cluster, node.Instance.Interface.GroupIds)))
            {
                node.Joined = true;
                node.Instance.State = "running";
                group.Cluster.Workloads.Join(group, node.Instance);
            }

            group.Cluster.Workloads.Reconcile();
        });
    }

    /// <summary>
    /// EKS adds the cluster's security group only where the template names none. A node without it gets to the API server by its public endpoint; to a private
    /// one only when the cluster's group lets one of its own in.
    /// </summary>
    private static bool ReachesApi(Cluster cluster, IReadOnlyList<string> groups) =>
        groups.Contains(cluster.ClusterSecurityGroupId!) || cluster.PublicAccess
        || cluster.Eks.Ec2.Find<SecurityGroup>(cluster.ClusterSecurityGroupId)?.Rules.Any(rule => !rule.IsEgress && rule.GroupId is { } from && groups.Contains(from)) == true;

    /// <summary>Takes nodes away, the oldest first.</summary>
    public static void Shrink(Nodegroup group, int to)
    {
        foreach (var node in group.Nodes.Take(Math.Max(0, group.Nodes.Count - to)).ToList())
        {
            End(group, node);
        }
    }

    /// <summary>Ends a node and its instance.</summary>
    public static void End(Nodegroup group, Node node)
    {
        var (eks, instance) = (group.Cluster.Eks, node.Instance);
        group.Nodes.Remove(node);
        if (node.Joined)
        {
            group.Cluster.Workloads.Leave(instance);
        }

        instance.State = "shutting-down";
        eks.Account.After(eks.Durations.Step, () =>
        {
            instance.State = "terminated";
            eks.Ec2.Remove(instance.Interface);
            eks.Account.After(Afterlife, () => eks.Ec2.Remove(instance));
        });
    }

    /// <summary>Launches an instance in the subnet with the fewest; null, with the group's fault noted, when there is no room.</summary>
    private static Instance? LaunchOne(Nodegroup group)
    {
        var (eks, ec2) = (group.Cluster.Eks, group.Cluster.Eks.Ec2);
        var id = AwsAccount.NewId("i");
        var subnets = group.Subnets.Select(name => ec2.Find<Subnet>(name)).OfType<Subnet>().ToList();
        if (subnets.Count == 0)
        {
            group.Fail("Ec2SubnetNotFound", $"The subnets [{string.Join(", ", group.Subnets)}] do not exist.", group.Subnets);
            return null;
        }

        var subnet = subnets.Where(subnet => ec2.FreeAddresses(subnet) > 0).OrderBy(subnet => group.Nodes.Count(node => node.Instance.Interface.SubnetId == subnet.Id)).FirstOrDefault();
        if (subnet is null)
        {
            group.Fail("InsufficientFreeAddresses", "Amazon Autoscaling was unable to launch instances because there are not enough free addresses in the subnet associated with your AutoScaling group(s).", group.Subnets);
            return null;
        }

        var data = group.TemplateVersion?.Data;
        if (data?.Get("KeyName") is { } keyName && !ec2.All<KeyPair>().Any(pair => pair.Name == keyName))
        {
            group.Fail("AsgInstanceLaunchFailures", $"The key pair '{keyName}' does not exist. Launching EC2 instance failed.", [group.AutoScalingGroup]);
            return null;
        }

        var given = data?.Strings("SecurityGroupId") ?? [];
        var inInterface = data?.List("NetworkInterface") is [var first, ..] ? first : null;
        List<string> groups = inInterface?.Strings("SecurityGroupId") is { Count: > 0 } own ? [.. own] : given.Count > 0 ? [.. given] : [group.Cluster.ClusterSecurityGroupId!];
        var isPublic = inInterface?.Flag("AssociatePublicIpAddress") ?? subnet.MapPublicIp;
        var primary = ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, ec2.NextPrivateAddress(subnet), eks.Account.Now)
        {
            InstanceId = id, Attached = eks.Account.Now, GroupIds = groups, PublicIp = isPublic ? ec2.NextPublicAddress() : null, Ipv6Address = subnet.NewIpv6Address(),
        });
        var tags = new Dictionary<string, string>
        {
            ["eks:cluster-name"] = group.Cluster.Name, ["eks:nodegroup-name"] = group.Name, [$"kubernetes.io/cluster/{group.Cluster.Name}"] = "owned",
            ["k8s.io/cluster-autoscaler/enabled"] = "true", [$"k8s.io/cluster-autoscaler/{group.Cluster.Name}"] = "owned", ["aws:autoscaling:groupName"] = group.AutoScalingGroup,
        };
        foreach (var (key, value) in data?.List("TagSpecification").Where(specification => specification.Get("ResourceType") == "instance").SelectMany(specification => specification.Tags("Tag")) ?? [])
        {
            tags[key] = value;
        }

        return ec2.Add(new Instance(id, group.LaunchTypes[0], primary, eks.Region, eks.Account.Now)
        {
            ImageId = data?.Get("ImageId") ?? $"ami-{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(group.AmiType + group.Release)))[..17]}",
            IsSpot = group.CapacityType == "SPOT",
            ProfileArn = eks.Account.Arn("iam", "", $"instance-profile/{group.AutoScalingGroup}"),
            Tags = tags,
        });
    }
}
