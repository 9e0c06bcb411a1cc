namespace EksTools.Authentication;

/// <summary>The credentials of a profile of whatever kind, and of those it refers to.</summary>
internal sealed class ProfileCredentials(SessionContext context, TemporaryCredentials temporary)
{
    /// <summary>Whether the profile has anything to do with credentials (many only set a region or an output format).</summary>
    public static bool HasCredentials(Profile profile) => ((string[])
    [
        "aws_access_key_id", "aws_secret_access_key", "role_arn", "sso_session", "sso_start_url", "sso_account_id",
        "credential_process", "web_identity_token_file", "login_session",
    ]).Any(key => profile[key] is not null);

    public CredentialSource Source(Profile profile) => Source(profile, []) with { ProfileName = profile.Name };

    private CredentialSource Source(Profile profile, IReadOnlyList<string> visited)
    {
        if (profile["role_arn"] is not null)
        {
            // A profile that is its own source means its own keys, once; any other repetition is a circle.
            if (visited.Contains(profile.Name, StringComparer.Ordinal))
            {
                if (visited[^1] == profile.Name && profile["aws_access_key_id"] is not null)
                {
                    return Keys(profile);
                }
                throw Invalid($"The profiles {string.Join(" → ", visited.Append(profile.Name))} are each other's source_profile", "Break the circle.");
            }
            return profile["web_identity_token_file"] is { } file ? WebIdentity(profile, file) : Role(profile, [.. visited, profile.Name]);
        }
        if (profile["aws_access_key_id"] is not null || profile["aws_secret_access_key"] is not null)
        {
            return Keys(profile);
        }
        if (profile["sso_session"] is not null || profile["sso_start_url"] is not null || profile["sso_account_id"] is not null)
        {
            return temporary.Sso(profile);
        }
        if (profile["credential_process"] is not null)
        {
            return TemporaryCredentials.Process(profile);
        }
        if (profile["login_session"] is not null)
        {
            throw Invalid(
                $"Profile '{profile.Name}' uses a console login (login_session), which EksTools does not read",
                $"Export it: aws configure export-credentials --profile {profile.Name}, as the credential_process of another profile.");
        }
        throw Invalid($"Profile '{profile.Name}' has no credentials", $"Add keys, a role or an SSO login to it in {context.Files.ConfigPath}.");
    }

    private static CredentialSource Keys(Profile profile) => CredentialSource.Static(
        $"profile '{profile.Name}'",
        new AwsKeys(profile.Require("aws_access_key_id"), profile.Require("aws_secret_access_key"), profile["aws_session_token"]));

    private CredentialSource WebIdentity(Profile profile, string file)
    {
        var role = RoleRequest.FromProfile(profile, context);
        return temporary.WebIdentity($"the role {role.RoleArn} with the web identity of profile '{profile.Name}'", role, file, profile["region"] ?? context.Region);
    }

    private CredentialSource Role(Profile profile, IReadOnlyList<string> visited)
    {
        var role = RoleRequest.FromProfile(profile, context);
        var source = (profile["source_profile"], profile["credential_source"]) switch
        {
            ({ } name, null) => Source(context.Files.Get(name), visited),
            (null, { } kind) => FromCredentialSource(profile, kind),
            (null, null) when profile["aws_access_key_id"] is not null => Keys(profile),
            (null, null) => throw Invalid($"Profile '{profile.Name}' has a role_arn but neither source_profile nor credential_source", "Add one of them."),
            _ => throw Invalid($"Profile '{profile.Name}' has both source_profile and credential_source", "Remove one of them."),
        };
        return temporary.Role($"the role {role.RoleArn} of profile '{profile.Name}', assumed with {source.Description}", role, source, profile["region"] ?? context.Region);
    }

    private CredentialSource FromCredentialSource(Profile profile, string kind)
    {
        switch (kind)
        {
            case "Environment":
                return EnvironmentKeys(context.Environment) ?? throw Invalid(
                    $"Profile '{profile.Name}' takes its source credentials from the environment, and AWS_ACCESS_KEY_ID is not set", "Set the keys.");
            case "EcsContainer" when ContainerCredentials.IsConfigured(context.Environment):
                return ContainerCredentials.Source(context.Environment);
            case "EcsContainer":
                throw Invalid($"Profile '{profile.Name}' takes its source credentials from a container, and this is none", "Change credential_source.");
            case "Ec2InstanceMetadata":
                var imds = new InstanceMetadata(context);
                return imds.IsDisabled
                    ? throw Invalid($"Profile '{profile.Name}' takes its source credentials from IMDS, and AWS_EC2_METADATA_DISABLED is set", "Unset it.")
                    : imds.Source;
            default:
                throw Invalid(
                    $"Profile '{profile.Name}' has the unknown credential_source '{Redaction.OneLine(kind)}'",
                    "Use Environment, EcsContainer or Ec2InstanceMetadata.");
        }
    }

    /// <summary>The keys in environment variables, or null when there are none.</summary>
    public static CredentialSource? EnvironmentKeys(AwsEnvironment environment)
    {
        var access = environment["AWS_ACCESS_KEY_ID"];
        var secret = environment["AWS_SECRET_ACCESS_KEY"];
        return (access, secret) switch
        {
            (null, null) => null,
            (null, _) => throw Invalid("AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID", "Set both or none."),
            (_, null) => throw Invalid("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY", "Set both or none."),
            _ => CredentialSource.Static("environment variables", new AwsKeys(access, secret, environment["AWS_SESSION_TOKEN"])),
        };
    }

    private static AwsAuthenticationException Invalid(string what, string hint) => new(AwsAuthenticationErrorKind.Validation, what + ".", hint);
}
