namespace EksTools.Authentication;

/// <summary>A host as it stands in a token, read by the server's rule: <c>sts.amazonaws.com</c>, or <c>sts[-fips].REGION.DOMAIN</c>.</summary>
/// <param name="IsGlobal">Whether it is STS' global host.</param>
/// <param name="Region">The region; null for the global host and for what is no host of STS.</param>
/// <param name="Partition">The partition that it fits best, or null for what is no host of STS.</param>
/// <param name="Domain">What stands behind the region.</param>
internal sealed record StsHostName(bool IsGlobal, string? Region, string? Partition, string? Domain)
{
    // The server's own list: the isolated partitions have dual-stack domains too (AwsPartition knows them), which it does not take.
    private static readonly (string Partition, string[] Domains)[] Domains =
    [
        ("aws", ["amazonaws.com", "api.aws"]),
        ("aws-us-gov", ["amazonaws.com", "api.aws"]),
        ("aws-cn", ["amazonaws.com.cn", "api.amazonwebservices.com.cn"]),
        ("aws-iso", ["c2s.ic.gov"]),
        ("aws-iso-b", ["sc2s.sgov.gov"]),
        ("aws-iso-e", ["cloud.adc-e.uk"]),
        ("aws-iso-f", ["csp.hci.ic.gov"]),
        ("aws-eusc", ["amazonaws.eu", "api.amazonwebservices.eu"]),
    ];

    /// <summary>Reads a host, in the letters in which it stands.</summary>
    public static StsHostName Parse(string host)
    {
        if (host == StsHost.Global.Name)
        {
            return new StsHostName(true, null, "aws", null);
        }
        var parts = host.Split('.', 3);
        if (parts is not ["sts" or "sts-fips", var region, var domain] || region == "aws-global" || !AwsPartition.LooksLikeRegion(region))
        {
            return new StsHostName(false, null, null, null);
        }
        var fitting = Domains.Where(d => d.Domains.Contains(domain)).Select(d => d.Partition).ToList();
        var own = AwsPartition.FromRegion(region).Name;
        return fitting.Count == 0
            ? new StsHostName(false, null, null, null)
            : new StsHostName(false, region, fitting.Contains(own) ? own : fitting[0], domain);
    }

    /// <summary>Whether servers of a partition take the host: they look at the domain, not at which regions are theirs.</summary>
    public bool IsOf(string partition) => Domains.Any(d => d.Partition == partition && d.Domains.Contains(Domain));
}
