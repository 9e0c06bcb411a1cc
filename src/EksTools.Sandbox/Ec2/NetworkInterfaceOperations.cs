using System.Security.Cryptography;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A network interface.</summary>
internal sealed class NetworkInterface(string id, Subnet subnet, string privateIp, DateTimeOffset created) : Ec2Resource(id, "network-interface", created)
{
    public Subnet Subnet { get; } = subnet;
    public string SubnetId => Subnet.Id;
    public string VpcId => Subnet.VpcId;
    public string PrivateIp { get; } = privateIp;
    public string Mac { get; } = "02:" + string.Join(':', RandomNumberGenerator.GetHexString(10, lowercase: true).Chunk(2).Select(pair => new string(pair)));
    public string Description { get; init; } = "";
    public string InterfaceType { get; init; } = "interface";
    public bool RequesterManaged { get; init; }

    /// <summary>The service that made it for itself, such as <c>amazon-elb</c>; null for the account's own.</summary>
    public string? RequesterId { get; init; }
    public List<string> GroupIds { get; init; } = [];
    public string? InstanceId { get; init; }
    public string? PublicIp { get; init; }
    public string? Ipv6Address { get; init; }

    /// <summary>The Elastic IP address that <see cref="PublicIp"/> is of; null for one of AWS's own.</summary>
    public string? AllocationId { get; init; }
    public string AttachmentId { get; } = AwsAccount.NewId("eni-attach");

    /// <summary>Since when something holds it; null when it is free.</summary>
    public DateTimeOffset? Attached { get; set; }

    public string Status => Attached is null ? "available" : "in-use";

    public string PrivateDnsName(Region region) => $"ip-{PrivateIp.Replace('.', '-')}.{region.InternalSuffix}";

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "network-interface-id" => [Id],
        "subnet-id" => [SubnetId],
        "vpc-id" => [VpcId],
        "status" => [Status],
        "description" => [Description],
        "interface-type" => [InterfaceType],
        "group-id" => GroupIds,
        "private-ip-address" or "addresses.private-ip-address" => [PrivateIp],
        "availability-zone" => [Subnet.Zone.Name],
        "requester-id" => RequesterId is null ? [] : [RequesterId],
        "requester-managed" => Flag(RequesterManaged),
        "attachment.instance-id" => InstanceId is null ? [] : [InstanceId],
        "attachment.status" => Attached is null ? [] : ["attached"],
        "attachment.attachment-id" => Attached is null ? [] : [AttachmentId],
        "mac-address" => [Mac],
        _ => null,
    };
}

/// <summary>Network interfaces.</summary>
internal static class NetworkInterfaceOperations
{
    public static readonly Kind Kind = new("NetworkInterfaceId", "networkInterfaceSet", "InvalidNetworkInterfaceID", "networkInterface ID", "eni");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateNetworkInterface"] = call => [X("networkInterface", Write(call, call.Ec2().Once(call, () => Create(call)))), X("clientToken", call.Parameters.Get("ClientToken"))],
        ["DescribeNetworkInterfaces"] = call => Filters.Describe(call, Kind, call.Ec2().All<NetworkInterface>(), item => Write(call, item)),
        ["DeleteNetworkInterface"] = Delete,
    };

    private static NetworkInterface Create(AwsCall call)
    {
        var ec2 = call.Ec2();
        var subnet = ec2.Get<Subnet>(call.Parameters.Require("SubnetId"), SubnetOperations.Kind);
        var groups = call.Parameters.Strings("SecurityGroupId").Select(id => ec2.Get<SecurityGroup>(id, SecurityGroupOperations.Kind).Id).ToList();
        return ec2.Add(new NetworkInterface(AwsAccount.NewId("eni"), subnet, ec2.NextPrivateAddress(subnet), call.Now)
        {
            Description = call.Parameters.Get("Description") ?? "",
            Tags = Ec2Region.ReadTags(call, "network-interface"),
            GroupIds = groups.Count > 0 ? groups : [ec2.All<SecurityGroup>().First(group => group.VpcId == subnet.VpcId && group.Name == "default").Id],
        });
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var item = call.Ec2().Get<NetworkInterface>(call.Parameters.Require("NetworkInterfaceId"), Kind);
        if (item.Attached is not null)
        {
            throw new AwsException("InvalidParameterValue", $"Network interface '{item.Id}' is currently in use.");
        }

        call.Ec2().Remove(item);
        return Ec2Service.Yes;
    }

    public static XElement WriteIpv6(NetworkInterface item) => Items("ipv6AddressesSet", item.Ipv6Address is null ? [] : [[X("ipv6Address", item.Ipv6Address), X("isPrimaryIpv6", false)]]);

    public static XElement WriteGroups(AwsCall call, NetworkInterface item) =>
        Items("groupSet", item.GroupIds.Select(id => new[] { X("groupId", id), X("groupName", call.Ec2().Find<SecurityGroup>(id)?.Name) }));

    private static XElement?[] Write(AwsCall call, NetworkInterface item)
    {
        var region = call.Ec2().Region;
        return
        [
            X("networkInterfaceId", item.Id), X("subnetId", item.SubnetId), X("vpcId", item.VpcId), X("availabilityZone", item.Subnet.Zone.Name), X("availabilityZoneId", item.Subnet.Zone.Id), X("description", item.Description), X("ownerId", call.Account.Id),
            X("requesterId", item.RequesterId), X("requesterManaged", item.RequesterManaged), X("status", item.Status), X("macAddress", item.Mac), X("privateIpAddress", item.PrivateIp), X("privateDnsName", item.PrivateDnsName(region)),
            X("sourceDestCheck", item.InterfaceType != "nat_gateway"), X("interfaceType", item.InterfaceType), WriteGroups(call, item),
            item.Attached is null ? null : X("attachment", X("attachmentId", item.AttachmentId), X("instanceId", item.InstanceId), X("instanceOwnerId", item.InstanceId is null ? "amazon-aws" : call.Account.Id), X("deviceIndex", item.InstanceId is null ? 1 : 0), X("status", "attached"), X("attachTime", item.Attached), X("deleteOnTermination", item.InstanceId is not null)),
            item.PublicIp is null ? null : X("association", X("publicIp", item.PublicIp), X("ipOwnerId", item.RequesterId is null || item.AllocationId is not null ? call.Account.Id : "amazon-elb"), X("allocationId", item.AllocationId)),
            WriteIpv6(item), Items("privateIpAddressesSet", [[X("privateIpAddress", item.PrivateIp), X("privateDnsName", item.PrivateDnsName(region)), X("primary", true)]]), item.WriteTags(),
        ];
    }
}
