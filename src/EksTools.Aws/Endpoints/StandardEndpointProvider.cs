using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace EksTools.Aws.Endpoints;

/// <summary>The part of AWS's endpoint rules that services share: overrides, and what a partition can do.</summary>
internal abstract class StandardEndpointProvider : IEndpointProvider
{
    /// <summary>The endpoint of a service.</summary>
    /// <param name="parameters">Region, FIPS, dual stack and override, by their names in AWS's endpoint rules.</param>
    /// <exception cref="AmazonClientException">No endpoint can be said for these parameters.</exception>
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var fips = parameters["UseFIPS"] is true;
        var dualStack = parameters["UseDualStack"] is true;
        if (parameters["Endpoint"] is string { Length: > 0 } url)
        {
            if (fips || dualStack)
                throw new AmazonClientException($"The endpoint {url} is set, so {(fips ? "FIPS" : "dual stack")} cannot be asked for besides. Take one of the two away.");
            return new Endpoint(url);
        }

        if (parameters["Region"] is not string { Length: > 0 } region)
            throw new AmazonClientException("No region is set, so there is no endpoint. Set RegionEndpoint, or ServiceURL with AuthenticationRegion.");
        var partition = Fn.Partition(region);
        if ((fips && !partition.supportsFIPS) || (dualStack && !partition.supportsDualStack))
            throw new AmazonClientException($"The partition {partition.name} of {region} has no {(fips ? "FIPS" : "dual-stack")} endpoints. Do not ask for them there.");
        return Resolve(region, partition, fips, dualStack);
    }

    protected abstract Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack);
}
