namespace EksTools.Connections;

/// <summary>One set of AWS keys as a credential source hands them out.</summary>
/// <param name="AccessKey">The access key id.</param>
/// <param name="SecretKey">The secret access key.</param>
/// <param name="SessionToken">The session token of temporary credentials; otherwise null.</param>
/// <param name="Expiration">When the keys stop working; null when they do not expire.</param>
public sealed record AwsKeys(string AccessKey, string SecretKey, string? SessionToken, DateTimeOffset? Expiration)
{
    /// <summary>Names the access key alone: a secret never reaches a message.</summary>
    public override string ToString() => $"AwsKeys {{ AccessKey = {AccessKey} }}";
}

/// <summary>Asks a credential source for keys that work now. Called again when they are about to expire.</summary>
public delegate ValueTask<AwsKeys> AwsKeySource(CancellationToken cancellationToken);

/// <summary>
/// Which AWS account and region a call goes to, as the caller said it. What is not said is looked up in the order
/// explicit keys, <see cref="Credential"/>, <see cref="ProfileName"/>, <see cref="SessionCredential"/>, the SDK's chain.
/// </summary>
public sealed class AwsConnection
{
    /// <summary>Explicit access key id; needs <see cref="SecretKey"/>.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Explicit secret access key.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Session token of explicit temporary keys.</summary>
    public string? SessionToken { get; init; }

    /// <summary>A credentials object that the caller passed, as a source that can refresh.</summary>
    public AwsKeySource? Credential { get; init; }

    /// <summary>Name of a profile in the shared AWS configuration files.</summary>
    public string? ProfileName { get; init; }

    /// <summary>Where the shared credentials file is, when not at its usual place.</summary>
    public string? ProfileLocation { get; init; }

    /// <summary>The credentials that AWS.Tools set as this session's default (<c>Set-AWSCredential</c>).</summary>
    public AwsKeySource? SessionCredential { get; init; }

    /// <summary>The region by its system name, such as <c>us-west-2</c>.</summary>
    public string? Region { get; init; }

    /// <summary>The region that AWS.Tools set as this session's default (<c>Set-DefaultAWSRegion</c>).</summary>
    public string? SessionRegion { get; init; }

    /// <summary>An endpoint that answers in place of AWS's own, such as a sandbox's.</summary>
    public Uri? EndpointUrl { get; init; }

    /// <summary>False where nobody can be asked: a token code for MFA is then refused with a sentence.</summary>
    public bool Interactive { get; init; }

    /// <summary>The same connection to another region.</summary>
    public AwsConnection InRegion(string region) => With(region, ProfileName);

    /// <summary>The same connection with another profile.</summary>
    public AwsConnection WithProfile(string profileName) => With(Region, profileName);

    private AwsConnection With(string? region, string? profileName) => new()
    {
        AccessKey = AccessKey,
        SecretKey = SecretKey,
        SessionToken = SessionToken,
        Credential = Credential,
        ProfileName = profileName,
        ProfileLocation = ProfileLocation,
        SessionCredential = SessionCredential,
        Region = region,
        SessionRegion = SessionRegion,
        EndpointUrl = EndpointUrl,
        Interactive = Interactive,
    };
}
