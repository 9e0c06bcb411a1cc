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

    /// <summary>Three zones (two in us-east-1, or where there are no more) that offer the instance type, if one is said.</summary>
    /// <exception cref="EksToolsException">Fewer than two zones fit.</exception>
    public static async Task<IReadOnlyList<string>> ChooseAsync(AwsAccount account, string? instanceType, CancellationToken cancellationToken)
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
        List<string> zones = [.. (answer.AvailabilityZones ?? []).Where(zone => !Avoided.Contains(zone.ZoneId)).Select(static zone => zone.ZoneName).Order(StringComparer.Ordinal)];
        if (instanceType is not null)
        {
            HashSet<string> offering = await OfferingAsync(account, instanceType, cancellationToken);
            if (offering.Count == 0)
            {
                throw new EksToolsException(EksErrorKind.Validation, "InstanceTypeNotOffered", $"The instance type '{instanceType}' is not offered in {account.Region}.", "NodeType", "Choose another -NodeType or -Region.");
            }

            zones.RemoveAll(zone => !offering.Contains(zone));
        }

        if (zones.Count < 2)
        {
            string what = instanceType is null ? "EKS can use" : $"EKS can use and that offer {instanceType}";
            throw new EksToolsException(EksErrorKind.Validation, "TooFewZones", $"{account.Region} has {zones.Count} availability zone(s) that {what}; a cluster needs two.", "NodeType", "Choose another -NodeType or -Region.");
        }

        int wanted = account.Region == "us-east-1" ? 2 : 3;
        return [.. zones.Take(wanted)];
    }

    /// <summary>Refuses an instance type that one of the zones does not offer.</summary>
    public static async Task RequireOfferedAsync(AwsAccount account, string instanceType, IReadOnlyList<string> zones, CancellationToken cancellationToken)
    {
        HashSet<string> offering = await OfferingAsync(account, instanceType, cancellationToken);
        if (zones.FirstOrDefault(zone => !offering.Contains(zone)) is { } without)
        {
            throw new EksToolsException(EksErrorKind.Validation, "InstanceTypeNotOffered", $"The instance type '{instanceType}' is not offered in {without}.", "NodeType", "Choose another -NodeType, or subnets in other zones.");
        }
    }

    private static async Task<HashSet<string>> OfferingAsync(AwsAccount account, string instanceType, CancellationToken cancellationToken)
    {
        DescribeInstanceTypeOfferingsRequest request = new()
        {
            LocationType = LocationType.AvailabilityZone,
            Filters = [new Filter { Name = "instance-type", Values = [instanceType] }],
        };
        HashSet<string> zones = new(StringComparer.Ordinal);
        await foreach (InstanceTypeOffering offering in account.Ec2.Paginators.DescribeInstanceTypeOfferings(request).InstanceTypeOfferings.WithCancellation(cancellationToken))
        {
            zones.Add(offering.Location);
        }

        return zones;
    }
}
