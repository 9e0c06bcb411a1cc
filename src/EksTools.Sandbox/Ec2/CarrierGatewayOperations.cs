using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A carrier gateway: the way of Wavelength Zones to a carrier's network. It belongs to its VPC from the start.</summary>
internal sealed class CarrierGateway(string id, string vpcId, DateTimeOffset created) : Ec2Resource(id, "carrier-gateway", created)
{
    public string VpcId { get; } = vpcId;

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "carrier-gateway-id" => [Id],
        "vpc-id" => [VpcId],
        "state" => ["available"],
        _ => null,
    };
}

/// <summary>Carrier gateways.</summary>
internal static class CarrierGatewayOperations
{
    private static readonly Kind Kind = new("CarrierGatewayId", "carrierGatewaySet", "InvalidCarrierGatewayID", "carrier gateway ID", "cagw");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateCarrierGateway"] = call => call.Ec2().Once(call, () => Create(call)) is var gateway ? [X("carrierGateway", Write(call, gateway, "available"))] : [],
        ["DescribeCarrierGateways"] = call => Filters.Describe(call, Kind, call.Ec2().All<CarrierGateway>(), gateway => Write(call, gateway, "available")),
        ["DeleteCarrierGateway"] = Delete,
    };

    private static CarrierGateway Create(AwsCall call)
    {
        var (ec2, vpc) = (call.Ec2(), VpcOperations.Named(call));
        return ec2.Add(new CarrierGateway(AwsAccount.NewId("cagw"), vpc.Id, call.Now) { Tags = Ec2Region.ReadTags(call, "carrier-gateway") });
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var gateway = call.Ec2().Get<CarrierGateway>(call.Parameters.Require("CarrierGatewayId"), Kind);
        call.Ec2().Remove(gateway);
        return [X("carrierGateway", Write(call, gateway, "deleting"))];
    }

    private static XElement?[] Write(AwsCall call, CarrierGateway gateway, string state) =>
    [
        X("carrierGatewayId", gateway.Id), X("vpcId", gateway.VpcId), X("state", state), X("ownerId", call.Account.Id), gateway.WriteTags(),
    ];
}
