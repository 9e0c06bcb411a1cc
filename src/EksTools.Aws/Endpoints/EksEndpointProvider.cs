using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>Endpoints of EKS, one in each region (botocore's <c>eks/2017-11-01/endpoint-rule-set-1.json</c>).</summary>
internal sealed class EksEndpointProvider : StandardEndpointProvider
{
    protected override Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack) =>
        new((fips, dualStack, partition.name) switch
        {
            (true, true, _) => $"https://eks-fips.{region}.{partition.dualStackDnsSuffix}",
            (true, false, "aws") => $"https://fips.eks.{region}.amazonaws.com",
            // GovCloud's ordinary endpoints are FIPS endpoints.
            (true, false, "aws-us-gov") => $"https://eks.{region}.amazonaws.com",
            (true, false, _) => $"https://eks-fips.{region}.{partition.dnsSuffix}",
            (false, true, _) => $"https://eks.{region}.{partition.dualStackDnsSuffix}",
            (false, false, _) => $"https://eks.{region}.{partition.dnsSuffix}",
        });
}
