using System.Text;

namespace EksTools.Authentication;

/// <summary>Asks a person for the code of an MFA device.</summary>
/// <param name="serial">The device's serial number or ARN.</param>
/// <param name="cancellationToken">Stops asking.</param>
/// <returns>The code, as typed.</returns>
public delegate Task<string> MfaCodePrompt(string serial, CancellationToken cancellationToken);

/// <summary>
/// Where credentials and region may come from. Credentials: keys, <see cref="Credential"/>, <see cref="ProfileName"/>,
/// <see cref="SessionDefault"/>, then the environment; the first that is set wins and is not fallen back from. Region:
/// <see cref="Region"/>, <see cref="RegionDefault"/>, the profile, AWS_REGION, AWS_DEFAULT_REGION, and IMDS where the credentials
/// come from there.
/// </summary>
public sealed record AwsSessionOptions
{
    /// <summary>An access key id; goes with <see cref="SecretKey"/>.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The secret access key.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The session token, for temporary keys.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Credentials from outside; asked again when they expire, and each time where they carry no expiration.</summary>
    public Func<CancellationToken, Task<AwsKeys>>? Credential { get; init; }

    /// <summary>The profile; must exist.</summary>
    public string? ProfileName { get; init; }

    /// <summary>A credentials file other than the standard one; a file <c>config</c> beside it goes with it.</summary>
    public string? ProfileLocation { get; init; }

    /// <summary>The surrounding session's credentials (AWS.Tools'), used where nothing above is set.</summary>
    public Func<CancellationToken, Task<AwsKeys>>? SessionDefault { get; init; }

    /// <summary>The region.</summary>
    public string? Region { get; init; }

    /// <summary>The surrounding session's region (AWS.Tools').</summary>
    public string? RegionDefault { get; init; }

    /// <summary>A role to assume with the credentials found.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The external id that <see cref="RoleArn"/>'s trust policy may ask for.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The session name for <see cref="RoleArn"/>; <c>EksTools</c> when not given.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary>An endpoint for calls (STS', and what <see cref="AwsSession.GetEndpointOverride"/> answers) instead of the region's. Not for SSO, nor for tokens.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>
    /// Whether temporary credentials are taken from, and put into, the user's cache folder, so that the next process needs no call for them.
    /// EKSTOOLS_CREDENTIAL_CACHE=off turns it off, and a path there names another folder.
    /// </summary>
    public bool UseCredentialCache { get; init; }

    /// <summary>Whether a person may be asked for something.</summary>
    public bool Interactive { get; init; }

    /// <summary>How to ask for an MFA code; used only with <see cref="Interactive"/>.</summary>
    public MfaCodePrompt? MfaCode { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Reads environment variables; tests give their own.</summary>
    internal Func<string, string?> ReadEnvironment { get; init; } = System.Environment.GetEnvironmentVariable;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ProfileName = ").Append(ProfileName).Append(", Region = ").Append(Region).Append(", RoleArn = ").Append(RoleArn);
        return true;
    }
}
