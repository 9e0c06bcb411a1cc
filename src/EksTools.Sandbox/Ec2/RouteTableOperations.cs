using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A table's association with a subnet, or, without one, as the VPC's main table.</summary>
internal sealed record RouteAssociation(string Id, string? SubnetId);

/// <summary>A route to an internet or NAT gateway.</summary>
internal sealed record RouteEntry(Cidr Destination, string? GatewayId, string? NatGatewayId);

/// <summary>A route table.</summary>
internal sealed class RouteTable(string id, Vpc vpc, DateTimeOffset created) : Ec2Resource(id, "route-table", created)
{
    public string VpcId { get; } = vpc.Id;
    public Cidr Local { get; } = vpc.Cidr;
    public List<RouteEntry> Routes { get; } = [];
    public List<RouteAssociation> Associations { get; } = [];
    public bool IsMain => Associations.Any(association => association.SubnetId is null);

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "route-table-id" or "association.route-table-id" => [Id],
        "vpc-id" => [VpcId],
        "association.main" => Flag(IsMain),
        "association.subnet-id" => Associations.Where(association => association.SubnetId is not null).Select(association => association.SubnetId!),
        "association.route-table-association-id" => Associations.Select(association => association.Id),
        "route.destination-cidr-block" => Routes.Select(route => route.Destination.ToString()).Append(Local.ToString()),
        "route.gateway-id" => Routes.Where(route => route.GatewayId is not null).Select(route => route.GatewayId!).Append("local"),
        "route.nat-gateway-id" => Routes.Where(route => route.NatGatewayId is not null).Select(route => route.NatGatewayId!),
        _ => null,
    };
}

/// <summary>Route tables, routes and associations.</summary>
internal static class RouteTableOperations
{
    public static readonly Kind Kind = new("RouteTableId", "routeTableSet", "InvalidRouteTableID", "routeTable ID", "rtb");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateRouteTable"] = call => call.Ec2().Once(call, () => call.Ec2().Add(new RouteTable(AwsAccount.NewId("rtb"), VpcOperations.Named(call), call.Now) { Tags = Ec2Region.ReadTags(call, "route-table") })) is var table
            ? [X("routeTable", Write(call, table)), X("clientToken", call.Parameters.Get("ClientToken"))] : [],
        ["DescribeRouteTables"] = call => Filters.Describe(call, Kind, call.Ec2().All<RouteTable>(), table => Write(call, table)),
        ["DeleteRouteTable"] = Delete,
        ["CreateRoute"] = CreateRoute,
        ["ReplaceRoute"] = ReplaceRoute,
        ["DeleteRoute"] = DeleteRoute,
        ["AssociateRouteTable"] = Associate,
        ["DisassociateRouteTable"] = Disassociate,
    };

    /// <summary>The table that every VPC has.</summary>
    public static void CreateMain(Ec2Region ec2, Vpc vpc) =>
        ec2.Add(new RouteTable(AwsAccount.NewId("rtb"), vpc, vpc.Created) { Associations = { new RouteAssociation(AwsAccount.NewId("rtbassoc"), null) } });

    private static RouteTable Named(AwsCall call) => call.Ec2().Get<RouteTable>(call.Parameters.Require("RouteTableId"), Kind);

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var table = Named(call);
        if (table.Associations.Count > 0)
        {
            throw Ec2Service.Dependency("routeTable", table.Id);
        }

        call.Ec2().Remove(table);
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> CreateRoute(AwsCall call)
    {
        var (table, route) = (Named(call), ReadRoute(call));
        var existing = table.Routes.Find(other => other.Destination == route.Destination);
        if (existing is not null && existing != route)
        {
            throw new AwsException("RouteAlreadyExists", $"The route identified by {route.Destination} already exists.");
        }

        if (existing is null)
        {
            table.Routes.Add(route);
        }

        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> ReplaceRoute(AwsCall call)
    {
        var (table, route) = (Named(call), ReadRoute(call));
        RemoveRoute(table, route.Destination);
        table.Routes.Add(route);
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> DeleteRoute(AwsCall call)
    {
        RemoveRoute(Named(call), Cidr.Parse(call.Parameters.Require("DestinationCidrBlock"), "destinationCidrBlock"));
        return Ec2Service.Yes;
    }

    private static void RemoveRoute(RouteTable table, Cidr destination)
    {
        if (table.Routes.RemoveAll(route => route.Destination == destination) == 0)
        {
            throw new AwsException("InvalidRoute.NotFound", $"no route with destination-cidr-block {destination} in route table {table.Id}");
        }
    }

    private static RouteEntry ReadRoute(AwsCall call)
    {
        var (ec2, table) = (call.Ec2(), Named(call));
        var destination = Cidr.Parse(call.Parameters.Require("DestinationCidrBlock"), "destinationCidrBlock");
        var (gateway, nat) = (call.Parameters.Get("GatewayId"), call.Parameters.Get("NatGatewayId"));
        if (gateway is not null && ec2.Get<InternetGateway>(gateway, GatewayOperations.Kind).VpcId != table.VpcId)
        {
            throw new AwsException("InvalidParameterValue", $"route table {table.Id} and network gateway {gateway} belong to different networks");
        }

        if (nat is not null && ec2.Get<NatGateway>(nat, NatGatewayOperations.Kind).Subnet.VpcId != table.VpcId)
        {
            throw new AwsException("InvalidParameterValue", $"route table {table.Id} and NAT gateway {nat} belong to different networks");
        }

        return gateway is null == nat is null ? throw new AwsException("InvalidParameterCombination", "Exactly one of GatewayId and NatGatewayId must be given; the sandbox routes to nothing else.")
            : new RouteEntry(destination, gateway, nat);
    }

    private static IEnumerable<XElement?> Associate(AwsCall call)
    {
        var (ec2, table) = (call.Ec2(), Named(call));
        var subnet = ec2.Get<Subnet>(call.Parameters.Require("SubnetId"), SubnetOperations.Kind);
        if (subnet.VpcId != table.VpcId)
        {
            throw new AwsException("InvalidParameterValue", $"Route table {table.Id} and subnet {subnet.Id} belong to different networks");
        }

        var current = ec2.All<RouteTable>().SelectMany(other => other.Associations.Select(association => (Table: other, Association: association))).FirstOrDefault(pair => pair.Association.SubnetId == subnet.Id);
        if (current.Table is not null && current.Table != table)
        {
            throw new AwsException("Resource.AlreadyAssociated", $"the specified association for route table {table.Id} conflicts with an existing association");
        }

        var association = current.Association;
        if (association is null)
        {
            table.Associations.Add(association = new RouteAssociation(AwsAccount.NewId("rtbassoc"), subnet.Id));
        }

        return [X("associationId", association.Id), X("associationState", X("state", "associated"))];
    }

    private static IEnumerable<XElement?> Disassociate(AwsCall call)
    {
        var id = call.Parameters.Require("AssociationId");
        var table = call.Ec2().All<RouteTable>().FirstOrDefault(other => other.Associations.Any(association => association.Id == id))
            ?? throw new AwsException("InvalidAssociationID.NotFound", $"The association ID '{id}' does not exist");
        return table.Associations.RemoveAll(association => association.Id == id && association.SubnetId is not null) > 0 ? Ec2Service.Yes
            : throw new AwsException("InvalidParameterValue", $"cannot disassociate the main route table association {id}");
    }

    private static XElement?[] Write(AwsCall call, RouteTable table)
    {
        var ec2 = call.Ec2();
        return
        [
            X("routeTableId", table.Id), X("vpcId", table.VpcId), X("ownerId", call.Account.Id),
            Items("routeSet", table.Routes
                .Select(route => new[] { X("destinationCidrBlock", route.Destination.ToString()), X("gatewayId", route.GatewayId), X("natGatewayId", route.NatGatewayId), X("state", IsUp(ec2, table, route) ? "active" : "blackhole"), X("origin", "CreateRoute") })
                .Prepend([X("destinationCidrBlock", table.Local.ToString()), X("gatewayId", "local"), X("state", "active"), X("origin", "CreateRouteTable")])),
            Items("associationSet", table.Associations.Select(association => new[]
            {
                X("routeTableAssociationId", association.Id), X("routeTableId", table.Id), X("subnetId", association.SubnetId), X("main", association.SubnetId is null), X("associationState", X("state", "associated")),
            })), X("propagatingVgwSet", Array.Empty<XElement?>()), table.WriteTags(),
        ];
    }

    private static bool IsUp(Ec2Region ec2, RouteTable table, RouteEntry route) => route.NatGatewayId is not null
        ? ec2.Find<NatGateway>(route.NatGatewayId)?.State is "pending" or "available"
        : ec2.Find<InternetGateway>(route.GatewayId)?.VpcId == table.VpcId;
}
