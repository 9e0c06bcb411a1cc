using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Networking;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>Route tables of a cluster's own VPC.</summary>
internal sealed class RouteTableEnsure(ClusterBuild build)
{
    public const string AnywhereIpv4 = "0.0.0.0/0", AnywhereIpv6 = "::/0";
    private readonly IAmazonEC2 ec2 = build.Account.Ec2;

    /// <summary>A table with routes, and subnets that go by it.</summary>
    public async Task<StepOutcome> EnsureAsync(string component, IReadOnlyList<CreateRouteRequest> routes, IReadOnlyList<string> subnetComponents, StepContext context, CancellationToken cancellationToken)
    {
        Ec2Ensure.Kind kind = new(
            async (filters, token) => [.. (await ec2.FindRouteTablesAsync([.. filters, new Filter { Name = "vpc-id", Values = [build.VpcId] }], token)).Select(static table => table.RouteTableId)],
            async token => (await ec2.CreateRouteTableAsync(new CreateRouteTableRequest { VpcId = build.VpcId, TagSpecifications = Ec2Ensure.TagSpecifications(build.Specification, ResourceType.RouteTable, component) }, token)).RouteTable.RouteTableId,
            (id, token) => ec2.DeleteRouteTableAsync(new DeleteRouteTableRequest { RouteTableId = id }, token));
        (string tableId, StepOutcome outcome) = await Ec2Ensure.OneAsync(build.Identity, component, kind, context, cancellationToken);
        RouteTable table = (await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { RouteTableIds = [tableId] }, cancellationToken)).RouteTables[0];
        foreach (CreateRouteRequest route in routes)
        {
            Route? existing = (table.Routes ?? []).FirstOrDefault(candidate => candidate.DestinationCidrBlock == route.DestinationCidrBlock && candidate.DestinationIpv6CidrBlock == route.DestinationIpv6CidrBlock && candidate.DestinationPrefixListId is null);
            bool right = existing is not null && existing.State != RouteState.Blackhole
                && (existing.GatewayId ?? existing.NatGatewayId ?? existing.EgressOnlyInternetGatewayId) == (route.GatewayId ?? route.NatGatewayId ?? route.EgressOnlyInternetGatewayId);
            if (!right)
            {
                await ec2.WriteRouteAsync(tableId, route, replace: existing is not null, cancellationToken);
            }
        }

        foreach (string subnet in subnetComponents)
        {
            string subnetId = build.Ids[subnet];
            if (!(table.Associations ?? []).Any(association => association.SubnetId == subnetId))
            {
                await ec2.AssociateAsync(tableId, subnetId, cancellationToken);
            }
        }

        build.Ids[component] = tableId;
        return outcome;
    }
}
