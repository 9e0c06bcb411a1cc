using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A table's association with a subnet, or, without one, as the VPC's main table.</summary>
internal sealed record RouteAssociation(string Id, string? SubnetId);

/// <summary>A route.</summary>
/// <param name="Destination">An IPv4 or IPv6 block, or the prefix list of a gateway endpoint.</param>
/// <param name="Target">The id of an internet, NAT or egress-only gateway, or of a gateway endpoint.</param>
internal sealed record RouteEntry(string Destination, string Target)
{
    public bool IsIpv6 => Destination.Contains(':', StringComparison.Ordinal);
    public bool IsPrefixList => Destination.StartsWith("pl-", StringComparison.Ordinal);
    public string? GatewayId => Target.StartsWith("igw-", StringComparison.Ordinal) || Target.StartsWith("vpce-", StringComparison.Ordinal) ? Target : null;
    public string? NatGatewayId => Target.StartsWith("nat-", StringComparison.Ordinal) ? Target : null;
    public string? EgressGatewayId => Target.StartsWith("eigw-", StringComparison.Ordinal) ? Target : null;
}

/// <summary>A route table.</summary>
internal sealed class RouteTable(string id, Vpc vpc, DateTimeOffset created) : Ec2Resource(id, "route-table", created)
{
    public string VpcId { get; } = vpc.Id;
    public IEnumerable<string> Local => vpc.Ipv6.Select(one => one.Block.ToString()).Prepend(vpc.Cidr.ToString());
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
        "route.destination-cidr-block" => Routes.Select(route => route.Destination).Concat(Local).Where(destination => destination.Contains('.', StringComparison.Ordinal)),
        "route.destination-ipv6-cidr-block" => Routes.Select(route => route.Destination).Concat(Local).Where(destination => destination.Contains(':', StringComparison.Ordinal)),
        "route.destination-prefix-list-id" => Routes.Where(route => route.IsPrefixList).Select(route => route.Destination),
        "route.egress-only-internet-gateway-id" => Routes.Where(route => route.EgressGatewayId is not null).Select(route => route.EgressGatewayId!),
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
        RemoveRoute(Named(call), ReadDestination(call));
        return Ec2Service.Yes;
    }

    private static void RemoveRoute(RouteTable table, string destination)
    {
        if (table.Routes.RemoveAll(route => route.Destination == destination) == 0)
        {
            throw new AwsException("InvalidRoute.NotFound", $"no route with destination-cidr-block {destination} in route table {table.Id}");
        }
    }

    private static string ReadDestination(AwsCall call)
    {
        var (four, six) = (call.Parameters.Get("DestinationCidrBlock"), call.Parameters.Get("DestinationIpv6CidrBlock"));
        return four is null == six is null ? throw new AwsException("InvalidParameterCombination", "Exactly one of DestinationCidrBlock and DestinationIpv6CidrBlock must be given.")
            : four is not null ? Cidr.Parse(four, "destinationCidrBlock").ToString() : Ipv6Cidr.Parse(six!, "destinationIpv6CidrBlock").ToString();
    }

    private static RouteEntry ReadRoute(AwsCall call)
    {
        var (ec2, table, destination) = (call.Ec2(), Named(call), ReadDestination(call));
        var (gateway, nat, egress) = (call.Parameters.Get("GatewayId"), call.Parameters.Get("NatGatewayId"), call.Parameters.Get("EgressOnlyInternetGatewayId"));
        if (new[] { gateway, nat, egress }.OfType<string>().ToList() is not [var target])
        {
            throw new AwsException("InvalidParameterCombination", "Exactly one of GatewayId, NatGatewayId and EgressOnlyInternetGatewayId must be given; the sandbox routes to nothing else.");
        }

        var (vpc, noun) = gateway is not null ? (ec2.Get<InternetGateway>(gateway, GatewayOperations.Kind).VpcId, "network gateway")
            : nat is not null ? (ec2.Get<NatGateway>(nat, NatGatewayOperations.Kind).Subnet.VpcId, "NAT gateway")
            : (ec2.Get<EgressGateway>(target, EgressGatewayOperations.Kind).VpcId, "egress-only internet gateway");
        if (vpc != table.VpcId)
        {
            throw new AwsException("InvalidParameterValue", $"route table {table.Id} and {noun} {target} belong to different networks");
        }

        var route = new RouteEntry(destination, target);
        return (egress is not null && !route.IsIpv6) || (nat is not null && route.IsIpv6 && destination != "64:ff9b::/96")
            ? throw new AwsException("InvalidParameterCombination", $"A route to {destination} cannot lead to {target}: an egress-only internet gateway is for IPv6, and a NAT gateway for IPv4 and 64:ff9b::/96.")
            : route;
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
            Items("routeSet", table.Local.Select(block => new[] { WriteDestination(new RouteEntry(block, "local")), X("gatewayId", "local"), X("state", "active"), X("origin", "CreateRouteTable") })
                .Concat(table.Routes.Select(route => new[]
                {
                    WriteDestination(route), X("gatewayId", route.GatewayId), X("natGatewayId", route.NatGatewayId), X("egressOnlyInternetGatewayId", route.EgressGatewayId), X("state", IsUp(ec2, table, route) ? "active" : "blackhole"), X("origin", "CreateRoute"),
                }))),
            Items("associationSet", table.Associations.Select(association => new[]
            {
                X("routeTableAssociationId", association.Id), X("routeTableId", table.Id), X("subnetId", association.SubnetId), X("main", association.SubnetId is null), X("associationState", X("state", "associated")),
            })), X("propagatingVgwSet", Array.Empty<XElement?>()), table.WriteTags(),
        ];
    }

    private static XElement? WriteDestination(RouteEntry route) => X(route.IsPrefixList ? "destinationPrefixListId" : route.IsIpv6 ? "destinationIpv6CidrBlock" : "destinationCidrBlock", route.Destination);

    private static bool IsUp(Ec2Region ec2, RouteTable table, RouteEntry route) => route.NatGatewayId is { } nat ? ec2.Find<NatGateway>(nat)?.State is "pending" or "available"
        : route.EgressGatewayId is { } egress ? ec2.Find<EgressGateway>(egress) is not null
        : route.IsPrefixList || ec2.Find<InternetGateway>(route.GatewayId)?.VpcId == table.VpcId;
}
