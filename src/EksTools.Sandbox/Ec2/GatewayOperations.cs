using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An internet gateway.</summary>
internal sealed class InternetGateway(string id, DateTimeOffset created) : Ec2Resource(id, "internet-gateway", created)
{
    public string? VpcId { get; set; }

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "internet-gateway-id" => [Id],
        "attachment.vpc-id" => VpcId is null ? [] : [VpcId],
        "attachment.state" => VpcId is null ? [] : ["available"],
        _ => null,
    };
}

/// <summary>Internet gateways.</summary>
internal static class GatewayOperations
{
    public static readonly Kind Kind = new("InternetGatewayId", "internetGatewaySet", "InvalidInternetGatewayID", "internetGateway ID", "igw");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateInternetGateway"] = call => [X("internetGateway", Write(call, call.Ec2().Add(new InternetGateway(AwsAccount.NewId("igw"), call.Now) { Tags = Ec2Region.ReadTags(call, "internet-gateway") })))],
        ["DescribeInternetGateways"] = call => Filters.Describe(call, Kind, call.Ec2().All<InternetGateway>(), gateway => Write(call, gateway)),
        ["AttachInternetGateway"] = Attach,
        ["DetachInternetGateway"] = Detach,
        ["DeleteInternetGateway"] = Delete,
    };

    private static InternetGateway Named(AwsCall call) => call.Ec2().Get<InternetGateway>(call.Parameters.Require("InternetGatewayId"), Kind);

    private static IEnumerable<XElement?> Attach(AwsCall call)
    {
        var (gateway, vpc) = (Named(call), VpcOperations.Named(call));
        if (gateway.VpcId is not null)
        {
            throw new AwsException("Resource.AlreadyAssociated", $"resource {gateway.Id} is already attached to network {gateway.VpcId}");
        }

        if (call.Ec2().All<InternetGateway>().Any(other => other.VpcId == vpc.Id))
        {
            throw new AwsException("InvalidParameterValue", $"Network {vpc.Id} already has an internet gateway attached");
        }

        gateway.VpcId = vpc.Id;
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Detach(AwsCall call)
    {
        var (ec2, gateway, vpc) = (call.Ec2(), Named(call), VpcOperations.Named(call));
        if (gateway.VpcId != vpc.Id)
        {
            throw new AwsException("Gateway.NotAttached", $"resource {gateway.Id} is not attached to network {vpc.Id}");
        }

        if (ec2.All<NetworkInterface>().Any(item => item.VpcId == vpc.Id && item.PublicIp is not null))
        {
            throw new AwsException("DependencyViolation", $"Network {vpc.Id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.");
        }

        gateway.VpcId = null;
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var gateway = Named(call);
        if (gateway.VpcId is not null)
        {
            throw Ec2Service.Dependency("internetGateway", gateway.Id);
        }

        call.Ec2().Remove(gateway);
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(AwsCall call, InternetGateway gateway) =>
    [
        X("internetGatewayId", gateway.Id), X("ownerId", call.Account.Id),
        Items("attachmentSet", gateway.VpcId is null ? [] : [[X("vpcId", gateway.VpcId), X("state", "available")]]), gateway.WriteTags(),
    ];
}
