using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>
/// Endpoints of IAM, one in each partition and signed for that partition's region
/// (botocore's <c>iam/2010-05-08/endpoint-rule-set-1.json</c>).
/// </summary>
internal sealed class IamEndpointProvider : StandardEndpointProvider
{
    protected override Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack)
    {
        // China's IAM lives in Beijing, though the partition's global region is Ningxia.
        var signingRegion = partition.name == "aws-cn" && !fips ? "cn-north-1" : partition.implicitGlobalRegion;
        return new Endpoint(
            "https://" + Host(partition, fips, dualStack),
            $$"""{"authSchemes":[{"name":"sigv4","signingRegion":"{{signingRegion}}"}]}""",
            null);
    }

    private static string Host(Partition partition, bool fips, bool dualStack)
    {
        var service = fips ? "iam-fips" : "iam";
        return (partition.name, dualStack) switch
        {
            ("aws", true) => $"{service}.global.api.aws",
            ("aws-us-gov", true) => "iam.us-gov.api.aws",
            ("aws-us-gov", false) => "iam.us-gov.amazonaws.com",
            ("aws-cn", true) when !fips => "iam.global.api.amazonwebservices.com.cn",
            ("aws-cn", false) when !fips => "iam.cn-north-1.amazonaws.com.cn",
            ("aws-iso" or "aws-iso-b", false) => $"{service}.{partition.implicitGlobalRegion}.{partition.dnsSuffix}",
            ("aws-iso-e" or "aws-iso-f" or "aws-eusc", false) when !fips => $"iam.{partition.implicitGlobalRegion}.{partition.dnsSuffix}",
            (_, true) => $"{service}.{partition.dualStackDnsSuffix}",
            (_, false) => $"{service}.{partition.dnsSuffix}",
        };
    }
}
