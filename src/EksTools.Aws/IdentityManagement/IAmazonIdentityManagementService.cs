#nullable disable
using System.Diagnostics.CodeAnalysis;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Amazon.IdentityManagement;

public partial interface IAmazonIdentityManagementService
{
    /// <summary>The endpoint that a request would go to.</summary>
    Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request);

    /// <inheritdoc />
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(AmazonIdentityManagementServiceConfig))]
    static ClientConfig IAmazonService.CreateDefaultClientConfig() => new AmazonIdentityManagementServiceConfig();

    /// <inheritdoc />
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The core marks this for CognitoSync alone; nothing here needs untrimmed code.")]
    static IAmazonService IAmazonService.CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig)
    {
        if (clientConfig is not AmazonIdentityManagementServiceConfig config)
            throw new AmazonClientException("AmazonIdentityManagementServiceClient needs an AmazonIdentityManagementServiceConfig.");
        return awsCredentials is null ? new AmazonIdentityManagementServiceClient(config) : new AmazonIdentityManagementServiceClient(awsCredentials, config);
    }
}
