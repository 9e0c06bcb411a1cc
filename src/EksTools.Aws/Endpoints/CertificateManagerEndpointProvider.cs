using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>Endpoints of AWS Certificate Manager, one in each region (botocore's <c>acm/2015-12-08/endpoint-rule-set-1.json</c>).</summary>
internal sealed class CertificateManagerEndpointProvider : StandardEndpointProvider
{
    protected override Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack) => new(RegionalHost.Url("acm", region, partition, fips, dualStack));
}
