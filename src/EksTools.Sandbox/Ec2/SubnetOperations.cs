using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>A subnet.</summary>
internal sealed class Subnet(string id, string vpcId, Zone zone, Cidr cidr, DateTimeOffset created) : Ec2Resource(id, "subnet", created)
{
    public string VpcId { get; } = vpcId;
    public Zone Zone { get; } = zone;
    public Cidr Cidr { get; } = cidr;
    public string State { get; set; } = "pending";
    public bool MapPublicIp { get; set; }
    public Ipv6Association? Ipv6 { get; init; }
    public bool AssignIpv6 { get; set; }

    /// <summary>An IPv6 address for what is launched here; null where none is assigned.</summary>
    public string? NewIpv6Address() => AssignIpv6 && Ipv6 is { } range ? range.Block.AddressAt((UInt128)(ulong)RandomNumberGenerator.GetInt32(0x1000, int.MaxValue)) : null;

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "subnet-id" => [Id],
        "vpc-id" => [VpcId],
        "state" => [State],
        "availability-zone" or "availabilityZone" => [Zone.Name],
        "availability-zone-id" or "availabilityZoneId" => [Zone.Id],
        "cidr-block" or "cidr" or "cidrBlock" => [Cidr.ToString()],
        "ipv6-cidr-block-association.ipv6-cidr-block" => Ipv6 is null ? [] : [Ipv6.Block.ToString()],
        "map-public-ip-on-launch" => Flag(MapPublicIp),
        "default-for-az" or "defaultForAz" => ["false"],
        _ => null,
    };
}

/// <summary>Subnets.</summary>
internal static class SubnetOperations
{
    public static readonly Kind Kind = new("SubnetId", "subnetSet", "InvalidSubnetID", "subnet ID", "subnet");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["CreateSubnet"] = Create,
        ["DescribeSubnets"] = call => Filters.Describe(call, Kind, call.Ec2().All<Subnet>(), subnet => Write(call, subnet)),
        ["DeleteSubnet"] = Delete,
        ["ModifySubnetAttribute"] = Modify,
    };

    private static IEnumerable<XElement?> Create(AwsCall call)
    {
        var (ec2, vpc, block) = (call.Ec2(), VpcOperations.Named(call), Cidr.Parse(call.Parameters.Require("CidrBlock")));
        var (name, id) = (call.Parameters.Get("AvailabilityZone"), call.Parameters.Get("AvailabilityZoneId"));
        var zone = name is null && id is null ? ec2.Region.Zones[0] : ec2.Region.Zones.FirstOrDefault(zone => zone.Name == name || zone.Id == id)
            ?? throw new AwsException("InvalidParameterValue", $"Value ({name ?? id}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {string.Join(", ", ec2.Region.Zones.Select(zone => zone.Name))}.");
        if (block.Prefix is < 16 or > 28 || !vpc.Cidr.Contains(block))
        {
            throw new AwsException("InvalidSubnet.Range", $"The CIDR '{block}' is invalid.");
        }

        if (ec2.All<Subnet>().Any(other => other.VpcId == vpc.Id && other.Cidr.Overlaps(block)))
        {
            throw new AwsException("InvalidSubnet.Conflict", $"The CIDR '{block}' conflicts with another subnet");
        }

        var subnet = ec2.Add(new Subnet(AwsAccount.NewId("subnet"), vpc.Id, zone, block, call.Now) { Tags = Ec2Region.ReadTags(call, "subnet"), Ipv6 = ReadIpv6(call, vpc) });
        NetworkAclOperations.Associate(ec2, subnet);
        call.Account.After(call.Account.Options.Durations.Step, () => subnet.State = "available");
        return [X("subnet", Write(call, subnet))];
    }

    /// <summary>A /64 of a block that the VPC has by now, and that no other subnet has.</summary>
    private static Ipv6Association? ReadIpv6(AwsCall call, Vpc vpc)
    {
        if (call.Parameters.Get("Ipv6CidrBlock") is not { } text)
        {
            return null;
        }

        var block = Ipv6Cidr.Parse(text, "ipv6CidrBlock");
        if (block.Prefix != 64 || !vpc.Ipv6.Exists(one => one.State == "associated" && one.Block.Contains(block)))
        {
            throw new AwsException("InvalidSubnet.Range", $"The CIDR '{block}' is invalid.");
        }

        return call.Ec2().All<Subnet>().Any(other => other.Ipv6?.Block.Overlaps(block) == true)
            ? throw new AwsException("InvalidSubnet.Conflict", $"The CIDR '{block}' conflicts with another subnet")
            : new Ipv6Association(AwsAccount.NewId("subnet-cidr-assoc"), block) { State = "associated" };
    }

    private static IEnumerable<XElement?> Delete(AwsCall call)
    {
        var ec2 = call.Ec2();
        var subnet = ec2.Get<Subnet>(call.Parameters.Require("SubnetId"), Kind);
        if (ec2.All<NetworkInterface>().Any(item => item.SubnetId == subnet.Id))
        {
            throw Ec2Service.Dependency("subnet", subnet.Id);
        }

        foreach (var table in ec2.All<RouteTable>())
        {
            table.Associations.RemoveAll(association => association.SubnetId == subnet.Id);
        }

        NetworkAclOperations.Forget(ec2, subnet);
        ec2.Remove(subnet);
        return Ec2Service.Yes;
    }

    private static IEnumerable<XElement?> Modify(AwsCall call)
    {
        var subnet = call.Ec2().Get<Subnet>(call.Parameters.Require("SubnetId"), Kind);
        var (map, assign) = (call.Parameters.Structure("MapPublicIpOnLaunch").Flag("Value"), call.Parameters.Structure("AssignIpv6AddressOnCreation").Flag("Value"));
        if (map is not null && assign is not null)
        {
            throw new AwsException("InvalidParameterCombination", "Fields for multiple attribute types specified");
        }

        if (assign == true && subnet.Ipv6 is null)
        {
            throw new AwsException("InvalidParameterValue", $"Invalid value 'true' for assignIpv6AddressOnCreation: the subnet '{subnet.Id}' has no IPv6 CIDR block.");
        }

        (subnet.MapPublicIp, subnet.AssignIpv6) = (map ?? subnet.MapPublicIp, assign ?? subnet.AssignIpv6);
        return Ec2Service.Yes;
    }

    private static XElement?[] Write(AwsCall call, Subnet subnet) =>
    [
        X("subnetId", subnet.Id), X("subnetArn", call.Account.Arn("ec2", call.Region, $"subnet/{subnet.Id}")), X("state", subnet.State), X("ownerId", call.Account.Id), X("vpcId", subnet.VpcId),
        X("cidrBlock", subnet.Cidr.ToString()), Items("ipv6CidrBlockAssociationSet", subnet.Ipv6 is { } ipv6 ? [[X("associationId", ipv6.Id), X("ipv6CidrBlock", ipv6.Block.ToString()), X("ipv6CidrBlockState", X("state", ipv6.State))]] : []), X("availableIpAddressCount", call.Ec2().FreeAddresses(subnet).ToString(CultureInfo.InvariantCulture)),
        X("availabilityZone", subnet.Zone.Name), X("availabilityZoneId", subnet.Zone.Id), X("defaultForAz", false), X("mapPublicIpOnLaunch", subnet.MapPublicIp),
        X("assignIpv6AddressOnCreation", subnet.AssignIpv6), X("mapCustomerOwnedIpOnLaunch", false), X("enableDns64", false), X("ipv6Native", false), subnet.WriteTags(),
    ];
}
