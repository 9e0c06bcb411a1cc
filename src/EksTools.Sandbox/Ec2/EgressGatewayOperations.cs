using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An egress-only internet gateway: the way out for IPv6, and no way in. It belongs to its VPC from the start.</summary>
internal sealed class EgressGateway(string id, string vpcId, DateTimeOffset created) : Ec2Resource(id, "egress-only-internet-gateway", created)
{
    public string VpcId { get; } = vpcId;

    /// <summary>EC2 knows no filters of these but tags.</summary>
    public override IEnumerable<string>? Values(string filter) => null;
}

/// <summary>Egress-only internet gateways.</summary>
internal static class EgressGatewayOperations
{
    public static readonly Kind Kind = new("EgressOnlyInternetGatewayId", "egressOnlyInternetGatewaySet", "InvalidGatewayID", "eigw ID", "eigw");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateEgressOnlyInternetGateway"] = call => call.Ec2().Once(call, () => Create(call)) is var gateway ? [X("clientToken", call.Parameters.Get("ClientToken")), X("egressOnlyInternetGateway", Write(gateway))] : [],
        ["DescribeEgressOnlyInternetGateways"] = call => Filters.Describe(call, Kind, call.Ec2().All<EgressGateway>(), Write),
        ["DeleteEgressOnlyInternetGateway"] = Delete,
    };

    private static EgressGateway Create(AwsCall call)
    {
        var (ec2, vpc) = (call.Ec2(), VpcOperations.Named(call));
        return ec2.Add(new EgressGateway(AwsAccount.NewId("eigw"), vpc.Id, call.Now) { Tags = Ec2Region.ReadTags(call, "egress-only-internet-gateway") });
    }

    /// <summary>Routes to a gateway that goes become blackholes.</summary>
    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        call.Ec2().Remove(call.Ec2().Get<EgressGateway>(call.Parameters.Require("EgressOnlyInternetGatewayId"), Kind));
        return [X("returnCode", true)];
    }

    private static XElement?[] Write(EgressGateway gateway) =>
    [
        X("egressOnlyInternetGatewayId", gateway.Id), Items("attachmentSet", [[X("state", "attached"), X("vpcId", gateway.VpcId)]]), gateway.WriteTags(),
    ];
}
