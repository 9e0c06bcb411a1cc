using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A peering connection: asked for from one VPC, and active when the other's owner took it.</summary>
internal sealed class Peering(string id, Vpc requester, Vpc accepter, DateTimeOffset created) : Ec2Resource(id, "vpc-peering-connection", created)
{
    public Vpc Requester { get; } = requester;
    public Vpc Accepter { get; } = accepter;
    public string Status { get; set; } = "pending-acceptance";

    /// <summary>Whether it keeps a VPC from being deleted.</summary>
    public bool Holds(Vpc vpc) => Status is "pending-acceptance" or "active" && (Requester == vpc || Accepter == vpc);

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "vpc-peering-connection-id" => [Id],
        "requester-vpc-info.vpc-id" => [Requester.Id],
        "requester-vpc-info.cidr-block" => [Requester.Cidr.ToString()],
        "accepter-vpc-info.vpc-id" => [Accepter.Id],
        "accepter-vpc-info.cidr-block" => [Accepter.Cidr.ToString()],
        "status-code" => [Status],
        _ => null,
    };
}

/// <summary>Peering connections between VPCs of the account in one region.</summary>
internal static class PeeringOperations
{
    private static readonly Kind Kind = new("VpcPeeringConnectionId", "vpcPeeringConnectionSet", "InvalidVpcPeeringConnectionID", "vpcPeeringConnection ID", "pcx");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateVpcPeeringConnection"] = Create,
        ["AcceptVpcPeeringConnection"] = Accept,
        ["DescribeVpcPeeringConnections"] = call => Filters.Describe(call, Kind, call.Ec2().All<Peering>(), one => Write(call, one)),
        ["DeleteVpcPeeringConnection"] = Delete,
    };

    private static Peering Named(AwsCall call) => call.Ec2().Get<Peering>(call.Parameters.Require("VpcPeeringConnectionId"), Kind);

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (ec2, requester) = (call.Ec2(), VpcOperations.Named(call));
        if (call.Parameters.Get("PeerOwnerId") is { } owner && owner != call.Account.Id || call.Parameters.Get("PeerRegion") is { } region && region != call.Region)
        {
            throw new AwsException("InvalidParameterValue", "The sandbox peers VPCs of one account in one region alone.");
        }

        var accepter = ec2.Get<Vpc>(call.Parameters.Require("PeerVpcId"), VpcOperations.Kind);
        if (requester.Cidr.Overlaps(accepter.Cidr))
        {
            // As AWS plays it: the connection is made, and has failed when it is next looked at.
            var failed = ec2.Add(new Peering(AwsAccount.NewId("pcx"), requester, accepter, call.Now) { Tags = Ec2Region.ReadTags(call, "vpc-peering-connection"), Status = "failed" });
            return [X("vpcPeeringConnection", Write(call, failed))];
        }

        return [X("vpcPeeringConnection", Write(call, ec2.Add(new Peering(AwsAccount.NewId("pcx"), requester, accepter, call.Now) { Tags = Ec2Region.ReadTags(call, "vpc-peering-connection") })))];
    }

    private static IEnumerable<XElement?> Accept(AwsCall call)
    {
        var one = Named(call);
        one.Status = one.Status == "pending-acceptance" ? "active" : throw new AwsException("InvalidStateTransition", $"Invalid state transition for {one.Id}, attempting to transition from {one.Status} to active");
        return [X("vpcPeeringConnection", Write(call, one))];
    }

    /// <summary>One that is deleted is shown on for a time.</summary>
    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var one = Named(call);
        one.Status = one.Status is "pending-acceptance" or "active" ? "deleted" : throw new AwsException("InvalidStateTransition", $"Invalid state transition for {one.Id}, attempting to transition from {one.Status} to deleting");
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(AwsCall call, Peering one) =>
    [
        X("vpcPeeringConnectionId", one.Id), X("requesterVpcInfo", WriteSide(call, one.Requester)), X("accepterVpcInfo", WriteSide(call, one.Accepter)), X("status", X("code", one.Status), X("message", one.Status)), one.WriteTags(),
    ];

    private static XElement?[] WriteSide(AwsCall call, Vpc vpc) =>
    [
        X("ownerId", call.Account.Id), X("vpcId", vpc.Id), X("cidrBlock", vpc.Cidr.ToString()), X("region", call.Region),
    ];
}
