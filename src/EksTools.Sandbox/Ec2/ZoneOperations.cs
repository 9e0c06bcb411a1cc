using System.Xml.Linq;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Protocols;
using static EksTools.Sandbox.Protocols.Xml;

namespace EksTools.Sandbox.Ec2;

/// <summary>Regions and zones.</summary>
internal static class ZoneOperations
{
    public static IReadOnlyDictionary<string, QueryOperation> All { get; } = new Dictionary<string, QueryOperation>
    {
        ["DescribeAvailabilityZones"] = DescribeZones,
        ["DescribeRegions"] = DescribeRegions,
    };

    private static IEnumerable<XElement?> DescribeZones(AwsCall call)
    {
        var region = call.Ec2().Region;
        var (names, ids, filters) = (call.Parameters.Strings("ZoneName"), call.Parameters.Strings("ZoneId"), Filters.Read(call));
        foreach (var name in names.Where(name => region.Zones.All(zone => zone.Name != name)).Concat(ids.Where(id => region.Zones.All(zone => zone.Id != id))))
        {
            throw new AwsException("InvalidParameterValue", $"Invalid availability zone: [{name}]");
        }

        var zones = region.Zones.Where(zone => (names.Count == 0 || names.Contains(zone.Name)) && (ids.Count == 0 || ids.Contains(zone.Id)) && filters.All(filter => filter.Values.Any(pattern => Filters.Like(pattern, filter.Name switch
        {
            "zone-name" => zone.Name,
            "zone-id" => zone.Id,
            "state" => "available",
            "region-name" or "group-name" => region.Name,
            "zone-type" => "availability-zone",
            "opt-in-status" => "opt-in-not-required",
            _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
        }))));
        return
        [
            Items("availabilityZoneInfo", zones.Select(zone => new[]
            {
                X("zoneName", zone.Name), X("zoneState", "available"), X("regionName", region.Name), X("zoneId", zone.Id), X("groupName", region.Name), X("networkBorderGroup", region.Name),
                X("zoneType", "availability-zone"), X("optInStatus", "opt-in-not-required"), X("messageSet", Array.Empty<XElement?>()),
            })),
        ];
    }

    private static IEnumerable<XElement?> DescribeRegions(AwsCall call)
    {
        var names = call.Parameters.Strings("RegionName");
        var filters = Filters.Read(call);
        foreach (var name in names.Where(name => !call.Account.HasRegion(name)))
        {
            throw new AwsException("InvalidParameterValue", $"Invalid region provided: [{name}]");
        }

        var regions = Region.Of(call.Account.Partition).Where(region => (names.Count == 0 || names.Contains(region.Name)) && filters.All(filter => filter.Values.Any(pattern => Filters.Like(pattern, filter.Name switch
        {
            "region-name" => region.Name,
            "opt-in-status" => OptIn(region),
            "endpoint" => Endpoint(region),
            _ => throw new AwsException("InvalidParameterValue", $"The filter '{filter.Name}' is invalid"),
        }))));
        return [Items("regionInfo", regions.Select(region => new[] { X("regionName", region.Name), X("regionEndpoint", Endpoint(region)), X("optInStatus", OptIn(region)) }))];
    }

    private static string Endpoint(Region region) => $"ec2.{region.Name}.{region.DnsSuffix}";

    private static string OptIn(Region region) => region.Name == "eu-south-1" ? "opted-in" : "opt-in-not-required";
}
