#nullable disable
using System.Diagnostics.CodeAnalysis;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Amazon.EKS;

public partial interface IAmazonEKS
{
    /// <summary>The endpoint that a request would go to.</summary>
    Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request);

    /// <inheritdoc />
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(AmazonEKSConfig))]
    static ClientConfig IAmazonService.CreateDefaultClientConfig() => new AmazonEKSConfig();

    /// <inheritdoc />
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The core marks this for CognitoSync alone; nothing here needs untrimmed code.")]
    static IAmazonService IAmazonService.CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig)
    {
        if (clientConfig is not AmazonEKSConfig config)
            throw new AmazonClientException("AmazonEKSClient needs an AmazonEKSConfig.");
        return awsCredentials is null ? new AmazonEKSClient(config) : new AmazonEKSClient(awsCredentials, config);
    }
}
