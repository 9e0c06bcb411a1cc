namespace EksTools.Authentication;

/// <summary>A way to keys.</summary>
/// <param name="Description">Where they come from, in plain words.</param>
/// <param name="GetAsync">Gets them; throws <see cref="AwsAuthenticationException"/>.</param>
internal sealed record CredentialSource(string Description, Func<CancellationToken, Task<AwsKeys>> GetAsync)
{
    /// <summary>Whether keys without expiration may be kept; not those of a callback, which may change them when it likes.</summary>
    public bool KeepsWithoutExpiration { get; init; } = true;

    /// <summary>Whether the keys are the EC2 instance's own, and so the region may be asked there too.</summary>
    public bool IsInstance { get; init; }

    /// <summary>The profile that leads here, or null.</summary>
    public string? ProfileName { get; init; }

    /// <summary>What decides which keys come out, known before they are had; null where only the keys themselves tell (a callback, a container, an instance).</summary>
    public Func<CredentialIdentity>? Identity { get; init; }

    public static CredentialSource Static(string description, AwsKeys keys) => new(description, _ => Task.FromResult(keys)) { Identity = () => CredentialIdentity.Of(keys) };
}
