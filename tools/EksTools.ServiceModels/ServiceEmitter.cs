namespace EksTools.ServiceModels;

/// <summary>What is the same for every service but its names: configuration, exception and request bases, and how a client is made.</summary>
public static class ServiceEmitter
{
    public static string Emit(ServiceModel model)
    {
        var d = model.Definition;
        var name = d.ClientBase;
        var variable = model.ServiceId.ToUpperInvariant().Replace(' ', '_');
        var code = new CodeWriter(
            model,
            d.Namespace,
            "System",
            "System.Collections.Generic",
            "System.Diagnostics.CodeAnalysis",
            "System.Net",
            "Amazon.Runtime",
            "Amazon.Runtime.Endpoints",
            "Amazon.Runtime.Internal",
            "Amazon.Util.Internal",
            $"{d.Namespace}.Model",
            "EksTools.Aws.Endpoints");
        code.Line();
        code.Lines(
            $$"""
            public partial interface IAmazon{{name}}
            {
                /// <summary>The endpoint that a request would go to.</summary>
                Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request);

                /// <inheritdoc />
                [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(Amazon{{name}}Config))]
                static ClientConfig IAmazonService.CreateDefaultClientConfig() => new Amazon{{name}}Config();

                /// <inheritdoc />
                [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The core marks this for CognitoSync alone; nothing here needs untrimmed code.")]
                static IAmazonService IAmazonService.CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig)
                {
                    if (clientConfig is not Amazon{{name}}Config config)
                        throw new AmazonClientException("Amazon{{name}}Client needs an Amazon{{name}}Config.");
                    return awsCredentials is null ? new Amazon{{name}}Client(config) : new Amazon{{name}}Client(awsCredentials, config);
                }
            }

            /// <summary>The configuration of a client of {{model.DisplayName}}.</summary>
            public partial class Amazon{{name}}Config : ClientConfig
            {
                internal const string ServiceIdentifier = "{{model.ServiceId}}";

                private static readonly string s_userAgent =
                    InternalSDKUtils.BuildUserAgentString(ServiceIdentifier, typeof(Amazon{{name}}Config).Assembly.GetName().Version.ToString(3));

                /// <summary>With what environment and profile configure.</summary>
                public Amazon{{name}}Config() : base(DefaultModes.Provider)
                {
                    base.ServiceId = ServiceIdentifier;
                    AuthenticationServiceName = "{{model.SigningName}}";
                    EndpointProvider = new {{d.Endpoints}}();
                }

                /// <summary>The service's identity, from which <c>AWS_ENDPOINT_URL_{{variable}}</c> is named.</summary>
                public static new string ServiceId => ServiceIdentifier;

                /// <inheritdoc />
                public override string RegionEndpointServiceName => "{{model.EndpointPrefix}}";

                /// <inheritdoc />
                public override string ServiceVersion => "{{model.ApiVersion}}";

                /// <inheritdoc />
                public override string UserAgent => s_userAgent;

                /// <inheritdoc />
                public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
                    StandardEndpointResolver.Resolve(this, ServiceIdentifier, parameters);
            }

            /// <summary>An error that {{model.DisplayName}} answered, or a request that cannot be sent.</summary>
            public partial class Amazon{{name}}Exception : AmazonServiceException
            {
                /// <summary>Without a message.</summary>
                public Amazon{{name}}Exception() { }

                /// <summary>With a message.</summary>
                public Amazon{{name}}Exception(string message) : base(message) { }

                /// <summary>With a message and a cause.</summary>
                public Amazon{{name}}Exception(string message, Exception innerException) : base(message, innerException) { }

                /// <summary>With a cause.</summary>
                public Amazon{{name}}Exception(Exception innerException) : base(innerException) { }

                /// <summary>With what the service answered, and a cause.</summary>
                public Amazon{{name}}Exception(string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
                    : base(message, innerException, errorType, errorCode, requestId, statusCode) { }

                /// <summary>With what the service answered.</summary>
                public Amazon{{name}}Exception(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
                    : base(message, errorType, errorCode, requestId, statusCode) { }
            }

            /// <summary>What every request to {{model.DisplayName}} derives from.</summary>
            public partial class Amazon{{name}}Request : AmazonWebServiceRequest;

            /// <summary>A client of {{model.DisplayName}}: thread-safe, made once and shared.</summary>
            public partial class Amazon{{name}}Client : AmazonServiceClient, IAmazon{{name}}
            {
                private static readonly IServiceMetadata s_metadata = new Amazon{{name}}Metadata();

                /// <summary>With the SDK's default credentials and region.</summary>
                public Amazon{{name}}Client() : this(new Amazon{{name}}Config()) { }

                /// <summary>With the SDK's default credentials.</summary>
                public Amazon{{name}}Client(RegionEndpoint region) : this(new Amazon{{name}}Config { RegionEndpoint = region }) { }

                /// <summary>With the SDK's default credentials.</summary>
                public Amazon{{name}}Client(Amazon{{name}}Config config) : base(config) { }

                /// <summary>With the SDK's default region.</summary>
                public Amazon{{name}}Client(AWSCredentials credentials) : this(credentials, new Amazon{{name}}Config()) { }

                /// <summary>With credentials and a region.</summary>
                public Amazon{{name}}Client(AWSCredentials credentials, RegionEndpoint region)
                    : this(credentials, new Amazon{{name}}Config { RegionEndpoint = region }) { }

                /// <summary>With credentials and a configuration.</summary>
                public Amazon{{name}}Client(AWSCredentials credentials, Amazon{{name}}Config clientConfig) : base(credentials, clientConfig) { }

                /// <summary>With keys and the SDK's default region.</summary>
                public Amazon{{name}}Client(string awsAccessKeyId, string awsSecretAccessKey)
                    : this(awsAccessKeyId, awsSecretAccessKey, new Amazon{{name}}Config()) { }

                /// <summary>With keys and a region.</summary>
                public Amazon{{name}}Client(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
                    : this(awsAccessKeyId, awsSecretAccessKey, new Amazon{{name}}Config { RegionEndpoint = region }) { }

                /// <summary>With keys and a configuration.</summary>
                public Amazon{{name}}Client(string awsAccessKeyId, string awsSecretAccessKey, Amazon{{name}}Config clientConfig)
                    : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

                /// <summary>With temporary keys and the SDK's default region.</summary>
                public Amazon{{name}}Client(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken)
                    : this(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, new Amazon{{name}}Config()) { }

                /// <summary>With temporary keys and a region.</summary>
                public Amazon{{name}}Client(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, RegionEndpoint region)
                    : this(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, new Amazon{{name}}Config { RegionEndpoint = region }) { }

                /// <summary>With temporary keys and a configuration.</summary>
                public Amazon{{name}}Client(string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, Amazon{{name}}Config clientConfig)
                    : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig) { }

                /// <inheritdoc />
                public I{{d.PaginatorStem}}PaginatorFactory Paginators => field ??= new {{d.PaginatorStem}}PaginatorFactory(this);

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
                    pipeline.AddHandlerAfter<SigV4AuthSchemeHandler>(new RepeatedParameterHandler());
                }

                private sealed class Amazon{{name}}Metadata : IServiceMetadata
                {
                    public string ServiceId => Amazon{{name}}Config.ServiceIdentifier;

                    public IDictionary<string, string> OperationNameMapping => new Dictionary<string, string>(0);
                }
            }
            """);
        return code.ToString();
    }
}
