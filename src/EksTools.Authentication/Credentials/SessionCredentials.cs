using Amazon.Runtime;

namespace EksTools.Authentication;

/// <summary>Keys of a source, kept until shortly before they expire. Safe for concurrent use; one refresh at a time.</summary>
internal sealed class SessionCredentials(CredentialSource source, TimeProvider time) : AWSCredentials, IDisposable
{
    // From five minutes before the end new keys are tried for; in the last minute the old ones are no longer handed out.
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnusableBefore = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private AwsKeys? _current;
    private DateTimeOffset _renewed = DateTimeOffset.MinValue;

    public override DateTime? Expiration => _current?.Expiration?.UtcDateTime;

    public async Task<AwsKeys> GetKeysAsync(CancellationToken cancellationToken)
    {
        if (Fresh(_current) is { } kept)
        {
            return kept;
        }
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fresh(_current) is { } another)
            {
                return another;
            }
            var now = time.GetUtcNow();
            AwsKeys keys;
            try
            {
                keys = await source.GetAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (AwsAuthenticationException) when (_current?.Expiration > now + UnusableBefore)
            {
                // An early refresh that fails costs nothing yet: the next call tries again, and near the end it throws.
                return _current;
            }
            if (keys.Expiration <= now)
            {
                throw new AwsAuthenticationException(
                    AwsAuthenticationErrorKind.Expired, $"The credentials of {source.Description} ended at {keys.Expiration:u}.",
                    "Renew them and try again.");
            }
            return _current = keys;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes other keys than the present ones; false when the source gives the same.</summary>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var keys = await source.GetAsync(cancellationToken).ConfigureAwait(false);
            if (keys.AccessKey != _current?.AccessKey || keys.SessionToken != _current?.SessionToken)
            {
                (_current, _renewed) = (keys, time.GetUtcNow());
                return true;
            }

            // Calls that were refused at once come one after the other: the first has got what is there for all of them.
            return time.GetUtcNow() - _renewed < UnusableBefore;
        }
        finally
        {
            _gate.Release();
        }
    }

    public override ImmutableCredentials GetCredentials() => Task.Run(GetCredentialsAsync).GetAwaiter().GetResult();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var keys = await GetKeysAsync(CancellationToken.None).ConfigureAwait(false);
        return new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.SessionToken);
    }

    public void Dispose() => _gate.Dispose();

    private AwsKeys? Fresh(AwsKeys? keys) => keys switch
    {
        null => null,
        { Expiration: null } => source.KeepsWithoutExpiration ? keys : null,
        _ => keys.Expiration > time.GetUtcNow() + RefreshBefore ? keys : null,
    };
}
