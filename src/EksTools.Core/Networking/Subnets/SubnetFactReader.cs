using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Networking.Subnets;

/// <summary>Reads the subnets of a cluster's VPC with their routes and zones.</summary>
internal static class SubnetFactReader
{
    /// <summary>The subnets, by zone and id.</summary>
    /// <exception cref="EksToolsException">The cluster has no VPC yet.</exception>
    public static async Task<IReadOnlyList<SubnetFacts>> ReadAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken)
    {
        string vpc = cluster.ResourcesVpcConfig?.VpcId is { Length: > 0 } id ? id
            : throw new EksToolsException(EksErrorKind.Conflict, "ClusterWithoutVpc", $"Cluster {cluster.Name} is {cluster.Status} and has no VPC yet.", cluster.Name, $"Wait for it: Wait-EksCluster {cluster.Name}.");
        List<Filter> filters = [new Filter { Name = "vpc-id", Values = [vpc] }];
        Task<List<Subnet>> reading = account.Ec2.FindSubnetsAsync(filters, cancellationToken);
        Task<List<RouteTable>> routing = account.Ec2.FindRouteTablesAsync(filters, cancellationToken);
        Task<DescribeAvailabilityZonesResponse> zoning = account.Ec2.DescribeAvailabilityZonesAsync(new DescribeAvailabilityZonesRequest(), cancellationToken);
        await Task.WhenAll(reading, routing, zoning);
        Dictionary<string, string> types = (zoning.Result.AvailabilityZones ?? []).Where(static zone => zone.ZoneType is not null).ToDictionary(static zone => zone.ZoneName, static zone => zone.ZoneType, StringComparer.Ordinal);
        HashSet<string> ofControlPlane = new(cluster.ResourcesVpcConfig.SubnetIds, StringComparer.Ordinal);
        return [.. reading.Result.Select(subnet => Read(subnet, routing.Result, types, ofControlPlane)).OrderBy(static subnet => subnet.Zone, StringComparer.Ordinal).ThenBy(static subnet => subnet.Id, StringComparer.Ordinal)];
    }

    private static SubnetFacts Read(Subnet subnet, List<RouteTable> tables, Dictionary<string, string> types, HashSet<string> ofControlPlane)
    {
        RouteTable? table = SubnetRoutes.TableOf(subnet.SubnetId, tables);
        Route? way = SubnetRoutes.ToInternetGateway(table);
        return new SubnetFacts
        {
            Id = subnet.SubnetId,
            Zone = subnet.AvailabilityZone,
            Locale = subnet.OutpostArn is { Length: > 0 } ? "outpost" : types.GetValueOrDefault(subnet.AvailabilityZone, "availability-zone"),
            Cidr = subnet.CidrBlock ?? string.Empty,
            IsPublic = way is not null,
            IsBlackhole = way?.State == Amazon.EC2.RouteState.Blackhole,
            RouteTableId = table?.RouteTableId ?? string.Empty,
            Free = subnet.AvailableIpAddressCount ?? 0,
            IsControlPlane = ofControlPlane.Contains(subnet.SubnetId),
            Tags = (subnet.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal),
        };
    }
}
