#nullable disable
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Util.Internal;
using EksTools.Aws.Endpoints;

namespace Amazon.IdentityManagement;

/// <summary>The configuration of a client of AWS IAM.</summary>
public partial class AmazonIdentityManagementServiceConfig : ClientConfig
{
    internal const string ServiceIdentifier = "IAM";

    private static readonly string s_userAgent =
        InternalSDKUtils.BuildUserAgentString(ServiceIdentifier, typeof(AmazonIdentityManagementServiceConfig).Assembly.GetName().Version.ToString(3));

    /// <summary>With what environment and profile configure.</summary>
    public AmazonIdentityManagementServiceConfig() : base(DefaultModes.Provider)
    {
        base.ServiceId = ServiceIdentifier;
        AuthenticationServiceName = "iam";
        EndpointProvider = new IamEndpointProvider();
    }

    /// <summary>The service's identity, from which <c>AWS_ENDPOINT_URL_IAM</c> is named.</summary>
    public static new string ServiceId => ServiceIdentifier;

    /// <inheritdoc />
    public override string RegionEndpointServiceName => "iam";

    /// <inheritdoc />
    public override string ServiceVersion => "2010-05-08";

    /// <inheritdoc />
    public override string UserAgent => s_userAgent;

    /// <inheritdoc />
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        StandardEndpointResolver.Resolve(this, ServiceIdentifier, parameters);
}
