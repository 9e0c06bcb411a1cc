namespace EksTools.Authentication;

/// <summary>An STS host and the region that requests to it are signed for.</summary>
/// <param name="Name">The host name, without scheme or port.</param>
/// <param name="SigningRegion">The region of the signature's scope.</param>
public sealed record StsHost(string Name, string SigningRegion)
{
    /// <summary>STS' global host, in the partition <c>aws</c> only.</summary>
    public static StsHost Global { get; } = new("sts.amazonaws.com", "us-east-1");

    // The regions whose STS endpoint the SDKs once resolved to the global host (STS' published endpoint rules).
    private static readonly HashSet<string> LegacyRegions =
    [
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1",
        "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ];

    /// <summary>STS' host for a region, by the rules that the AWS SDKs share.</summary>
    /// <param name="region">The region; null or <c>aws-global</c> is the global host.</param>
    /// <param name="options">FIPS, dual stack, legacy global; null is none of them.</param>
    /// <exception cref="AwsAuthenticationException">The text is no region.</exception>
    public static StsHost For(string? region, StsHostOptions? options = null)
    {
        options ??= new StsHostOptions();
        if (string.IsNullOrEmpty(region))
        {
            region = "aws-global";
        }
        AwsPartition.ValidateRegion(region);
        var partition = options.Partition ?? AwsPartition.FromRegion(region);
        var plain = !options.UseFips && !options.UseDualStack;
        if (plain && (region == "aws-global" || (options.LegacyGlobalEndpoint && LegacyRegions.Contains(region))))
        {
            return Global;
        }
        if (region == "aws-global")
        {
            // There is no global host with FIPS or dual stack; the one that stands for it is its home region's.
            region = partition.DefaultRegion;
        }
        // GovCloud's ordinary hosts are FIPS validated and carry no mark in their names.
        var fipsName = options.UseFips && (options.UseDualStack || partition.Name != "aws-us-gov");
        return new StsHost(partition.Host(fipsName ? "sts-fips" : "sts", region, options.UseDualStack), region);
    }
}
