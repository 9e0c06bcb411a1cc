namespace EksTools.Authentication;

/// <summary>Decides where a session's credentials come from. Looks at configuration only; asks nobody.</summary>
internal sealed class CredentialChain(SessionContext context)
{
    private readonly TemporaryCredentials _temporary = new(context);

    public CredentialSource Resolve()
    {
        var source = Base();
        if (context.Options.RoleArn is not { Length: > 0 } arn)
        {
            return source;
        }
        var role = new RoleRequest(RoleRequest.ValidateArn(arn, "The role"), context.Options.RoleSessionName ?? "EksTools")
        {
            ExternalId = context.Options.ExternalId,
        };
        return _temporary.Role($"the role {arn}, assumed with {source.Description}", role, source, context.Region) with
        {
            IsInstance = source.IsInstance,
            ProfileName = source.ProfileName,
        };
    }

    private CredentialSource Base()
    {
        var options = context.Options;
        var profiles = new ProfileCredentials(context, _temporary);
        if (options.AccessKey is not null || options.SecretKey is not null)
        {
            return options is { AccessKey.Length: > 0, SecretKey.Length: > 0 }
                ? CredentialSource.Static("the keys given", new AwsKeys(options.AccessKey, options.SecretKey, options.SessionToken))
                : throw new AwsAuthenticationException(
                    AwsAuthenticationErrorKind.Validation, "An access key and a secret key go together; one of them is missing.", "Give both.");
        }
        if (options.Credential is { } credential)
        {
            return Callback("the credential given", credential);
        }
        if (options.ProfileName is not null)
        {
            return profiles.Source(context.Profile!);
        }
        if (options.SessionDefault is { } session)
        {
            return Callback("the AWS.Tools session", session);
        }
        return FromEnvironment(profiles);
    }

    // What a callback throws may come from another load context's AWSSDK.Core, whose types mean nothing here.
    private static CredentialSource Callback(string description, Func<CancellationToken, Task<AwsKeys>> get) => new(description, async ct =>
    {
        try
        {
            return await get(ct).ConfigureAwait(false) is { AccessKey.Length: > 0, SecretKey.Length: > 0 } keys ? keys
                : throw new AwsAuthenticationException(
                    AwsAuthenticationErrorKind.NotFound, $"There are no keys in {description}.", "Give other credentials, or a profile.");
        }
        catch (Exception e) when (e is not (AwsAuthenticationException or OperationCanceledException))
        {
            throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Unavailable, $"Could not get {description}: {Redaction.OneLine(e.Message)}", "Renew it and try again.");
        }
    })
    {
        KeepsWithoutExpiration = false,
    };

    private CredentialSource FromEnvironment(ProfileCredentials profiles)
    {
        var environment = context.Environment;
        if (ProfileCredentials.EnvironmentKeys(environment) is { } keys)
        {
            return keys;
        }
        if (environment["AWS_PROFILE"] is { } name)
        {
            return profiles.Source(context.Files.Get(name));
        }
        if (context.Profile is { } profile && ProfileCredentials.HasCredentials(profile))
        {
            return profiles.Source(profile);
        }
        if (environment["AWS_WEB_IDENTITY_TOKEN_FILE"] is { } file && environment["AWS_ROLE_ARN"] is { } arn)
        {
            var role = new RoleRequest(RoleRequest.ValidateArn(arn, "AWS_ROLE_ARN"), environment["AWS_ROLE_SESSION_NAME"] ?? "EksTools");
            return _temporary.WebIdentity($"the role {arn} with the web identity in {file}", role, file, context.Region);
        }
        if (ContainerCredentials.IsConfigured(environment))
        {
            return ContainerCredentials.Source(environment);
        }
        var imds = new InstanceMetadata(context);
        if (imds.IsDisabled)
        {
            throw Nothing();
        }
        return imds.Source with
        {
            GetAsync = async ct =>
            {
                try
                {
                    return await imds.Source.GetAsync(ct).ConfigureAwait(false);
                }
                catch (AwsAuthenticationException e) when (e.Kind is AwsAuthenticationErrorKind.Network or AwsAuthenticationErrorKind.Timeout)
                {
                    throw Nothing(); // Nobody there: this is no EC2 instance, and the news is that nothing is configured.
                }
            },
        };
    }

    private AwsAuthenticationException Nothing() => new(
        AwsAuthenticationErrorKind.NotFound,
        $"There are no AWS credentials: no keys, profile, role or login is configured (looked in the environment, {context.Files.ConfigPath} and {context.Files.CredentialsPath}).",
        "Give a profile or keys, set AWS_PROFILE, or run aws configure sso.");
}
