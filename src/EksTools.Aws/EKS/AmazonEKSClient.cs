#nullable disable
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.EKS.Model;
using EksTools.Aws.Endpoints;

namespace Amazon.EKS;

/// <summary>A client of Amazon EKS: thread-safe, made once and shared.</summary>
public partial class AmazonEKSClient : AmazonServiceClient, IAmazonEKS
{
    private static readonly IServiceMetadata s_metadata = new AmazonEKSMetadata();

    /// <summary>With the SDK's default credentials and region.</summary>
    public AmazonEKSClient() : this(new AmazonEKSConfig()) { }

    /// <summary>With the SDK's default credentials.</summary>
    public AmazonEKSClient(RegionEndpoint region) : this(new AmazonEKSConfig { RegionEndpoint = region }) { }

    /// <summary>With the SDK's default credentials.</summary>
    public AmazonEKSClient(AmazonEKSConfig config) : base(config) { }

    /// <summary>With the SDK's default region.</summary>
    public AmazonEKSClient(AWSCredentials credentials) : this(credentials, new AmazonEKSConfig()) { }

    /// <summary>With credentials and a region.</summary>
    public AmazonEKSClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonEKSConfig { RegionEndpoint = region }) { }

    /// <summary>With credentials and a configuration.</summary>
    public AmazonEKSClient(AWSCredentials credentials, AmazonEKSConfig clientConfig) : base(credentials, clientConfig) { }

    /// <summary>With keys and the SDK's default region.</summary>
    public AmazonEKSClient(string awsAccessKeyId, string awsSecretAccessKey)
        : this(awsAccessKeyId, awsSecretAccessKey, new AmazonEKSConfig()) { }

    /// <summary>With keys and a region.</summary>
    public AmazonEKSClient(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, new AmazonEKSConfig { RegionEndpoint = region }) { }

    /// <summary>With keys and a configuration.</summary>
    public AmazonEKSClient(string awsAccessKeyId, string awsSecretAccessKey, AmazonEKSConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

    /// <summary>With temporary keys and the SDK's default region.</summary>
    public AmazonEKSClient(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken)
        : this(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, new AmazonEKSConfig()) { }

    /// <summary>With temporary keys and a region.</summary>
    public AmazonEKSClient(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, new AmazonEKSConfig { RegionEndpoint = region }) { }

    /// <summary>With temporary keys and a configuration.</summary>
    public AmazonEKSClient(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, AmazonEKSConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig) { }

    /// <inheritdoc />
    public IEKSPaginatorFactory Paginators => field ??= new EKSPaginatorFactory(this);

    /// <inheritdoc />
    protected override IServiceMetadata ServiceMetadata => s_metadata;

    /// <inheritdoc />
    public Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request) =>
        Config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request));

    /// <inheritdoc />
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new StandardEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new SigV4AuthSchemeHandler());
    }

    private sealed class AmazonEKSMetadata : IServiceMetadata
    {
        public string ServiceId => AmazonEKSConfig.ServiceIdentifier;

        public IDictionary<string, string> OperationNameMapping => new Dictionary<string, string>(0);
    }
}
