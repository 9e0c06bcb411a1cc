using Amazon.EC2.Model;

namespace EksTools.Core.Networking.Subnets;

/// <summary>Where a subnet's traffic goes.</summary>
internal static class SubnetRoutes
{
    /// <summary>The route table that counts for a subnet: its own, or the VPC's main one.</summary>
    public static RouteTable? TableOf(string subnetId, IReadOnlyList<RouteTable> tables) =>
        tables.FirstOrDefault(table => (table.Associations ?? []).Any(association => association.SubnetId == subnetId))
            ?? tables.FirstOrDefault(static table => (table.Associations ?? []).Any(static association => association.Main == true));

    /// <summary>A table's route to an internet gateway; null when it has none. A subnet with one is public.</summary>
    public static Route? ToInternetGateway(RouteTable? table) =>
        (table?.Routes ?? []).FirstOrDefault(static route => route.GatewayId?.StartsWith("igw-", StringComparison.Ordinal) == true);
}
