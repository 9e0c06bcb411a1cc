using System.Globalization;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A virtual private gateway, the AWS side of VPN connections and of Direct Connect.</summary>
internal sealed class VpnGateway(string id, long asn, DateTimeOffset created) : Ec2Resource(id, "vpn-gateway", created)
{
    public long Asn { get; } = asn;

    /// <summary>By VPC, the state of the attachment: one that ended is shown on as <c>detached</c>.</summary>
    public Dictionary<string, string> Attachments { get; } = [];

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "vpn-gateway-id" => [Id],
        "amazon-side-asn" => [Asn.ToString(CultureInfo.InvariantCulture)],
        "attachment.vpc-id" => Attachments.Keys,
        "attachment.state" => Attachments.Values,
        "state" => ["available"],
        "type" => ["ipsec.1"],
        _ => null,
    };
}

/// <summary>Virtual private gateways, without what connects to them.</summary>
internal static class VpnGatewayOperations
{
    private const string Attached = "attached", Detached = "detached";
    private const long AmazonAsn = 64512;
    private static readonly Kind Kind = new("VpnGatewayId", "vpnGatewaySet", "InvalidVpnGatewayID", "vpnGateway ID", "vgw");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateVpnGateway"] = Create,
        ["DescribeVpnGateways"] = call => Filters.Describe(call, Kind, call.Ec2().All<VpnGateway>(), Write),
        ["AttachVpnGateway"] = Attach,
        ["DetachVpnGateway"] = Detach,
        ["DeleteVpnGateway"] = Delete,
    };

    /// <summary>Whether one is attached to a VPC.</summary>
    public static bool Holds(Ec2Region ec2, Vpc vpc) => ec2.All<VpnGateway>().Any(one => one.Attachments.GetValueOrDefault(vpc.Id) == Attached);

    private static VpnGateway Named(AwsCall call) => call.Ec2().Get<VpnGateway>(call.Parameters.Require("VpnGatewayId"), Kind);

    private static IEnumerable<XElement?> Create(AwsCall call) => call.Parameters.Require("Type") == "ipsec.1"
        ? [X("vpnGateway", Write(call.Ec2().Add(new VpnGateway(AwsAccount.NewId("vgw"), call.Parameters.Number("AmazonSideAsn") ?? AmazonAsn, call.Now) { Tags = Ec2Region.ReadTags(call, "vpn-gateway") })))]
        : throw new AwsException("InvalidParameterValue", $"Value ({call.Parameters.Get("Type")}) for parameter type is invalid. Unknown gateway type.");

    private static IEnumerable<XElement?> Attach(AwsCall call)
    {
        var (gateway, vpc) = (Named(call), VpcOperations.Named(call));
        if (gateway.Attachments.ContainsValue(Attached))
        {
            throw new AwsException("VpnGatewayAttachmentLimitExceeded", "The maximum number of VPC attachments has been reached.");
        }

        if (Holds(call.Ec2(), vpc))
        {
            throw new AwsException("InvalidParameterValue", $"Network {vpc.Id} already has a virtual private gateway attached");
        }

        gateway.Attachments[vpc.Id] = Attached;
        return [X("attachment", X("vpcId", vpc.Id), X("state", "attaching"))];
    }

    private static IEnumerable<XElement?> Detach(AwsCall call)
    {
        var (gateway, vpc) = (Named(call), call.Parameters.Require("VpcId"));
        if (gateway.Attachments.GetValueOrDefault(vpc) != Attached)
        {
            throw new AwsException("InvalidVpnGatewayAttachment.NotFound", $"The attachment with vpn gateway ID '{gateway.Id}' and vpc ID '{vpc}' does not exist");
        }

        gateway.Attachments[vpc] = Detached;
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var gateway = Named(call);
        if (gateway.Attachments.ContainsValue(Attached))
        {
            throw new AwsException("IncorrectState", $"The vpn gateway '{gateway.Id}' is attached to a VPC and cannot be deleted.");
        }

        call.Ec2().Remove(gateway);
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(VpnGateway gateway) =>
    [
        X("vpnGatewayId", gateway.Id), X("state", "available"), X("type", "ipsec.1"), X("amazonSideAsn", gateway.Asn.ToString(CultureInfo.InvariantCulture)),
        Items("attachments", gateway.Attachments.Select(pair => new[] { X("vpcId", pair.Key), X("state", pair.Value) })), gateway.WriteTags(),
    ];
}
