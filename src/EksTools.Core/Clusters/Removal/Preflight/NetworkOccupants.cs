using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Networking;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>What stands in the cluster's own VPCs, where EC2 deletes none that anything stands in.</summary>
internal sealed record NetworkOccupants
{
    /// <summary>The name of the group that every VPC has and that goes with it.</summary>
    public const string DefaultGroup = "default";

    private const string BalancerPrefix = "ELB ", NatPrefix = "Interface for NAT Gateway ";

    public static NetworkOccupants None { get; } = new();

    public IReadOnlyList<NetworkInterface> Interfaces { get; init; } = [];

    /// <summary>Instances that are not on their way out.</summary>
    public IReadOnlyList<Instance> Instances { get; init; } = [];

    public IReadOnlyList<SecurityGroup> Groups { get; init; } = [];

    public IReadOnlyList<Subnet> Subnets { get; init; } = [];

    public IReadOnlyList<RouteTable> RouteTables { get; init; } = [];

    /// <summary>NAT gateways that are not on their way out.</summary>
    public IReadOnlyList<string> NatGateways { get; init; } = [];

    /// <summary>Other EKS clusters that stand there.</summary>
    public IReadOnlyList<OtherCluster> OtherClusters { get; init; } = [];

    /// <summary>What has no interface there.</summary>
    public NetworkTies Ties { get; init; } = NetworkTies.None;

    public static async Task<NetworkOccupants> ReadAsync(AwsAccount account, ClusterInventory inventory, CancellationToken cancellationToken)
    {
        if (inventory.Vpcs.Count == 0)
        {
            return None;
        }

        Filter inside = new() { Name = "vpc-id", Values = [.. inventory.Vpcs] };

        // Interfaces first: an instance that ends between the two looks is missing in the second, and its interface goes with it.
        List<NetworkInterface> interfaces = await account.Ec2.FindNetworkInterfacesAsync([inside], cancellationToken);
        return new NetworkOccupants
        {
            Interfaces = interfaces,
            Instances = await ListInstancesAsync(account, inside, cancellationToken),
            Groups = await account.Ec2.FindSecurityGroupsAsync([inside], cancellationToken),
            Subnets = await account.Ec2.FindSubnetsAsync([inside], cancellationToken),
            RouteTables = await account.Ec2.FindRouteTablesAsync([inside], cancellationToken),
            NatGateways = [.. (await account.Ec2.FindNatGatewaysAsync([inside], cancellationToken)).Where(static nat => nat.State?.Value is "pending" or "available").Select(static nat => nat.NatGatewayId)],
            OtherClusters = await OtherCluster.ReadAsync(account, inventory.Identity, interfaces, cancellationToken),
            Ties = await NetworkTies.ReadAsync(account, inventory.Vpcs, cancellationToken),
        };
    }

    /// <summary>Instances that pass a filter and are not on their way out.</summary>
    public static async Task<List<Instance>> ListInstancesAsync(AwsAccount account, Filter filter, CancellationToken cancellationToken)
    {
        List<Instance> found = [];
        DescribeInstancesRequest request = new() { Filters = [filter, new Filter { Name = "instance-state-name", Values = ["pending", "running", "stopping", "stopped"] }] };
        await foreach (Reservation reservation in account.Ec2.Paginators.DescribeInstances(request).Reservations.WithCancellation(cancellationToken))
        {
            found.AddRange(reservation.Instances ?? []);
        }

        return found;
    }

    /// <summary>Those that do not go with the cluster, each with what it has there and the command that looks at it or takes it away.</summary>
    /// <param name="inventory">What goes.</param>
    public IReadOnlyList<Occupant> FindForeign(ClusterInventory inventory)
    {
        string cluster = inventory.Identity.Name, region = $"--region {inventory.Identity.Region}";
        List<Occupant> foreign = [.. OtherClusters.Select(static other => new Occupant($"EKS cluster {other.Identity.Name}", $"the EKS cluster {other.Identity.Name}", [], other.Command) { Made = other.Made })];
        foreign.AddRange(Instances.Where(instance => IsStranger(ClusterNodes.TagsOf(instance.Tags), cluster)).Select(instance => new Occupant($"EC2 instance {instance.InstanceId}", $"EC2 instance {instance.InstanceId} ({ClusterNodes.OwnerOf(instance)}, {instance.State?.Name?.Value})", [], $"aws ec2 terminate-instances --instance-ids {instance.InstanceId} {region}")));

        // One resource may have an interface in every subnet.
        foreach (IGrouping<InterfaceHolder, NetworkInterface> held in Interfaces.Where(item => item.Attachment?.InstanceId is null && !Goes(item, inventory) && !IsOfOther(item, inventory)).GroupBy(static item => InterfaceHolder.Of(item)))
        {
            foreign.Add(new Occupant(held.Key.Name, held.Key.Name, [.. held.Select(static item => item.NetworkInterfaceId).Order(StringComparer.Ordinal)], $"{held.Key.Command} {region}"));
        }

        foreign.AddRange(Groups.Where(group => group.GroupName != DefaultGroup && !IsOurs(group.Tags, inventory) && !IsOfOther(group.Tags)).Select(group => new Occupant($"security group {group.GroupId}", $"security group {group.GroupId} ({group.GroupName})", [], $"aws ec2 delete-security-group --group-id {group.GroupId} {region}")));
        foreign.AddRange(Subnets.Where(subnet => !inventory.Subnets.Contains(subnet.SubnetId) && !IsOfOther(subnet.Tags)).Select(subnet => new Occupant($"subnet {subnet.SubnetId}", $"subnet {subnet.SubnetId} ({subnet.CidrBlock})", [], $"aws ec2 delete-subnet --subnet-id {subnet.SubnetId} {region}")));
        foreign.AddRange(RouteTables.Where(table => !inventory.RouteTables.Contains(table.RouteTableId) && !IsOfOther(table.Tags) && (table.Associations ?? []).All(static one => one.Main != true)).Select(table => new Occupant($"route table {table.RouteTableId}", $"route table {table.RouteTableId}", [], string.Join("; ", (table.Associations ?? []).Select(one => $"aws ec2 disassociate-route-table --association-id {one.RouteTableAssociationId} {region}").Append($"aws ec2 delete-route-table --route-table-id {table.RouteTableId} {region}")))));
        foreign.AddRange(Ties.FindForeign(inventory, IsOfOther));
        return foreign;
    }

    /// <summary>Whether a group goes with the cluster: of EKS, of a controller in the cluster, or made for it.</summary>
    public static bool IsOurs(List<Tag>? tags, ClusterInventory inventory)
    {
        Dictionary<string, string> own = ClusterNodes.TagsOf(tags);
        string cluster = inventory.Identity.Name;
        return inventory.Identity.Owns(own) || own.GetValueOrDefault("aws:eks:cluster-name") == cluster || own.GetValueOrDefault($"kubernetes.io/cluster/{cluster}") == "owned"
            || own.GetValueOrDefault("elbv2.k8s.aws/cluster") == cluster || own.GetValueOrDefault("eks:eks-cluster-name") == cluster;
    }

    private bool Goes(NetworkInterface item, ClusterInventory inventory)
    {
        string cluster = inventory.Identity.Name, description = item.Description ?? string.Empty;
        Dictionary<string, string> tags = ClusterNodes.TagsOf(item.TagSet);

        // Interfaces outlive their load balancer or NAT gateway by some minutes, and go by themselves: what has none any more holds nothing for long.
        if (description.StartsWith(BalancerPrefix, StringComparison.Ordinal) && (inventory.Orphans.Unread is not null || !inventory.Orphans.Present.Any(one => OrphanedBalancers.Holds(one, description))))
        {
            return true;
        }

        if (description.StartsWith(NatPrefix, StringComparison.Ordinal) && !NatGateways.Contains(description[NatPrefix.Length..]))
        {
            return true;
        }

        return ControlPlaneInterface.ClusterOf(item) == cluster || tags.GetValueOrDefault("cluster.k8s.amazonaws.com/name") == cluster || IsOurs(item.TagSet, inventory)
            || IsOfFargate(item, inventory) || inventory.NatGateways.Any(nat => description.EndsWith(nat.NatGatewayId, StringComparison.Ordinal))
            || inventory.Endpoints.Any(endpoint => description.EndsWith(endpoint.VpcEndpointId, StringComparison.Ordinal))
            || inventory.Contents.Balanced.Any(balanced => balanced.Holds(description)) || inventory.Orphans.Items.Any(orphan => OrphanedBalancers.Holds(orphan, description));
    }

    private bool IsStranger(Dictionary<string, string> tags, string cluster) => ClusterNodes.KindOf(tags, cluster) == NodeKind.Stranger && !OtherClusters.Any(other => other.HasNode(tags));

    private bool IsOfOther(List<Tag>? tags) => OtherClusters.Count > 0 && ClusterNodes.TagsOf(tags) is { Count: > 0 } said && OtherClusters.Any(other => other.Owns(said));

    /// <summary>Of another cluster's control plane, nodes, Fargate's pods, load balancers or endpoints.</summary>
    private bool IsOfOther(NetworkInterface item, ClusterInventory inventory)
    {
        string description = item.Description ?? string.Empty;
        return OtherClusters.Count > 0 && (OtherClusters.Any(other => other.Identity.Name == ControlPlaneInterface.ClusterOf(item)) || IsOfOther(item.TagSet)
            || (item.RequesterManaged == true && (item.Groups ?? []).Any(group => IsOfOther(Groups.FirstOrDefault(one => one.GroupId == group.GroupId)?.Tags)))
            || Ties.Endpoints.Any(endpoint => description.EndsWith(endpoint.VpcEndpointId, StringComparison.Ordinal) && IsOfOther(endpoint.Tags))
            || inventory.Orphans.Present.Any(one => OrphanedBalancers.Holds(one, description) && OtherClusters.Any(other => other.Owns(one.Tags))));
    }

    /// <summary>A pod's on Fargate: of AWS's, in the cluster's own security group, and it goes with the pod's profile.</summary>
    private static bool IsOfFargate(NetworkInterface item, ClusterInventory inventory) => inventory.FargateProfiles.Count > 0 && item.RequesterManaged == true
        && (item.Groups ?? []).Any(group => group.GroupId == inventory.Cluster?.ResourcesVpcConfig?.ClusterSecurityGroupId);
}

/// <summary>Something in a VPC that is not the cluster's.</summary>
/// <param name="Where">In a few words.</param>
/// <param name="Name">In a sentence.</param>
/// <param name="Interfaces">Its network interfaces, where they are what is seen of it.</param>
/// <param name="Command">What looks at it or takes it away.</param>
internal sealed record Occupant(string Where, string Name, IReadOnlyList<string> Interfaces, string Command)
{
    /// <summary>Who made it, for a sentence.</summary>
    public string Made { get; init; } = "which EksTools did not make";

    public override string ToString() => Interfaces.Count == 0 ? Name : $"{Name} (by {(Interfaces.Count == 1 ? "network interface" : "network interfaces")} {string.Join(", ", Interfaces)})";
}
