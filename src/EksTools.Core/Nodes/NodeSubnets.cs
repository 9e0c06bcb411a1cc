using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Networking;
using EksTools.Core.Networking.Subnets;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>In which existing subnets each node group stands.</summary>
internal static class NodeSubnets
{
    /// <summary>The subnets of each group, by its name.</summary>
    /// <exception cref="Errors.EksToolsException">A group names what is not there or of another VPC, or no subnet fits it.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ChooseAsync(AwsAccount account, ClusterSpecification cluster, IReadOnlyList<NodeGroupOptions> groups, CancellationToken cancellationToken)
    {
        if (!groups.Any(static group => HasPlace(group) || SecurityGroupsOf(group).Any()))
        {
            return groups.ToDictionary(static group => group.Name, _ => cluster.NodeSubnetIds, StringComparer.Ordinal);
        }

        string[] ids = [.. cluster.SubnetIds.Concat(groups.SelectMany(static group => group.SubnetId)).Distinct(StringComparer.Ordinal)];
        List<Subnet> subnets = (await account.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [.. ids] }, cancellationToken)).Subnets ?? [];
        string vpc = subnets.First(subnet => subnet.SubnetId == cluster.SubnetIds[0]).VpcId;
        if (subnets.FirstOrDefault(subnet => subnet.VpcId != vpc) is { } foreign)
        {
            throw NodeGroupSettlement.Wrong("SubnetsOfManyVpcs", $"Node group '{groups.First(group => group.SubnetId.Contains(foreign.SubnetId)).Name}': the subnet {foreign.SubnetId} is of {foreign.VpcId}, and the cluster stands in {vpc}.", "Choose subnets of the cluster's VPC.");
        }

        await RequireSecurityGroupsAsync(account, vpc, groups, cancellationToken);
        List<RouteTable> tables = await account.Ec2.FindRouteTablesAsync([new Filter { Name = "vpc-id", Values = [vpc] }], cancellationToken);
        Dictionary<string, IReadOnlyList<string>> chosen = new(StringComparer.Ordinal);
        foreach (NodeGroupOptions group in groups)
        {
            Subnet[] fitting = Choose(group, cluster, subnets, tables);
            if (HasPlace(group))
            {
                await ZoneSelection.RequireOfferedAsync(account, [NodeGroupSpecification.InstanceTypesOf(group)], [.. fitting.Select(static subnet => subnet.AvailabilityZone).Distinct()], cancellationToken);
            }

            chosen[group.Name] = [.. fitting.Select(static subnet => subnet.SubnetId)];
        }

        return chosen;
    }

    /// <summary>Whether a group says where it stands.</summary>
    public static bool HasPlace(NodeGroupOptions group) => group.SubnetId.Count > 0 || group.Zone.Count > 0 || group.PublicSubnet;

    private static Subnet[] Choose(NodeGroupOptions group, ClusterSpecification cluster, List<Subnet> subnets, List<RouteTable> tables)
    {
        Subnet[] ours = [.. subnets.Where(subnet => cluster.SubnetIds.Contains(subnet.SubnetId))];
        Subnet[] inner = [.. ours.Where(subnet => !IsPublic(subnet))];
        Subnet[] fitting = group.SubnetId.Count > 0 ? [.. subnets.Where(subnet => group.SubnetId.Contains(subnet.SubnetId))]
            : !HasPlace(group) ? [.. subnets.Where(subnet => cluster.NodeSubnetIds.Contains(subnet.SubnetId))]
            : [.. (group.PublicSubnet ? ours.Where(IsPublic) : inner.Length > 0 ? inner : ours).Where(subnet => group.Zone.Count == 0 || group.Zone.Contains(subnet.AvailabilityZone))];
        if (fitting.Length == 0)
        {
            throw NodeGroupSettlement.Wrong("NoSubnetForNodes", $"Node group '{group.Name}': none of the cluster's subnets is {(group.PublicSubnet ? "public" : "fit")}{(group.Zone.Count == 0 ? string.Empty : $" and in {string.Join(" or ", group.Zone)}")}.", "Name others with the cluster's -SubnetId, or the group's own SubnetId.");
        }

        if (group.Zone.FirstOrDefault(zone => !fitting.Any(subnet => subnet.AvailabilityZone == zone)) is { } empty)
        {
            throw NodeGroupSettlement.Wrong("ZoneNotOfCluster", $"Node group '{group.Name}' is to stand in {empty}, where none of the cluster's {(group.PublicSubnet ? "public " : string.Empty)}subnets is.", "Add one to the cluster's -SubnetId, or choose another zone.");
        }

        if (group.PublicSubnet && fitting.FirstOrDefault(subnet => !IsPublic(subnet)) is { } inside)
        {
            throw NodeGroupSettlement.Wrong("NoSubnetForNodes", $"Node group '{group.Name}' is to stand in public subnets, and {inside.SubnetId} of its SubnetId has no route to an internet gateway.", "Leave PublicSubnet out, or name public subnets.");
        }

        return fitting.FirstOrDefault(subnet => IsPublic(subnet) && subnet.MapPublicIpOnLaunch != true) is { } mute
            ? throw NodeGroupSettlement.Wrong("SubnetWithoutWayOut", $"Node group '{group.Name}': nodes in the public subnet {mute.SubnetId} would get no public address, and so could not join the cluster.", "Switch on MapPublicIpOnLaunch for it, or name private subnets that have a NAT gateway.")
            : fitting;

        bool IsPublic(Subnet subnet) => SubnetRoutes.ToInternetGateway(SubnetRoutes.TableOf(subnet.SubnetId, tables)) is not null;
    }

    private static IEnumerable<string> SecurityGroupsOf(NodeGroupOptions group) => group.SecurityGroupId.Concat(group.SshSourceSecurityGroupId);

    private static async Task RequireSecurityGroupsAsync(AwsAccount account, string vpc, IReadOnlyList<NodeGroupOptions> groups, CancellationToken cancellationToken)
    {
        string[] ids = [.. groups.SelectMany(SecurityGroupsOf).Distinct(StringComparer.Ordinal)];
        if (ids.Length == 0)
        {
            return;
        }

        DescribeSecurityGroupsResponse answer = await account.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { GroupIds = [.. ids] }, cancellationToken);
        if ((answer.SecurityGroups ?? []).FirstOrDefault(group => group.VpcId != vpc) is { } foreign)
        {
            throw NodeGroupSettlement.Wrong("SecurityGroupOfOtherVpc", $"Node group '{groups.First(group => SecurityGroupsOf(group).Contains(foreign.GroupId)).Name}': the security group {foreign.GroupId} is of {foreign.VpcId}, and the cluster stands in {vpc}.", "Choose groups of the cluster's VPC.");
        }
    }
}
