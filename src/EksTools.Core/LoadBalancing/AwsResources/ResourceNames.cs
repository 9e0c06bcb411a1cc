using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Core.LoadBalancing.Values;

namespace EksTools.Core.LoadBalancing.AwsResources;

/// <summary>What annotations name in AWS.</summary>
internal sealed record ResourceNames
{
    private static readonly string[] CertificateKeys = [ReviewContext.Key("ssl-cert"), ReviewContext.AlbKey("certificate-arn")];
    private static readonly string[] AddressKeys = [ReviewContext.Key("eip-allocations"), ReviewContext.AlbKey("frontend-nlb-eip-allocations")];
    private static readonly string[] SubnetKeys = [ReviewContext.Key("subnets"), ReviewContext.AlbKey("subnets"), ReviewContext.AlbKey("frontend-nlb-subnets")];
    private static readonly string[] GroupKeys = [ReviewContext.Key("security-groups"), ReviewContext.Key("extra-security-groups"), ReviewContext.AlbKey("security-groups"), ReviewContext.AlbKey("frontend-nlb-security-groups")];
    private static readonly string[] SchemeKeys = [ReviewContext.Key("scheme"), ReviewContext.Key("internal"), ReviewContext.Key("type"), ReviewContext.AlbKey("scheme")];

    /// <summary>ARNs of certificates of ACM.</summary>
    public IReadOnlySet<string> Certificates { get; init; } = new HashSet<string>();

    /// <summary>Allocations of Elastic IP addresses.</summary>
    public IReadOnlySet<string> Addresses { get; init; } = new HashSet<string>();

    /// <summary>Ids of subnets.</summary>
    public IReadOnlySet<string> Subnets { get; init; } = new HashSet<string>();

    /// <summary>Ids of security groups.</summary>
    public IReadOnlySet<string> SecurityGroups { get; init; } = new HashSet<string>();

    /// <summary>Whether the VPC's subnets matter: some are named, or a controller is to find its own.</summary>
    public bool NeedsSubnets { get; init; }

    /// <summary>Whether security groups are named.</summary>
    public bool NeedsSecurityGroups { get; init; }

    /// <summary>Whether there is anything to look at.</summary>
    public bool IsEmpty => Certificates.Count == 0 && Addresses.Count == 0 && !NeedsSubnets && !NeedsSecurityGroups;

    public static bool IsCertificate(string key) => CertificateKeys.Contains(key, StringComparer.Ordinal);

    public static bool IsAddress(string key) => AddressKeys.Contains(key, StringComparer.Ordinal);

    public static bool IsSubnet(string key) => SubnetKeys.Contains(key, StringComparer.Ordinal);

    public static bool IsSecurityGroup(string key) => GroupKeys.Contains(key, StringComparer.Ordinal);

    public static bool IsScheme(string key) => SchemeKeys.Contains(key, StringComparer.Ordinal);

    /// <summary>What an annotation may hold that AWS knows of.</summary>
    public static bool Matters(string key) => IsCertificate(key) || IsAddress(key) || IsSubnet(key) || IsSecurityGroup(key) || IsScheme(key);

    /// <summary>What these annotations of these objects name.</summary>
    public static ResourceNames Of(IEnumerable<(LoadBalancedObject Subject, IReadOnlyCollection<string> Keys)> objects)
    {
        HashSet<string> certificates = new(StringComparer.Ordinal), addresses = new(StringComparer.Ordinal), subnets = new(StringComparer.Ordinal), groups = new(StringComparer.Ordinal);
        bool needsSubnets = false, needsGroups = false;
        foreach ((LoadBalancedObject subject, IReadOnlyCollection<string> keys) in objects)
        {
            foreach (string key in keys.Where(Matters))
            {
                IReadOnlyList<string> items = GoValues.List(subject.Value(key) ?? string.Empty);
                if (IsCertificate(key))
                    certificates.UnionWith(items.Where(static arn => CertificateArn.RegionOf(arn) is not null && CertificateArn.Judge(arn) is null));
                else if (IsAddress(key))
                    addresses.UnionWith(items);
                else if (IsSubnet(key))
                    subnets.UnionWith(items.Where(static id => id.StartsWith("subnet-", StringComparison.Ordinal)));
                else if (IsSecurityGroup(key))
                    groups.UnionWith(items.Where(static id => id.StartsWith("sg-", StringComparison.Ordinal)));
                needsSubnets |= IsSubnet(key) || IsAddress(key) || IsScheme(key);
                needsGroups |= IsSecurityGroup(key);
            }
        }
        return new ResourceNames { Certificates = certificates, Addresses = addresses, Subnets = subnets, SecurityGroups = groups, NeedsSubnets = needsSubnets, NeedsSecurityGroups = needsGroups };
    }
}
