using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>An instance; node groups launch and end them, and people.</summary>
internal sealed class Instance(string id, InstanceType type, NetworkInterface primary, Region region, DateTimeOffset created) : Ec2Resource(id, "instance", created)
{
    public InstanceType InstanceType { get; } = type;
    public NetworkInterface Interface { get; } = primary;
    public Region Region { get; } = region;
    public string ImageId { get; init; } = AwsAccount.NewId("ami");
    public bool IsSpot { get; init; }
    public string? ProfileArn { get; init; }
    public string ReservationId { get; } = AwsAccount.NewId("r");
    public string State { get; set; } = "pending";
    public string PrivateDnsName => Interface.PrivateDnsName(Region);
    public int StateCode => State switch { "pending" => 0, "running" => 16, "shutting-down" => 32, "terminated" => 48, _ => 80 };

    public override IEnumerable<string>? Values(string filter) => filter switch
    {
        "instance-id" => [Id],
        "instance-state-name" => [State],
        "instance-state-code" => [StateCode.ToString(System.Globalization.CultureInfo.InvariantCulture)],
        "instance-type" => [InstanceType.Name],
        "vpc-id" or "network-interface.vpc-id" => State == "terminated" ? [] : [Interface.VpcId],
        "subnet-id" or "network-interface.subnet-id" => State == "terminated" ? [] : [Interface.SubnetId],
        "availability-zone" => [Interface.Subnet.Zone.Name],
        "private-dns-name" => [PrivateDnsName],
        "private-ip-address" => [Interface.PrivateIp],
        "image-id" => [ImageId],
        "instance.group-id" or "group-id" => Interface.GroupIds,
        _ => null,
    };
}

/// <summary>Instances and their types, described.</summary>
internal static class InstanceOperations
{
    public static readonly Kind Kind = new("InstanceId", "reservationSet", "InvalidInstanceID", "instance ID", "i");

    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["DescribeInstances"] = call => Filters.Describe(call, Kind, call.Ec2().All<Instance>(), instance => Write(call, instance)),
        ["DescribeInstanceTypes"] = DescribeTypes,
        ["DescribeInstanceTypeOfferings"] = DescribeOfferings,
    };

    public static XElement?[] Write(AwsCall call, Instance instance)
    {
        var (item, gone) = (instance.Interface, instance.State == "terminated");
        return
        [
            X("reservationId", instance.ReservationId), X("ownerId", call.Account.Id), X("groupSet", Array.Empty<XElement?>()),
            Items("instancesSet",
            [
                [
                    X("instanceId", instance.Id), X("imageId", instance.ImageId), X("instanceState", X("code", instance.StateCode), X("name", instance.State)), X("privateDnsName", gone ? "" : instance.PrivateDnsName), X("dnsName", ""),
                    X("amiLaunchIndex", 0), X("instanceType", instance.InstanceType.Name), X("launchTime", instance.Created), X("placement", X("availabilityZone", item.Subnet.Zone.Name), X("availabilityZoneId", item.Subnet.Zone.Id), X("groupName", ""), X("tenancy", "default")),
                    X("monitoring", X("state", "disabled")), gone ? null : X("subnetId", item.SubnetId), gone ? null : X("vpcId", item.VpcId), gone ? null : X("privateIpAddress", item.PrivateIp), X("architecture", instance.InstanceType.Architecture),
                    X("rootDeviceType", "ebs"), X("rootDeviceName", "/dev/xvda"), X("virtualizationType", "hvm"), X("hypervisor", "xen"), instance.IsSpot ? X("instanceLifecycle", "spot") : null,
                    instance.ProfileArn is null ? null : X("iamInstanceProfile", X("arn", instance.ProfileArn), X("id", "AIPA" + instance.Id[2..].ToUpperInvariant())),
                    gone ? X("networkInterfaceSet", Array.Empty<XElement?>()) : Items("networkInterfaceSet",
                    [
                        [
                            X("networkInterfaceId", item.Id), X("subnetId", item.SubnetId), X("vpcId", item.VpcId), X("ownerId", call.Account.Id), X("status", "in-use"), X("macAddress", item.Mac), X("privateIpAddress", item.PrivateIp),
                            X("privateDnsName", instance.PrivateDnsName), X("sourceDestCheck", true), X("interfaceType", item.InterfaceType), NetworkInterfaceOperations.WriteIpv6(item), NetworkInterfaceOperations.WriteGroups(call, item),
                        ],
                    ]),
                    NetworkInterfaceOperations.WriteGroups(call, item), X("sourceDestCheck", true), instance.WriteTags(), X("ebsOptimized", false), X("enaSupport", true),
                ],
            ]),
        ];
    }

    private static IEnumerable<XElement?> DescribeTypes(AwsCall call)
    {
        var names = call.Parameters.Strings("InstanceType");
        if (names.Where(name => InstanceType.Find(name) is null).ToList() is { Count: > 0 } unknown)
        {
            throw new AwsException("InvalidInstanceType", $"The following supplied instance types do not exist: [{string.Join(", ", unknown)}]");
        }

        var filters = Filters.Read(call);
        return Filters.Page(call, "instanceTypeSet", InstanceType.All.Where(type => (names.Count == 0 || names.Contains(type.Name)) && filters.All(filter => type.Passes(filter.Name, filter.Values))), type => type.Write());
    }

    private static IEnumerable<XElement?> DescribeOfferings(AwsCall call)
    {
        var region = call.Ec2().Region;
        var kind = call.Parameters.Get("LocationType") ?? "region";
        IEnumerable<(string Location, string ZoneId)> places = kind switch
        {
            "region" => [(region.Name, "")],
            "availability-zone" => region.Zones.Select(zone => (zone.Name, zone.Id)),
            "availability-zone-id" => region.Zones.Select(zone => (zone.Id, zone.Id)),
            _ => throw new AwsException("InvalidParameterValue", $"Value ({kind}) for parameter locationType is invalid."),
        };
        var filters = Filters.Read(call);
        var offered = from place in places
                      from type in InstanceType.All
                      where type.IsOfferedIn(place.ZoneId) && filters.All(filter => filter.Values.Any(pattern => Filters.Like(pattern, filter.Name switch
                      {
                          "instance-type" => type.Name,
                          "location" => place.Location,
                          _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
                      })))
                      select (type.Name, place.Location);
        return Filters.Page(call, "instanceTypeOfferingSet", offered, offer => [X("instanceType", offer.Name), X("locationType", kind), X("location", offer.Location)]);
    }
}
