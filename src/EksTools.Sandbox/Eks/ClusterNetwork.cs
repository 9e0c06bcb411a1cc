using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>What a new cluster's addresses are, and who reaches its public endpoint.</summary>
internal static class ClusterNetwork
{
    private static readonly string[] PrivateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

    // https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html and service-quotas.html
    private static readonly string[] ReservedRanges = [.. PrivateRanges, "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"];
    private const int PublicAccessCidrsAtMost = 40;

    /// <summary>CIDRs of the public endpoint.</summary>
    public static List<string> ReadCidrs(List<string> cidrs, bool ipv6)
    {
        string Read(string text)
        {
            var refusal = EksErrors.InvalidParameter($"The following CIDRs are not allowed in publicAccessCidrs: [{text}]");
            try
            {
                return text.Contains(':', StringComparison.Ordinal) ? ipv6 ? Ipv6Cidr.Parse(text, "publicAccessCidrs").ToString() : throw refusal
                    : Cidr.Parse(text) is var block && ReservedRanges.Any(range => Cidr.Parse(range).Contains(block)) ? throw refusal
                    : block.ToString();
            }
            catch (AwsException error) when (error != refusal)
            {
                throw refusal;
            }
        }

        return cidrs.Count <= PublicAccessCidrsAtMost ? [.. cidrs.Select(Read)] : throw EksErrors.InvalidParameter($"At most {PublicAccessCidrsAtMost} CIDRs can be given in publicAccessCidrs.");
    }

    /// <summary>Whether pods and Services are to have IPv6 addresses.</summary>
    public static bool ReadIpFamily(JsonObject body, IReadOnlyList<Subnet> subnets, string name)
    {
        var network = body.Object("kubernetesNetworkConfig");
        var family = network?.String("ipFamily") ?? "ipv4";
        return family switch
        {
            "ipv4" => false,
            "ipv6" when network?.String("serviceIpv4Cidr") is not null => throw EksErrors.InvalidParameter("serviceIpv4Cidr cannot be given when ipFamily is ipv6.", name),
            "ipv6" when subnets.FirstOrDefault(subnet => subnet.Ipv6 is null) is { } four => throw EksErrors.InvalidParameter($"Subnet {four.Id} has no IPv6 CIDR block, and ipFamily is ipv6.", name),
            "ipv6" => true,
            _ => throw EksErrors.InvalidParameter($"Unknown ipFamily {family}", name),
        };
    }

    /// <summary>A range of Services of EKS's choice.</summary>
    public static string NewServiceIpv6Cidr() => $"fd{RandomNumberGenerator.GetHexString(2, lowercase: true)}:1{RandomNumberGenerator.GetHexString(3, lowercase: true)}:1{RandomNumberGenerator.GetHexString(3, lowercase: true)}::/108";

    /// <summary>The IPv4 range of Services, given or of EKS's choice.</summary>
    public static string ReadServiceCidr(AwsCall call, string vpcId, string name)
    {
        var vpc = call.Eks().Ec2.Find<Vpc>(vpcId)!.Cidr;
        if (call.Body.Object("kubernetesNetworkConfig")?.String("serviceIpv4Cidr") is not { } text)
        {
            // EKS takes the other of its two ranges when the VPC lies in the first.
            return vpc.Overlaps(Cidr.Parse("10.100.0.0/16")) ? "172.20.0.0/16" : "10.100.0.0/16";
        }

        Cidr block;
        try
        {
            block = Cidr.Parse(text, "serviceIpv4Cidr");
        }
        catch (AwsException error)
        {
            throw EksErrors.InvalidParameter(error.Message, name);
        }

        var isPrivate = PrivateRanges.Any(range => Cidr.Parse(range).Contains(block));
        return block.Prefix is >= 12 and <= 24 && isPrivate && !block.Overlaps(vpc) ? block.ToString()
            : throw EksErrors.InvalidParameter($"serviceIpv4Cidr {text} must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, be a /24 to /12, and not overlap the VPC's {vpc}.", name);
    }
}
