using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>How most services with an endpoint in each region name it.</summary>
internal static class RegionalHost
{
    public static string Url(string service, string region, Partition partition, bool fips, bool dualStack)
    {
        // GovCloud's ordinary endpoints are FIPS endpoints.
        var host = fips && (dualStack || partition.name != "aws-us-gov") ? $"{service}-fips" : service;
        return $"https://{host}.{region}.{(dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix)}";
    }
}
