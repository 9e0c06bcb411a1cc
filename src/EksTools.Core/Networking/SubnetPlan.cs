using EksTools.Errors;

namespace EksTools.Core.Networking;

/// <summary>One subnet of a VPC of our own.</summary>
/// <param name="Zone">The availability zone's name.</param>
/// <param name="IsPublic">Has a route to the internet gateway.</param>
internal sealed record PlannedSubnet(string Zone, bool IsPublic, Ipv4Cidr Cidr)
{
    /// <summary>The subnet's component, such as <c>subnet-public-us-west-2a</c>.</summary>
    public string Component => $"subnet-{(IsPublic ? "public" : "private")}-{Zone}";
}

/// <summary>
/// How a VPC is cut: one public and one private subnet in each zone; of 2^n equal parts the first are public, the next private.
/// The arithmetic is eksctl's, so that people find the sizes that they know.
/// </summary>
internal static class SubnetPlan
{
    /// <summary>Largest and smallest VPC by prefix length. AWS allows /16 to /28; a cluster needs room for pods.</summary>
    public const int ShortestPrefix = 16, LongestPrefix = 24;

    private static readonly (string Cidr, string What)[] Reserved =
    [
        ("0.0.0.0/8", "this network"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local addresses, among them the instance metadata service"),
        ("224.0.0.0/3", "multicast and reserved addresses"),
    ];

    /// <summary>Cuts a VPC into a public and a private subnet for each zone.</summary>
    public static IReadOnlyList<PlannedSubnet> Create(Ipv4Cidr vpc, IReadOnlyList<string> zones)
    {
        int count = zones.Count * 2;
        int extra = count switch
        {
            <= 8 => 3,
            <= 16 => 4,
            _ => throw new EksToolsException(EksErrorKind.Validation, "TooManyZones", $"{zones.Count} availability zones are too many: a VPC is cut for 8 at most."),
        };
        Ipv4Cidr[] parts = [.. vpc.Split(vpc.PrefixLength + extra)];
        return
        [
            .. zones.Select((zone, index) => new PlannedSubnet(zone, true, parts[index])),
            .. zones.Select((zone, index) => new PlannedSubnet(zone, false, parts[zones.Count + index])),
        ];
    }

    /// <summary>Reads and checks the range of a new VPC.</summary>
    /// <exception cref="EksToolsException">It is no range, of the wrong size, or one that a VPC cannot have.</exception>
    public static Ipv4Cidr ParseVpc(string text)
    {
        if (!Ipv4Cidr.TryParse(text, out Ipv4Cidr vpc))
        {
            string example = vpc.PrefixLength > 0 ? $"{vpc}" : "192.168.0.0/16";
            throw Wrong($"-VpcCidr '{text}' is not an IPv4 range.", $"Write the first address and the length: {example}.");
        }

        if (vpc.PrefixLength is < ShortestPrefix or > LongestPrefix)
        {
            throw Wrong($"-VpcCidr '{text}' has a length of /{vpc.PrefixLength}; a cluster's VPC is /{ShortestPrefix} to /{LongestPrefix}.", null);
        }

        foreach ((string cidr, string what) in Reserved)
        {
            if (Ipv4Cidr.TryParse(cidr, out Ipv4Cidr reserved) && reserved.Overlaps(vpc))
            {
                throw Wrong($"-VpcCidr '{text}' overlaps {cidr} ({what}).", "Choose a private range, such as 10.0.0.0/16.");
            }
        }

        return vpc;
    }

    private static EksToolsException Wrong(string message, string? hint) => new(EksErrorKind.Validation, "InvalidVpcCidr", message, "VpcCidr", hint);
}
