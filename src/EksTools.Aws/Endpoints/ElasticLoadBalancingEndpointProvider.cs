using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>Endpoints of both versions of Elastic Load Balancing, one in each region (botocore's <c>elbv2/2015-12-01/endpoint-rule-set-1.json</c>).</summary>
internal sealed class ElasticLoadBalancingEndpointProvider : StandardEndpointProvider
{
    protected override Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack) => new(RegionalHost.Url("elasticloadbalancing", region, partition, fips, dualStack));
}
