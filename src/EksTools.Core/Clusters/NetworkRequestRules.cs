using System.Text.RegularExpressions;
using EksTools.Clusters;
using EksTools.Core.Networking;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What of a new cluster's network can be refused by looking at the request alone.</summary>
internal static partial class NetworkRequestRules
{
    /// <summary>The range of a new VPC when nothing is said; eksctl's.</summary>
    public const string DefaultVpcCidr = "192.168.0.0/16";

    // As many as a VPC is cut for, two subnets each.
    private const int FewestZones = 2, MostZones = 8;

    // As many as fit, space by space, into the 256 characters of the tag that records them.
    private const int MostSubnets = 10;

    // Of a network interface: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    private const int MostSecurityGroups = 4;

    // https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    private const int MostPublicAccessCidrs = 40;

    // https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
    private const int ShortestServicePrefix = 12, LongestServicePrefix = 24;
    private static readonly Ipv4Cidr[] PrivateRanges = Ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");

    // EKS takes no reserved addresses: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    private static readonly Ipv4Cidr[] ReservedRanges = [.. PrivateRanges, .. Ranges("100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")];

    public static IEnumerable<Action> Of(NewClusterRequest request) =>
    [
        () => _ = request.VpcCidr is { } cidr ? SubnetPlan.ParseVpc(cidr) : default,
        () => RequireZones(request),
        () => RequireSubnets(request),
        () => RequireSecurityGroups(request),
        () => RequireServiceRange(request),
        () => RequireAccess(request),
        () => RequirePrivate(request),
    ];

    /// <summary>The endpoint access that is meant when none is said: nodes of a public endpoint that few may reach come by the private one.</summary>
    public static EndpointAccessMode DefaultAccess(bool privateCluster, bool restricted) =>
        privateCluster ? EndpointAccessMode.Private : restricted ? EndpointAccessMode.PublicAndPrivate : EndpointAccessMode.Public;

    private static void RequireZones(NewClusterRequest request)
    {
        if (request.Zone.Count > 0 && request.ZoneCount is not null)
        {
            throw Contradictory(nameof(request.ZoneCount), "-Zone and -ZoneCount contradict each other", "Leave one of them out.");
        }

        if (request.ZoneCount is { } count && count is < FewestZones or > MostZones)
        {
            throw Wrong("InvalidZoneCount", nameof(request.ZoneCount), $"-ZoneCount {request.ZoneCount} is out of range: {FewestZones} to {MostZones}.", null);
        }

        int zones = request.Zone.Distinct(StringComparer.Ordinal).Count();
        if (zones == 1)
        {
            throw Wrong("TooFewZones", nameof(request.Zone), "-Zone names one availability zone; a cluster needs two.", "Name another, or say -ZoneCount.");
        }

        if (zones > MostZones)
        {
            throw Wrong("TooManyZones", nameof(request.Zone), $"-Zone names {zones} availability zones; a VPC is cut for {MostZones} at most.", null);
        }
    }

    private static void RequireSubnets(NewClusterRequest request)
    {
        if (request.SubnetId.Count == 0)
        {
            return;
        }

        (string Name, bool Said)[] ofNewVpc = [("-VpcCidr", request.VpcCidr is not null), ("-NatGateway", request.NatGateway is not null), ("-Zone", request.Zone.Count > 0), ("-ZoneCount", request.ZoneCount is not null)];
        if (ofNewVpc.FirstOrDefault(static parameter => parameter.Said) is { Name: not null } said)
        {
            throw Contradictory(nameof(request.SubnetId), $"-SubnetId and {said.Name} contradict each other: with existing subnets no VPC is made", "Leave one of them out.");
        }

        RequireSubnetIds(request.SubnetId);
    }

    /// <summary>Refuses what cannot be the subnets of a control plane, by the ids alone.</summary>
    public static void RequireSubnetIds(IReadOnlyList<string> ids)
    {
        if (ids.FirstOrDefault(static id => !SubnetId().IsMatch(id)) is { } bad)
        {
            throw Wrong("InvalidSubnetId", nameof(NewClusterRequest.SubnetId), $"-SubnetId '{bad}' is not a subnet's id.", "Ids look like subnet-0123456789abcdef0.");
        }

        if (ids.Count > MostSubnets)
        {
            throw Wrong("TooManySubnets", nameof(NewClusterRequest.SubnetId), $"-SubnetId names {ids.Count} subnets; {MostSubnets} are the most.", null);
        }

        if (ids.Distinct(StringComparer.Ordinal).Count() < 2)
        {
            throw Wrong("TooFewSubnets", nameof(NewClusterRequest.SubnetId), "-SubnetId names one subnet; EKS wants two at least, in different availability zones.", null);
        }
    }

    /// <summary>Refuses what cannot be the security groups of a control plane, by the ids alone.</summary>
    public static void RequireSecurityGroupIds(IReadOnlyList<string> ids)
    {
        if (ids.FirstOrDefault(static id => !SecurityGroupId().IsMatch(id)) is { } bad)
        {
            throw Wrong("InvalidSecurityGroupId", nameof(NewClusterRequest.SecurityGroupId), $"-SecurityGroupId '{bad}' is not a security group's id.", "Ids look like sg-0123456789abcdef0.");
        }

        int groups = ids.Distinct(StringComparer.Ordinal).Count();
        if (groups > MostSecurityGroups)
        {
            throw Wrong("TooManySecurityGroups", nameof(NewClusterRequest.SecurityGroupId), $"-SecurityGroupId names {groups} security groups; EKS takes {MostSecurityGroups} for a control plane, besides its own.", null);
        }
    }

    private static void RequireSecurityGroups(NewClusterRequest request)
    {
        RequireSecurityGroupIds(request.SecurityGroupId);
        if (request.SecurityGroupId.Count > 0 && request.SubnetId.Count == 0)
        {
            throw Contradictory(nameof(request.SecurityGroupId), "-SecurityGroupId without -SubnetId is of no use: a security group belongs to a VPC that is there, and a new one is made", "Say -SubnetId too, with subnets of the groups' VPC.");
        }
    }

    private static void RequireServiceRange(NewClusterRequest request)
    {
        if (request.ServiceCidr is not { } text)
        {
            return;
        }

        if (request.IpFamily == ClusterIpFamily.IPv6)
        {
            throw Contradictory(nameof(request.ServiceCidr), "-ServiceCidr and -IpFamily IPv6 contradict each other: Services have IPv6 addresses then, of a range that EKS chooses", "Leave one of them out.");
        }

        if (!Ipv4Cidr.TryParse(text, out Ipv4Cidr range))
        {
            throw Wrong("InvalidServiceCidr", nameof(request.ServiceCidr), $"-ServiceCidr '{text}' is not an IPv4 range.", $"Write the first address and the length: {(range.PrefixLength > 0 ? $"{range}" : "172.20.0.0/16")}.");
        }

        if (range.PrefixLength is < ShortestServicePrefix or > LongestServicePrefix || !PrivateRanges.Any(whole => whole.Contains(range)))
        {
            throw Wrong("InvalidServiceCidr", nameof(request.ServiceCidr), $"-ServiceCidr '{text}' is not a /{ShortestServicePrefix} to /{LongestServicePrefix} within {string.Join(", ", PrivateRanges)}.", "Choose a range such as 172.20.0.0/16.");
        }

        if (request.SubnetId.Count == 0 && Ipv4Cidr.TryParse(request.VpcCidr ?? DefaultVpcCidr, out Ipv4Cidr vpc))
        {
            RequireApart(range, [vpc]);
        }
    }

    /// <summary>Refuses a range of Services that addresses of the VPC lie in.</summary>
    public static void RequireApart(Ipv4Cidr services, IReadOnlyList<Ipv4Cidr> vpc)
    {
        if (vpc.Where(services.Overlaps).Select(static range => $"{range}").FirstOrDefault() is { } other)
        {
            throw Wrong("InvalidServiceCidr", nameof(NewClusterRequest.ServiceCidr), $"-ServiceCidr '{services}' overlaps {other}, the VPC's range.", "Choose a range that no network has that the cluster is connected to.");
        }
    }

    private static void RequireAccess(NewClusterRequest request)
    {
        if (request.PublicAccessCidr.Count == 0)
        {
            return;
        }

        if ((request.EndpointAccess ?? DefaultAccess(request.PrivateCluster, restricted: true)) == EndpointAccessMode.Private)
        {
            throw Contradictory(nameof(request.PublicAccessCidr), $"-PublicAccessCidr and {(request.EndpointAccess is null ? "-PrivateCluster" : "-EndpointAccess Private")} contradict each other: there is no public endpoint", "Leave it out, or say -EndpointAccess PublicAndPrivate.");
        }

        int count = request.PublicAccessCidr.Distinct(StringComparer.Ordinal).Count();
        if (count > MostPublicAccessCidrs)
        {
            throw Wrong("TooManyPublicAccessCidrs", nameof(request.PublicAccessCidr), $"-PublicAccessCidr names {count} ranges; EKS takes {MostPublicAccessCidrs}.", "Put neighbouring ranges together.");
        }

        foreach (string text in request.PublicAccessCidr)
        {
            RequirePublicRange(text, request.IpFamily == ClusterIpFamily.IPv6);
        }

        // The addresses of the NAT gateways are not known before they are made.
        if (request.EndpointAccess == EndpointAccessMode.Public && request.SubnetId.Count == 0 && !request.NoNodeGroup && !request.PublicAccessCidr.Contains("0.0.0.0/0"))
        {
            throw Contradictory(nameof(request.PublicAccessCidr), "-PublicAccessCidr and -EndpointAccess Public would keep the nodes out: they come from addresses of the new VPC, which are not among the ranges", "Say -EndpointAccess PublicAndPrivate: nodes then come by the private endpoint.");
        }
    }

    private static void RequirePublicRange(string text, bool ipv6)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            if (!Ipv6Cidr.TryParse(text, out Ipv6Cidr six))
            {
                throw NoRange(six.PrefixLength > 0 ? $"{six}" : "2001:db8::/32");
            }

            if (!ipv6)
            {
                throw Wrong("InvalidPublicAccessCidr", nameof(NewClusterRequest.PublicAccessCidr), $"-PublicAccessCidr '{text}' is an IPv6 range, and the public endpoint of an IPv4 cluster has no IPv6 address.", "Leave it out, or say -IpFamily IPv6.");
            }

            return;
        }

        if (!Ipv4Cidr.TryParse(text, out Ipv4Cidr four))
        {
            throw NoRange(four.PrefixLength > 0 ? $"{four}" : "203.0.113.0/24");
        }

        if (ReservedRanges.Any(reserved => reserved.Contains(four)))
        {
            throw Wrong("InvalidPublicAccessCidr", nameof(NewClusterRequest.PublicAccessCidr), $"-PublicAccessCidr '{text}' is a range of reserved addresses, from which nobody comes over the internet.", "Name the public addresses; from private ones -EndpointAccess PublicAndPrivate lets the VPC in.");
        }

        EksToolsException NoRange(string example) => Wrong("InvalidPublicAccessCidr", nameof(NewClusterRequest.PublicAccessCidr), $"-PublicAccessCidr '{text}' is not a range of addresses.", $"Write the first address and the length: {example}.");
    }

    private static void RequirePrivate(NewClusterRequest request)
    {
        if (!request.PrivateCluster)
        {
            if (request.EndpointService.Count > 0)
            {
                throw Contradictory(nameof(request.EndpointService), "-EndpointService without -PrivateCluster is of no use: other clusters reach AWS over the internet", "Say -PrivateCluster too.");
            }

            return;
        }

        if (request.NatGateway is not null)
        {
            throw Contradictory(nameof(request.PrivateCluster), "-PrivateCluster and -NatGateway contradict each other: a private cluster's VPC has no way to the internet", "Leave one of them out.");
        }

        if (request.EndpointAccess == EndpointAccessMode.Public)
        {
            throw Contradictory(nameof(request.PrivateCluster), "-PrivateCluster and -EndpointAccess Public contradict each other: nodes without a way to the internet reach the private endpoint alone", "Leave -EndpointAccess out, or say PublicAndPrivate to reach the API server from outside.");
        }

        if (request.EndpointService.FirstOrDefault(static service => !EndpointService().IsMatch(service) || service.Contains("amazonaws", StringComparison.Ordinal)) is { } bad)
        {
            throw Wrong("InvalidEndpointService", nameof(request.EndpointService), $"-EndpointService '{bad}' is not the short name of an AWS service.", "Write it as it ends the endpoint service's name: autoscaling, ecr.api, logs.");
        }
    }

    private static Ipv4Cidr[] Ranges(params string[] texts) => [.. texts.Select(static text => Ipv4Cidr.TryParse(text, out Ipv4Cidr range) ? range : throw new FormatException(text))];

    private static EksToolsException Contradictory(string parameter, string what, string hint) => Wrong("ContradictoryNetwork", parameter, $"{what}.", hint);

    private static EksToolsException Wrong(string id, string parameter, string message, string? hint) => new(EksErrorKind.Validation, id, message, parameter, hint);

    [GeneratedRegex("^subnet-[0-9a-f]{8,17}$")]
    private static partial Regex SubnetId();

    [GeneratedRegex("^sg-[0-9a-f]{8,17}$")]
    private static partial Regex SecurityGroupId();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
    private static partial Regex EndpointService();
}
