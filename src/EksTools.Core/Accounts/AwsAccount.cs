using System.Net;
using Amazon;
using Amazon.CertificateManager;
using Amazon.CloudWatchLogs;
using Amazon.EC2;
using Amazon.EKS;
using Amazon.ElasticLoadBalancing;
using Amazon.ElasticLoadBalancingV2;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using EksTools.Access;
using EksTools.Authentication;
using EksTools.Connections;
using EksTools.Core.Errors;
using EksTools.Core.Plans;
using EksTools.Errors;
using Keys = EksTools.Authentication.AwsKeys;

namespace EksTools.Core.Accounts;

/// <summary>An account and region that the engine talks to: credentials that refresh, and the clients over them.</summary>
internal sealed class AwsAccount : IDisposable
{
    private readonly Lazy<AmazonEKSClient> eks;
    private readonly Lazy<AmazonEC2Client> ec2;
    private readonly Lazy<AmazonIdentityManagementServiceClient> iam;
    private readonly Lazy<AmazonElasticLoadBalancingClient> classicLoadBalancers;
    private readonly Lazy<AmazonElasticLoadBalancingV2Client> loadBalancers;
    private readonly Lazy<AmazonCertificateManagerClient> certificates;
    private readonly Lazy<AmazonCloudWatchLogsClient> logs;

    static AwsAccount()
    {
        CallRecorderCustomizer.Register();
        OneIdentityCustomizer.Register();
        ClockedRetryCustomizer.Register(EngineClock.Current);
        ChangeGuardCustomizer.Register();
    }

    private AwsAccount(AwsSession session, string region, Uri? endpoint)
    {
        Session = session;
        Region = region;
        eks = new(() => Guarded(new AmazonEKSClient(session.Credentials, Configure(new AmazonEKSConfig(), region, endpoint))));
        ec2 = new(() => Guarded(new AmazonEC2Client(session.Credentials, Configure(new AmazonEC2Config { AuthenticationRegion = region }, region, endpoint))));
        iam = new(() => Guarded(new AmazonIdentityManagementServiceClient(session.Credentials, Configure(new AmazonIdentityManagementServiceConfig(), region, endpoint))));
        classicLoadBalancers = new(() => Guarded(new AmazonElasticLoadBalancingClient(session.Credentials, Configure(new AmazonElasticLoadBalancingConfig(), region, endpoint))));
        loadBalancers = new(() => Guarded(new AmazonElasticLoadBalancingV2Client(session.Credentials, Configure(new AmazonElasticLoadBalancingV2Config(), region, endpoint))));
        certificates = new(() => Guarded(new AmazonCertificateManagerClient(session.Credentials, Configure(new AmazonCertificateManagerConfig(), region, endpoint))));
        logs = new(() => Guarded(new AmazonCloudWatchLogsClient(session.Credentials, Configure(new AmazonCloudWatchLogsConfig(), region, endpoint))));
    }

    public AwsSession Session { get; }

    public string Region { get; }

    public AwsPartition Partition => AwsPartition.FromRegion(Region);

    public IAmazonEKS Eks => eks.Value;

    /// <summary>How far AWS's clock is ahead of this machine's, where the SDK found that it had to be reckoned with; else zero.</summary>
    public TimeSpan ClockOffset => CallRecorder.EndpointOf(Eks.Config) is { } endpoint ? CorrectClockSkew.GetClockCorrectionForEndpoint(endpoint) : TimeSpan.Zero;

    public IAmazonEC2 Ec2 => ec2.Value;

    public IAmazonIdentityManagementService Iam => iam.Value;

    /// <summary>Classic Load Balancers.</summary>
    public IAmazonElasticLoadBalancing ClassicLoadBalancers => classicLoadBalancers.Value;

    /// <summary>Application and Network Load Balancers.</summary>
    public IAmazonElasticLoadBalancingV2 LoadBalancers => loadBalancers.Value;

    /// <summary>AWS Certificate Manager.</summary>
    public IAmazonCertificateManager Certificates => certificates.Value;

    /// <summary>CloudWatch Logs.</summary>
    public IAmazonCloudWatchLogs Logs => logs.Value;

    /// <summary>Asked before each call that changes something, at AWS or in a cluster: what it throws keeps the call from being made. Null where every call may be.</summary>
    public Func<CancellationToken, Task>? BeforeChange { get; set; }

    /// <summary>Finds credentials and region for a connection.</summary>
    /// <exception cref="EksToolsException">There are none, or no region was said.</exception>
    public static async Task<AwsAccount> OpenAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        AwsSession session = await OpenSessionAsync(connection, cancellationToken);
        string region = session.Region ?? throw new EksToolsException(
            EksErrorKind.Validation,
            "RegionMissing",
            "No AWS region is set.",
            "Region",
            "Say -Region, or set one with Set-DefaultAWSRegion, in the profile or in AWS_REGION.");
        return new AwsAccount(session, region, connection.EndpointUrl);
    }

    /// <summary>The session alone, for what needs no client.</summary>
    public static async Task<AwsSession> OpenSessionAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await AwsSession.OpenAsync(Options(connection, role: null), cancellationToken);
        }
        catch (AwsAuthenticationException exception)
        {
            throw AwsFailure.Translate(exception);
        }
    }

    /// <summary>A connection in the words of the credentials' room.</summary>
    public static AwsSessionOptions Options(AwsConnection connection, TokenRequest? role) => new()
    {
        AccessKey = connection.AccessKey,
        SecretKey = connection.SecretKey,
        SessionToken = connection.SessionToken,
        Credential = Bridge(connection.Credential),
        ProfileName = connection.ProfileName,
        ProfileLocation = connection.ProfileLocation,
        SessionDefault = Bridge(connection.SessionCredential),
        Region = connection.Region,
        RegionDefault = connection.SessionRegion,
        RoleArn = role?.RoleArn,
        ExternalId = role?.ExternalId,
        RoleSessionName = role?.RoleSessionName,
        UseCredentialCache = role?.UseCredentialCache ?? false,
        EndpointUrl = connection.EndpointUrl?.AbsoluteUri,
        Interactive = connection.Interactive,
    };

    /// <summary>
    /// Runs a job against the account and turns what AWS answers into failures in EksTools' words; a denial names who was denied.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> job)
    {
        try
        {
            return await job();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw await TranslateAsync(exception);
        }
    }

    /// <summary>Gets other credentials than those that AWS calls expired; false when their source has none.</summary>
    public Task<bool> RenewAsync(CancellationToken cancellationToken) => Session.RenewAsync(cancellationToken);

    /// <summary>Runs work again that fails in a way that passes, with other credentials where AWS calls the present ones expired.</summary>
    public TransientRetry Retry(TimeProvider time) => new(time, RenewAsync);

    /// <summary>Runs plans against this account.</summary>
    public PlanRunner Runner(Poller poller, TimeProvider time) => new(poller, Retry(time), time, TranslateAsync);

    /// <summary>A token for one of this region's clusters, signed for AWS's time as far as it is known here.</summary>
    public Task<EksToken> CreateTokenAsync(string cluster, CancellationToken cancellationToken) => Session.CreateEksTokenAsync(cluster, Region, ClockOffset, cancellationToken);

    /// <summary>What failed, in EksTools' words; a denial names who was denied.</summary>
    public async Task<EksToolsException> TranslateAsync(Exception exception)
    {
        if (exception is AmazonServiceException { StatusCode: HttpStatusCode.Forbidden })
        {
            CallRecorder.AddPrincipal(exception, await WhoAsync());
        }

        return AwsFailure.Translate(exception);
    }

    public void Dispose()
    {
        Release(eks);
        Release(ec2);
        Release(iam);
        Release(classicLoadBalancers);
        Release(loadBalancers);
        Release(certificates);
        Release(logs);
        Session.Dispose();
    }

    private static void Release<T>(Lazy<T> client)
        where T : IDisposable
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    private T Guarded<T>(T client)
        where T : AmazonServiceClient
    {
        ChangeGuard.Watch(client.Config, this);
        return client;
    }

    private static T Configure<T>(T config, string region, Uri? endpoint)
        where T : ClientConfig
    {
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 3;
        config.Timeout = TimeSpan.FromSeconds(30);
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = region;
        }

        return config;
    }

    private static Func<CancellationToken, Task<Keys>>? Bridge(AwsKeySource? source) => source is null
        ? null
        : async cancellationToken =>
        {
            Connections.AwsKeys keys = await source(cancellationToken);
            return new Keys(keys.AccessKey, keys.SecretKey, keys.SessionToken, keys.Expiration);
        };

    private async Task<string> WhoAsync()
    {
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
            return (await Session.GetCallerIdentityAsync(patience.Token)).Arn;
        }
        catch (Exception exception) when (exception is AwsAuthenticationException or OperationCanceledException or AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            // The denial itself is the news; who was denied is a kindness that may be denied too.
            return $"the principal of {Session.Source}";
        }
    }
}
