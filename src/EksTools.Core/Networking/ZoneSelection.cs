using Amazon.EC2;
using Amazon.EC2.Model;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Networking;

/// <summary>Which availability zones a new cluster stands in.</summary>
internal static class ZoneSelection
{
    // Zones without room for new control planes, whatever name the account knows them by.
    // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
    private static readonly HashSet<string> Avoided = new(StringComparer.Ordinal) { "use1-az3", "usw1-az2", "cac1-az3" };

    /// <summary>The zones that were asked for, or as many as were; three (two in us-east-1, or where there are no more) when nothing was said.</summary>
    /// <param name="asked">Names of zones; empty for our choice.</param>
    /// <param name="count">How many zones; null for our choice.</param>
    /// <param name="instanceTypes">Each node group's instance types, of which each zone must offer one.</param>
    /// <exception cref="EksToolsException">Too few zones fit, or one that was asked for does not.</exception>
    public static async Task<IReadOnlyList<string>> ChooseAsync(AwsAccount account, IReadOnlyList<string> asked, int? count, IReadOnlyList<IReadOnlyList<string>> instanceTypes, CancellationToken cancellationToken)
    {
        List<AvailabilityZone> there = await ListAsync(account, cancellationToken);
        if (asked.Count > 0)
        {
            return await RequireAsync(account, [.. asked.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], there, instanceTypes, cancellationToken);
        }

        List<string> zones = [.. there.Where(zone => !Avoided.Contains(zone.ZoneId)).Select(static zone => zone.ZoneName).Order(StringComparer.Ordinal)];
        foreach (IReadOnlyList<string> types in instanceTypes)
        {
            HashSet<string> offering = await OfferingAsync(account, types, cancellationToken);
            if (offering.Count == 0)
            {
                throw new EksToolsException(EksErrorKind.Validation, "InstanceTypeNotOffered", $"The instance type '{string.Join("', '", types)}' is not offered in {account.Region}.", "NodeType", "Choose another -NodeType or -Region.");
            }

            zones.RemoveAll(zone => !offering.Contains(zone));
        }

        int fewest = count ?? 2;
        if (zones.Count < fewest)
        {
            string what = instanceTypes.Count == 0 ? "EKS can use" : $"EKS can use and that offer {string.Join(" and ", instanceTypes.Select(static types => string.Join(" or ", types)).Distinct())}";
            throw new EksToolsException(EksErrorKind.Validation, "TooFewZones", $"{account.Region} has {zones.Count} availability zone(s) that {what}; {(count is null ? "a cluster needs two" : $"-ZoneCount asks for {count}")}.", "NodeType", "Choose another -NodeType or -Region.");
        }

        int wanted = count ?? (account.Region == "us-east-1" ? 2 : 3);
        return [.. zones.Take(wanted)];
    }

    /// <summary>Refuses instance types of which one of the zones offers none.</summary>
    public static async Task RequireOfferedAsync(AwsAccount account, IReadOnlyList<IReadOnlyList<string>> instanceTypes, IReadOnlyList<string> zones, CancellationToken cancellationToken)
    {
        foreach (IReadOnlyList<string> types in instanceTypes)
        {
            HashSet<string> offering = await OfferingAsync(account, types, cancellationToken);
            if (zones.FirstOrDefault(zone => !offering.Contains(zone)) is { } without)
            {
                throw new EksToolsException(EksErrorKind.Validation, "InstanceTypeNotOffered", $"The instance type '{string.Join("', '", types)}' is not offered in {without}.", "NodeType", "Choose another instance type, or other zones.");
            }
        }
    }

    private static async Task<IReadOnlyList<string>> RequireAsync(AwsAccount account, string[] asked, List<AvailabilityZone> there, IReadOnlyList<IReadOnlyList<string>> instanceTypes, CancellationToken cancellationToken)
    {
        foreach (string name in asked)
        {
            AvailabilityZone zone = there.FirstOrDefault(candidate => candidate.ZoneName == name)
                ?? throw new EksToolsException(EksErrorKind.Validation, "UnknownZone", $"{account.Region} has no availability zone '{name}' that this account can use.", "Zone", $"It has {string.Join(", ", there.Select(static zone => zone.ZoneName).Order(StringComparer.Ordinal))}.");
            if (Avoided.Contains(zone.ZoneId))
            {
                throw new EksToolsException(EksErrorKind.Validation, "UnsupportedZone", $"EKS makes no control planes in {name} ({zone.ZoneId}).", "Zone", $"Choose of {string.Join(", ", there.Where(static other => !Avoided.Contains(other.ZoneId)).Select(static other => other.ZoneName).Order(StringComparer.Ordinal))}.");
            }
        }

        await RequireOfferedAsync(account, instanceTypes, asked, cancellationToken);
        return asked;
    }

    private static async Task<List<AvailabilityZone>> ListAsync(AwsAccount account, CancellationToken cancellationToken)
    {
        DescribeAvailabilityZonesResponse answer = await account.Ec2.DescribeAvailabilityZonesAsync(
            new DescribeAvailabilityZonesRequest
            {
                Filters =
                [
                    new Filter { Name = "state", Values = ["available"] },
                    new Filter { Name = "zone-type", Values = ["availability-zone"] },
                    new Filter { Name = "region-name", Values = [account.Region] },
                ],
            },
            cancellationToken);
        return answer.AvailabilityZones ?? [];
    }

    private static async Task<HashSet<string>> OfferingAsync(AwsAccount account, IReadOnlyList<string> instanceTypes, CancellationToken cancellationToken)
    {
        DescribeInstanceTypeOfferingsRequest request = new()
        {
            LocationType = LocationType.AvailabilityZone,
            Filters = [new Filter { Name = "instance-type", Values = [.. instanceTypes] }],
        };
        HashSet<string> zones = new(StringComparer.Ordinal);
        await foreach (InstanceTypeOffering offering in account.Ec2.Paginators.DescribeInstanceTypeOfferings(request).InstanceTypeOfferings.WithCancellation(cancellationToken))
        {
            zones.Add(offering.Location);
        }

        return zones;
    }
}
