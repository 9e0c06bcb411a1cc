#nullable disable
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Util.Internal;
using EksTools.Aws.Endpoints;

namespace Amazon.EKS;

/// <summary>The configuration of a client of Amazon EKS.</summary>
public partial class AmazonEKSConfig : ClientConfig
{
    internal const string ServiceIdentifier = "EKS";

    private static readonly string s_userAgent =
        InternalSDKUtils.BuildUserAgentString(ServiceIdentifier, typeof(AmazonEKSConfig).Assembly.GetName().Version.ToString(3));

    /// <summary>With what environment and profile configure.</summary>
    public AmazonEKSConfig() : base(DefaultModes.Provider)
    {
        base.ServiceId = ServiceIdentifier;
        AuthenticationServiceName = "eks";
        EndpointProvider = new EksEndpointProvider();
    }

    /// <summary>The service's identity, from which <c>AWS_ENDPOINT_URL_EKS</c> is named.</summary>
    public static new string ServiceId => ServiceIdentifier;

    /// <inheritdoc />
    public override string RegionEndpointServiceName => "eks";

    /// <inheritdoc />
    public override string ServiceVersion => "2017-11-01";

    /// <inheritdoc />
    public override string UserAgent => s_userAgent;

    /// <inheritdoc />
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        StandardEndpointResolver.Resolve(this, ServiceIdentifier, parameters);
}
