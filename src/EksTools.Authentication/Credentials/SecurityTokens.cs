using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace EksTools.Authentication;

/// <summary>
/// STS calls. AWSSDK.Core's own assume-role providers are not used: under native AOT they fail at run time, and elsewhere they
/// call STS in another region than the profile's.
/// </summary>
internal sealed class SecurityTokens(SessionContext context)
{
    public Task<AwsKeys> AssumeRoleAsync(RoleRequest role, AwsKeys keys, string? region, CancellationToken cancellationToken) =>
        AwsFailure.RunAsync($"assume the role {role.RoleArn}", [keys.SecretKey, keys.SessionToken], async () =>
        {
            var request = new AssumeRoleRequest
            {
                RoleArn = role.RoleArn, RoleSessionName = role.SessionName, ExternalId = role.ExternalId, DurationSeconds = role.DurationSeconds,
            };
            if (role.MfaSerial is not null)
            {
                request.SerialNumber = role.MfaSerial;
                request.TokenCode = await AskMfaAsync(role, cancellationToken).ConfigureAwait(false);
            }
            using var sts = Client(ToSdk(keys), Endpoint(role.RoleArn, region));
            return FromSdk((await sts.AssumeRoleAsync(request, cancellationToken).ConfigureAwait(false)).Credentials);
        }, cancellationToken);

    public Task<AwsKeys> AssumeRoleWithWebIdentityAsync(RoleRequest role, string tokenFile, string? region, CancellationToken cancellationToken)
    {
        var token = WebIdentityToken(role, tokenFile);
        return AwsFailure.RunAsync($"assume the role {role.RoleArn} with the web identity in {tokenFile}", [token], async () =>
        {
            using var sts = Client(new AnonymousAWSCredentials(), Endpoint(role.RoleArn, region));
            var answer = await sts.AssumeRoleWithWebIdentityAsync(
                new AssumeRoleWithWebIdentityRequest
                {
                    RoleArn = role.RoleArn, RoleSessionName = role.SessionName, WebIdentityToken = token, DurationSeconds = role.DurationSeconds,
                },
                cancellationToken).ConfigureAwait(false);
            return FromSdk(answer.Credentials);
        }, cancellationToken);
    }

    /// <summary>The token in a file. Read each time: what mounts it (the kubelet, a CI runner) replaces it every few minutes to hours.</summary>
    public string WebIdentityToken(RoleRequest role, string tokenFile)
    {
        try
        {
            return File.ReadAllText(context.Environment.Path(tokenFile)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.NotFound, $"The web identity token file '{tokenFile}' for the role {role.RoleArn} cannot be read.",
                "Check AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file.", e);
        }
    }

    public Task<CallerIdentity> GetCallerIdentityAsync(AwsKeys keys, string? region, CancellationToken cancellationToken) =>
        AwsFailure.RunAsync("ask STS whose credentials these are", [keys.SecretKey, keys.SessionToken], async () =>
        {
            using var sts = Client(ToSdk(keys), Endpoint(region ?? AwsPartition.Aws.DefaultRegion));
            var answer = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken).ConfigureAwait(false);
            return new CallerIdentity(answer.Account, answer.Arn, answer.UserId);
        }, cancellationToken);

    /// <summary>
    /// Where a role is assumed. STS of one partition knows nothing of another's roles: a region that does not fit the ARN gives way to one
    /// that does.
    /// </summary>
    public StsEndpoint Endpoint(string roleArn, string? region)
    {
        var partition = AwsPartition.FromArn(roleArn) ?? AwsPartition.FromRegion(region);
        return Endpoint(region is not null && AwsPartition.FromRegion(region).Name == partition.Name ? region : partition.DefaultRegion);
    }

    private StsEndpoint Endpoint(string region)
    {
        var host = StsHost.For(region, context.HostOptions);
        return new(context.EndpointOverride("sts") ?? new Uri($"https://{host.Name}"), host.SigningRegion);
    }

    private static AmazonSecurityTokenServiceClient Client(AWSCredentials credentials, StsEndpoint endpoint) => new(credentials, new AmazonSecurityTokenServiceConfig
    {
        // The host is resolved here, with FIPS and dual stack in it, and the SDK refuses them beside a ServiceURL.
        ServiceURL = endpoint.Uri.AbsoluteUri,
        AuthenticationRegion = endpoint.SigningRegion,
        UseFIPSEndpoint = false,
        UseDualstackEndpoint = false,
        IgnoreConfiguredEndpointUrls = true,
        Timeout = TimeSpan.FromSeconds(20),
        MaxErrorRetry = 2,
    });

    private async Task<string> AskMfaAsync(RoleRequest role, CancellationToken cancellationToken)
    {
        if (!context.Options.Interactive || context.Options.MfaCode is not { } ask)
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.InteractionRequired,
                $"The role {role.RoleArn} asks for a code of the MFA device {role.MfaSerial}, and nobody can be asked here.",
                "Get temporary credentials first (aws sts get-session-token, or Use-STSRole with -TokenCode) and use those.");
        }
        return (await ask(role.MfaSerial!, cancellationToken).ConfigureAwait(false)).Trim();
    }

    private static AWSCredentials ToSdk(AwsKeys keys) => string.IsNullOrEmpty(keys.SessionToken)
        ? new BasicAWSCredentials(keys.AccessKey, keys.SecretKey)
        : new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.SessionToken);

    private static AwsKeys FromSdk(Amazon.SecurityToken.Model.Credentials answer) => new(
        answer.AccessKeyId, answer.SecretAccessKey, answer.SessionToken,
        answer.Expiration is { } end ? new DateTimeOffset(end.ToUniversalTime()) : null);
}

/// <summary>Where STS is asked, and the region that requests are signed for.</summary>
internal sealed record StsEndpoint(Uri Uri, string SigningRegion);
