using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util;

namespace EksTools.Aws.Endpoints;

/// <summary>Reads a client's configuration into endpoint parameters.</summary>
internal sealed class StandardEndpointResolver : BaseEndpointResolver
{
    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        var region = requestContext.Request.AlternateEndpoint ?? config.RegionEndpoint;
        var parameters = new StandardEndpointParameters
        {
            Region = region?.SystemName,
            UseDualStack = config.UseDualstackEndpoint,
            UseFIPS = config.UseFIPSEndpoint,
            Endpoint = config.ServiceURL,
        };
        if (region is null && !string.IsNullOrEmpty(config.ServiceURL))
            parameters.Region = string.IsNullOrEmpty(config.AuthenticationRegion) ? AWSSDKUtils.DetermineRegion(config.ServiceURL) : config.AuthenticationRegion;
        return parameters;
    }

    /// <summary>
    /// Signs for the client's own region where the endpoint is overridden, as botocore does. The SDK's core would guess a region
    /// from the override's host, and say us-east-1 of a loopback address, whatever region the client has.
    /// </summary>
    protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters)
    {
        var context = executionContext.RequestContext;
        if (!string.IsNullOrEmpty(context.ClientConfig.ServiceURL) && context.ClientConfig.RegionEndpoint is { } region)
            context.Request.AuthenticationRegion = region.SystemName;
    }

    /// <summary>The endpoint of a request outside a call.</summary>
    public static Endpoint Resolve(ClientConfig config, string serviceId, ServiceOperationEndpointParameters parameters)
    {
        var request = new DefaultRequest(parameters.Request, serviceId) { AlternateEndpoint = parameters.AlternateEndpoint };
        var context = new RequestContext(false) { ClientConfig = config, OriginalRequest = parameters.Request, Request = request };
        return new StandardEndpointResolver().GetEndpoint(new Amazon.Runtime.Internal.ExecutionContext(context, null));
    }
}
