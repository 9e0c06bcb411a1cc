namespace EksTools.Authentication;

/// <summary>
/// An AWS partition: a set of regions with accounts, ARNs and host names of its own. Facts as in the SDKs' <c>partitions.json</c>.
/// </summary>
public sealed record AwsPartition
{
    private readonly string[] _regionPrefixes;

    private AwsPartition(string name, string dnsSuffix, string dualStackDnsSuffix, string defaultRegion, params string[] regionPrefixes)
    {
        Name = name;
        DnsSuffix = dnsSuffix;
        DualStackDnsSuffix = dualStackDnsSuffix;
        DefaultRegion = defaultRegion;
        _regionPrefixes = regionPrefixes;
    }

    /// <summary>The name as it stands in ARNs: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c> …</summary>
    public string Name { get; }

    /// <summary>The suffix of host names, such as <c>amazonaws.com</c>.</summary>
    public string DnsSuffix { get; }

    /// <summary>The suffix of hosts that also answer over IPv6, such as <c>api.aws</c>.</summary>
    public string DualStackDnsSuffix { get; }

    /// <summary>The region that stands for the partition where none is given.</summary>
    public string DefaultRegion { get; }

    /// <summary>The commercial partition.</summary>
    public static AwsPartition Aws { get; } = new(
        "aws", "amazonaws.com", "api.aws", "us-east-1", "us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-");

    /// <summary>Every partition; the more special region prefixes come first.</summary>
    public static IReadOnlyList<AwsPartition> All { get; } =
    [
        new("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1", "cn-"),
        new("aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1", "us-gov-"),
        new("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1", "us-iso-"),
        new("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1", "us-isob-"),
        new("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1", "eu-isoe-"),
        new("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1", "us-isof-"),
        new("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1", "eusc-"),
        Aws,
    ];

    /// <summary>The partition of a region; unknown regions belong to <see cref="Aws"/>, as in every AWS SDK.</summary>
    /// <param name="region">A region code such as <c>eu-west-1</c>, a partition's pseudo region (<c>aws-cn-global</c>), or null.</param>
    public static AwsPartition FromRegion(string? region)
    {
        if (string.IsNullOrEmpty(region))
        {
            return Aws;
        }
        return All.FirstOrDefault(p => region == p.Name + "-global" || p._regionPrefixes.Any(x => region.StartsWith(x, StringComparison.Ordinal)))
            ?? Aws;
    }

    /// <summary>The partition that an ARN names, or null when the text is no ARN of a known partition.</summary>
    public static AwsPartition? FromArn(string? arn)
    {
        var parts = arn?.Split(':', 3);
        return parts is ["arn", var name, _] ? All.FirstOrDefault(p => p.Name == name) : null;
    }

    /// <summary>The host of a service in a region of this partition, such as <c>eks.eu-west-1.amazonaws.com</c>.</summary>
    public string Host(string service, string region, bool dualStack = false) =>
        $"{service}.{region}.{(dualStack ? DualStackDnsSuffix : DnsSuffix)}";

    /// <summary>Checks that text can be a region code, so that it may become part of a host name.</summary>
    /// <exception cref="AwsAuthenticationException"><see cref="AwsAuthenticationErrorKind.Validation"/>.</exception>
    public static string ValidateRegion(string region)
    {
        ArgumentNullException.ThrowIfNull(region);
        if (!LooksLikeRegion(region))
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation,
                $"'{Redaction.OneLine(region)}' is not the code of an AWS region.",
                "Give a region code such as us-west-2 or eu-central-1.");
        }
        return region;
    }

    /// <summary>Whether text has the form of a region code (or is the pseudo region <c>aws-global</c>).</summary>
    public static bool LooksLikeRegion(string region)
    {
        // By hand rather than by Regex: this is on the way of every token, and the helper starts cold each time.
        if (region == "aws-global")
        {
            return true;
        }
        var parts = region.Split('-');
        return region.Length <= 40 && parts.Length is >= 3 and <= 5 && parts[0] != "fips"
            && parts[..^1].All(p => p.Length > 0 && p.All(char.IsAsciiLetterLower))
            && parts[^1].Length is 1 or 2 && parts[^1].All(char.IsAsciiDigit);
    }
}
