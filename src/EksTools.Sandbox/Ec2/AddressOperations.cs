using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An Elastic IP address.</summary>
internal sealed class ElasticIp(string id, string publicIp, DateTimeOffset created) : Ec2Resource(id, "elastic-ip", created)
{
    public string PublicIp { get; } = publicIp;
    public string? AssociationId { get; set; }
    public NetworkInterface? Interface { get; set; }

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "allocation-id" => [Id],
        "association-id" => AssociationId is null ? [] : [AssociationId],
        "public-ip" => [PublicIp],
        "domain" => ["vpc"],
        "network-interface-id" => Interface is null ? [] : [Interface.Id],
        "private-ip-address" => Interface is null ? [] : [Interface.PrivateIp],
        _ => null,
    };
}

/// <summary>Elastic IP addresses.</summary>
internal static class AddressOperations
{
    private const int AtMost = 5;

    public static readonly Kind Kind = new("AllocationId", "addressesSet", "InvalidAllocationID", "allocation ID", "eipalloc");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["AllocateAddress"] = Allocate,
        ["DescribeAddresses"] = call => [.. Filters.Describe(call, Kind, call.Ec2().All<ElasticIp>(), address => Write(call, address)).Where(element => element?.Name.LocalName != "nextToken")],
        ["ReleaseAddress"] = Release,
    };

    private static IEnumerable<XElement?> Allocate(AwsCall call)
    {
        var ec2 = call.Ec2();
        if (ec2.All<ElasticIp>().Count() >= AtMost)
        {
            throw new AwsException("AddressLimitExceeded", "The maximum number of addresses has been reached.");
        }

        var address = ec2.Add(new ElasticIp(AwsAccount.NewId("eipalloc"), ec2.NextPublicAddress(), call.Now) { Tags = Ec2Region.ReadTags(call, "elastic-ip") });
        return [X("publicIp", address.PublicIp), X("allocationId", address.Id), X("domain", "vpc"), X("publicIpv4Pool", "amazon"), X("networkBorderGroup", call.Region)];
    }

    private static IEnumerable<XElement?> Release(AwsCall call)
    {
        var address = call.Ec2().Get<ElasticIp>(call.Parameters.Require("AllocationId"), Kind);
        if (address.Interface is not null)
        {
            throw new AwsException("InvalidIPAddress.InUse", $"The address '{address.PublicIp}' is in use.");
        }

        call.Ec2().Remove(address);
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(AwsCall call, ElasticIp address) =>
    [
        X("publicIp", address.PublicIp), X("allocationId", address.Id), X("domain", "vpc"), X("associationId", address.AssociationId), X("networkInterfaceId", address.Interface?.Id),
        address.Interface is null ? null : X("networkInterfaceOwnerId", call.Account.Id), X("privateIpAddress", address.Interface?.PrivateIp),
        X("publicIpv4Pool", "amazon"), X("networkBorderGroup", call.Region), address.WriteTags(),
    ];
}
