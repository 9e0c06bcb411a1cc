using System.Text.RegularExpressions;

namespace EksTools.Sandbox.Kubernetes.Authentication;

/// <summary>Which host a token may be signed for (aws-iam-authenticator's pkg/token/token.go, verifySTSHostnameFormat, over the endpoint rules of the AWS SDK).</summary>
internal static partial class StsHostRules
{
    private const string GlobalHost = "sts.amazonaws.com";

    // The regions' form, the domain, and the dual-stack domain where the authenticator knows one.
    private static readonly (string Partition, Regex Regions, string Domain, string? DualStack)[] Partitions =
    [
        ("aws", Form("(us|eu|ap|sa|ca|me|af|il|mx)"), "amazonaws.com", "api.aws"),
        ("aws-cn", Form("cn"), "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("aws-us-gov", Form("us-gov"), "amazonaws.com", "api.aws"),
        ("aws-iso", Form("us-iso"), "c2s.ic.gov", null),
        ("aws-iso-b", Form("us-isob"), "sc2s.sgov.gov", null),
        ("aws-iso-e", Form("eu-isoe"), "cloud.adc-e.uk", null),
        ("aws-iso-f", Form("us-isof"), "csp.hci.ic.gov", null),
        ("aws-eusc", Form("eusc-de"), "amazonaws.eu", "api.amazonwebservices.eu"),
    ];

    /// <summary>Whether the partition is one that principals can be of.</summary>
    public static bool IsPartition(string partition) => Partitions.Any(p => p.Partition == partition);

    /// <summary>Why a cluster in a partition refuses the host, or null. A port, and upper case, make another host.</summary>
    public static string? Refuse(string host, string partition)
    {
        var labels = host.Split('.');
        if (labels.Length < 3)
        {
            return $"could not parse region for pre-signed URL {host}, {(host.Length == 0 ? "host is empty" : $"invalid host format: {host}")}";
        }

        if (host == GlobalHost)
        {
            return partition == "aws" ? null : $"global endpoint unsupported in partition {partition}";
        }

        var region = labels[1];
        if (!RegionName().IsMatch(region))
        {
            return $"invalid region identifier format provided: {region}";
        }

        // A region of no known form is taken for one of the partition aws.
        var of = Array.Find(Partitions, p => p.Regions.IsMatch(region));
        of = of.Partition is null ? Partitions[0] : of;
        string[] hosts =
        [
            $"sts.{region}.{of.Domain}",
            of.Partition == "aws-us-gov" ? $"sts.{region}.{of.Domain}" : $"sts-fips.{region}.{of.Domain}",
            .. of.DualStack is null ? Array.Empty<string>() : [$"sts.{region}.{of.DualStack}", $"sts-fips.{region}.{of.DualStack}"],
        ];
        if (!hosts.Contains(host))
        {
            return $"unexpected hostname \"{host}\" in pre-signed URL";
        }

        var own = Array.Find(Partitions, p => p.Partition == partition);
        var domain = string.Join('.', labels[2..]);
        return domain == own.Domain || domain == own.DualStack ? null : $"partition {{{partition}}} does not support hostname {host}";
    }

    /// <summary>The region that the authenticator's messages name.</summary>
    public static string RegionOf(string host) => host == GlobalHost ? "global" : host.Split('.') is [_, var region, _, ..] ? region : host;

    private static Regex Form(string prefix) => new($@"^{prefix}-[0-9A-Za-z_]+-[0-9]+\z", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
