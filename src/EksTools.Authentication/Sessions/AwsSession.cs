using Amazon.Runtime;

namespace EksTools.Authentication;

/// <summary>
/// Credentials that renew themselves, a region, and what follows from them. Reads what AWS' tools share; writes nothing but a renewed
/// SSO login in its own cache and, where asked to, temporary credentials in EksTools' (<see cref="AwsSessionOptions.UseCredentialCache"/>).
/// </summary>
public sealed class AwsSession : IDisposable
{
    private readonly SessionContext _context;
    private readonly SessionCredentials _credentials;
    private readonly SemaphoreSlim _identityGate = new(1, 1);
    private CallerIdentity? _identity;

    private AwsSession(SessionContext context, SessionCredentials credentials, string source, string? region)
    {
        _context = context;
        _credentials = credentials;
        Source = source;
        Region = region;
        Partition = AwsPartition.FromRegion(region);
        StsHostOptions = context.HostOptions;
    }

    /// <summary>The credentials for SDK clients; renewed before they expire. Failures are <see cref="AwsAuthenticationException"/>s.</summary>
    public AWSCredentials Credentials => _credentials;

    /// <summary>Where the credentials come from, in plain words without secrets, such as <c>profile 'dev'</c>.</summary>
    public string Source { get; }

    /// <summary>The profile that the credentials come from, or null where they come from elsewhere.</summary>
    public string? ProfileName { get; private init; }

    /// <summary>The region, or null where none is configured.</summary>
    public string? Region { get; }

    /// <summary>The region's partition.</summary>
    public AwsPartition Partition { get; }

    /// <summary>When the present credentials end (they are renewed before), or null.</summary>
    public DateTimeOffset? CredentialExpiration => _credentials.Expiration is { } end ? new DateTimeOffset(end, TimeSpan.Zero) : null;

    /// <summary>FIPS, dual stack and legacy hosts as environment and profile ask.</summary>
    public StsHostOptions StsHostOptions { get; }

    /// <summary>Finds credentials and region, and gets the credentials once, so that what is wrong comes out here.</summary>
    /// <param name="options">What is given; the environment provides the rest.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AwsAuthenticationException">There are no credentials, or they cannot be had; says which and what to do.</exception>
    public static async Task<AwsSession> OpenAsync(AwsSessionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var context = new SessionContext(options);
        var source = new CredentialChain(context).Resolve();
        var credentials = new SessionCredentials(source, options.TimeProvider);
        await credentials.GetKeysAsync(cancellationToken).ConfigureAwait(false);
        var region = context.Region;
        if (region is null && source.IsInstance)
        {
            region = await new InstanceMetadata(context).GetRegionAsync(cancellationToken).ConfigureAwait(false);
        }
        return new AwsSession(context, credentials, source.Description, region)
        {
            ProfileName = source.ProfileName,
        };
    }

    /// <summary>The region that options and configuration give, without asking for credentials; null where none is configured or the instance alone knows.</summary>
    /// <exception cref="AwsAuthenticationException">It is no region, or a profile or file cannot be had.</exception>
    public static string? FindRegion(AwsSessionOptions options) => new SessionContext(options).Region;

    /// <summary>The region, where one is needed.</summary>
    /// <exception cref="AwsAuthenticationException">None is configured.</exception>
    public string RequireRegion() => Region ?? throw new AwsAuthenticationException(
        AwsAuthenticationErrorKind.NotFound, "There is no region: none is given, and neither the profile nor AWS_REGION has one.",
        "Give -Region, or set AWS_REGION.");

    /// <summary>The keys as they are now, renewed where needed.</summary>
    public Task<AwsKeys> GetKeysAsync(CancellationToken cancellationToken = default) => _credentials.GetKeysAsync(cancellationToken);

    /// <summary>Asks the source for other keys before the present ones end by this machine's clock: AWS says that they have ended.</summary>
    /// <returns>False when the source has no others.</returns>
    /// <exception cref="AwsAuthenticationException">The source fails.</exception>
    public Task<bool> RenewAsync(CancellationToken cancellationToken = default) => _credentials.RenewAsync(cancellationToken);

    /// <summary>Signs a token for a cluster of this session's region. Offline unless credentials need renewal.</summary>
    /// <param name="clusterNameOrId">The cluster's name, or the id of a local cluster on Outposts.</param>
    /// <param name="region">Another region than the session's, or null.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<EksToken> CreateEksTokenAsync(string clusterNameOrId, string? region = null, CancellationToken cancellationToken = default) =>
        CreateEksTokenAsync(clusterNameOrId, region, TimeSpan.Zero, cancellationToken);

    /// <summary>Signs a token where this machine's clock is known to be off: servers refuse one that is signed for a time more than five minutes ahead.</summary>
    /// <param name="clusterNameOrId">The cluster's name, or the id of a local cluster on Outposts.</param>
    /// <param name="region">Another region than the session's, or null.</param>
    /// <param name="clockOffset">How far AWS's clock is ahead of this machine's. The token's expiration is by AWS's clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<EksToken> CreateEksTokenAsync(string clusterNameOrId, string? region, TimeSpan clockOffset, CancellationToken cancellationToken)
    {
        var keys = await GetKeysAsync(cancellationToken).ConfigureAwait(false);
        return EksTokenFactory.Create(keys, region ?? Region, clusterNameOrId, _context.Now + clockOffset, StsHostOptions);
    }

    /// <summary>Whose credentials these are; asks STS once and keeps the answer.</summary>
    public async Task<CallerIdentity> GetCallerIdentityAsync(CancellationToken cancellationToken = default)
    {
        if (_identity is { } known)
        {
            return known;
        }
        await _identityGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _identity ??= await new SecurityTokens(_context).GetCallerIdentityAsync(
                await GetKeysAsync(cancellationToken).ConfigureAwait(false), Region, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _identityGate.Release();
        }
    }

    /// <summary>The endpoint that parameter, AWS_ENDPOINT_URL… or the profile put in a service's place; null is the real one.</summary>
    /// <param name="serviceId">The service as in AWS_ENDPOINT_URL_…, in lower case: <c>sts</c>, <c>eks</c>, <c>iam</c>, <c>auto_scaling</c>.</param>
    public Uri? GetEndpointOverride(string serviceId) => _context.EndpointOverride(serviceId);

    /// <inheritdoc/>
    public void Dispose()
    {
        _credentials.Dispose();
        _identityGate.Dispose();
    }
}
