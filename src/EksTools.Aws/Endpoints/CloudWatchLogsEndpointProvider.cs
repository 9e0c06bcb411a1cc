using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>Endpoints of CloudWatch Logs, one in each region (botocore's <c>logs/2014-03-28/endpoint-rule-set-1.json</c>).</summary>
internal sealed class CloudWatchLogsEndpointProvider : StandardEndpointProvider
{
    protected override Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack)
    {
        // GovCloud's ordinary endpoints are FIPS endpoints; the rules name its two regions, not the partition.
        string host = fips && (dualStack || region is not ("us-gov-east-1" or "us-gov-west-1")) ? "logs-fips" : "logs";
        return new($"https://{host}.{region}.{(dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix)}");
    }
}
