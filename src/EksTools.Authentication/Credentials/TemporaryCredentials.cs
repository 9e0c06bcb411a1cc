namespace EksTools.Authentication;

/// <summary>The sources that AWS or a program must be asked for, through the cache where there is one.</summary>
internal sealed class TemporaryCredentials(SessionContext context)
{
    private readonly SecurityTokens _sts = new(context);
    private readonly CredentialCache? _cache = CredentialCache.Open(context);

    /// <summary>A role, assumed with other credentials.</summary>
    public CredentialSource Role(string description, RoleRequest role, CredentialSource source, string? region)
    {
        var endpoint = _sts.Endpoint(role.RoleArn, region);
        return new(description, GetAsync)
        {
            Identity = source.Identity is { } identity ? () => identity().Assuming(role, endpoint) : null,
        };

        async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
        {
            if (_cache is null)
            {
                return await AssumeAsync(null, cancellationToken).ConfigureAwait(false);
            }
            if (source.Identity is { } known)
            {
                return await _cache.GetAsync(() => known().Assuming(role, endpoint), ct => AssumeAsync(null, ct), cancellationToken).ConfigureAwait(false);
            }
            var keys = await source.GetAsync(cancellationToken).ConfigureAwait(false);
            return await _cache.GetAsync(() => CredentialIdentity.Of(keys).Assuming(role, endpoint), ct => AssumeAsync(keys, ct), cancellationToken).ConfigureAwait(false);
        }

        async Task<AwsKeys> AssumeAsync(AwsKeys? keys, CancellationToken cancellationToken) => await _sts.AssumeRoleAsync(
            role, keys ?? await source.GetAsync(cancellationToken).ConfigureAwait(false), region, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A role, assumed with the token in a file. A renewed token is another identity.</summary>
    public CredentialSource WebIdentity(string description, RoleRequest role, string tokenFile, string? region)
    {
        var endpoint = _sts.Endpoint(role.RoleArn, region);
        return Kept(
            description,
            () => CredentialIdentity.Of("web identity", tokenFile).WithSecrets(_sts.WebIdentityToken(role, tokenFile)).Assuming(role, endpoint),
            ct => _sts.AssumeRoleWithWebIdentityAsync(role, tokenFile, region, ct));
    }

    /// <summary>A role of IAM Identity Center. A new login is another identity, and without one there is none.</summary>
    public CredentialSource Sso(Profile profile) => Kept(
        $"the SSO login of profile '{profile.Name}'",
        () =>
        {
            var login = SsoLogin.FromProfile(profile);
            return CredentialIdentity
                .Of("sso", login.StartUrl, login.Region, login.CacheKey, profile.Require("sso_account_id"), profile.Require("sso_role_name"), context.EndpointOverride("sso")?.AbsoluteUri)
                .WithSecrets(new SsoToken(context, login).Login());
        },
        ct => SsoCredentials.GetAsync(profile, context, ct));

    /// <summary>
    /// What a program says. Not kept: a login of its own decides whom it speaks for, which cannot be seen from here. A role on top of it is kept by the
    /// keys that it gave.
    /// </summary>
    public static CredentialSource Process(Profile profile) => new($"the credential_process of profile '{profile.Name}'", ct => CredentialProcess.RunAsync(profile, ct));

    private CredentialSource Kept(string description, Func<CredentialIdentity> identity, Func<CancellationToken, Task<AwsKeys>> get) =>
        new(description, _cache is null ? get : ct => _cache.GetAsync(identity, get, ct)) { Identity = identity };
}
