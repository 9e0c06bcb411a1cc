using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EksTools.Core.Clusters.Creation;

/// <summary>Route calls that may have been made already by a run that was interrupted.</summary>
internal static class RouteCalls
{
    public static async Task WriteRouteAsync(this IAmazonEC2 ec2, string tableId, CreateRouteRequest way, bool replace, CancellationToken cancellationToken)
    {
        if (replace)
        {
            await ec2.ReplaceRouteAsync(
                new ReplaceRouteRequest { RouteTableId = tableId, DestinationCidrBlock = way.DestinationCidrBlock, DestinationIpv6CidrBlock = way.DestinationIpv6CidrBlock, GatewayId = way.GatewayId, NatGatewayId = way.NatGatewayId, EgressOnlyInternetGatewayId = way.EgressOnlyInternetGatewayId },
                cancellationToken);
            return;
        }

        way.RouteTableId = tableId;
        try
        {
            await ec2.CreateRouteAsync(way, cancellationToken);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "RouteAlreadyExists")
        {
            await ec2.WriteRouteAsync(tableId, way, replace: true, cancellationToken);
        }
    }

    public static async Task AssociateAsync(this IAmazonEC2 ec2, string tableId, string subnetId, CancellationToken cancellationToken)
    {
        try
        {
            await ec2.AssociateRouteTableAsync(new AssociateRouteTableRequest { RouteTableId = tableId, SubnetId = subnetId }, cancellationToken);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "Resource.AlreadyAssociated")
        {
            // A retry of a call whose answer was lost. Whether it is with this table is for the reader of the table to see.
            DescribeRouteTablesResponse there = await ec2.DescribeRouteTablesAsync(new DescribeRouteTablesRequest { Filters = [new Filter { Name = "association.subnet-id", Values = [subnetId] }] }, cancellationToken);
            if (there.RouteTables?.Any(table => table.RouteTableId == tableId) != true)
            {
                throw;
            }
        }
    }
}
