using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Networking.Subnets;
using EksTools.Errors;

namespace EksTools.Core.Networking;

/// <summary>Subnets that were there before: whether a cluster can stand in them, and which of them are for nodes.</summary>
internal static class ExistingSubnets
{
    /// <summary>Checks the subnets and chooses those for nodes: the private ones if there are any.</summary>
    /// <param name="instanceTypes">Each node group's instance types; empty when there will be no nodes.</param>
    /// <exception cref="EksToolsException">They are of many VPCs or of one zone, or nodes could not start in them.</exception>
    public static async Task<IReadOnlyList<string>> ChooseForNodesAsync(AwsAccount account, IReadOnlyList<string> ids, IReadOnlyList<IReadOnlyList<string>> instanceTypes, CancellationToken cancellationToken)
    {
        List<Subnet> subnets = (await account.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { SubnetIds = [.. ids] }, cancellationToken)).Subnets ?? [];
        string[] vpcs = [.. subnets.Select(static subnet => subnet.VpcId).Distinct()];
        if (vpcs.Length > 1)
        {
            throw Wrong("SubnetsOfManyVpcs", $"The subnets of -SubnetId belong to {vpcs.Length} VPCs: {string.Join(", ", vpcs)}.", "A cluster stands in one VPC.");
        }

        string[] zones = [.. subnets.Select(static subnet => subnet.AvailabilityZone).Distinct()];
        if (zones.Length < 2)
        {
            throw Wrong("SubnetsOfOneZone", $"The subnets of -SubnetId are all in {string.Join(", ", zones)}; EKS wants two availability zones at least.", "Add a subnet in another zone.");
        }

        if (instanceTypes.Count == 0)
        {
            return ids;
        }

        List<RouteTable> tables = await account.Ec2.FindRouteTablesAsync([new Filter { Name = "vpc-id", Values = [vpcs[0]] }], cancellationToken);
        Subnet[] inner = [.. subnets.Where(subnet => !IsPublic(subnet, tables))];
        Subnet[] nodes = inner.Length > 0 ? inner : [.. subnets];
        if (inner.Length == 0 && nodes.FirstOrDefault(static subnet => subnet.MapPublicIpOnLaunch != true) is { } mute)
        {
            throw Wrong("SubnetWithoutWayOut", $"Nodes in the public subnet {mute.SubnetId} would get no public address, and so could not join the cluster.", "Switch on MapPublicIpOnLaunch for it, or name private subnets that have a NAT gateway.");
        }

        await ZoneSelection.RequireOfferedAsync(account, instanceTypes, [.. nodes.Select(static subnet => subnet.AvailabilityZone).Distinct()], cancellationToken);
        return [.. nodes.Select(static subnet => subnet.SubnetId)];
    }

    private static bool IsPublic(Subnet subnet, List<RouteTable> tables) => SubnetRoutes.ToInternetGateway(SubnetRoutes.TableOf(subnet.SubnetId, tables)) is not null;

    private static EksToolsException Wrong(string id, string message, string hint) => new(EksErrorKind.Validation, id, message, "SubnetId", hint);
}
