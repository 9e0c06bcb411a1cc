namespace EksTools.Authentication;

/// <summary>What kept credentials, a region or a token from being had.</summary>
public enum AwsAuthenticationErrorKind
{
    /// <summary>Credentials, an SSO login or a token have run out.</summary>
    Expired,

    /// <summary>AWS (or the identity provider) refused.</summary>
    Denied,

    /// <summary>A profile, a file or any credentials at all could not be found.</summary>
    NotFound,

    /// <summary>An endpoint could not be reached.</summary>
    Network,

    /// <summary>An endpoint or a credential process took too long.</summary>
    Timeout,

    /// <summary>Input, a profile or an answer makes no sense.</summary>
    Validation,

    /// <summary>A person is needed (an MFA code, a browser login) and there is none.</summary>
    InteractionRequired,

    /// <summary>AWS asks to slow down.</summary>
    Throttled,

    /// <summary>AWS failed on its side, or an outside credential process did.</summary>
    Unavailable,
}

/// <summary>
/// Credentials, a region or a token could not be had. The message is one sentence fit for people; it never holds a key,
/// a token or a presigned URL.
/// </summary>
public sealed class AwsAuthenticationException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">What is wrong and where, in one sentence, without secrets.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="innerException">The cause; only where its text cannot hold a secret.</param>
    public AwsAuthenticationException(
        AwsAuthenticationErrorKind kind, string message, string? hint = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Hint = hint;
    }

    /// <summary>What went wrong.</summary>
    public AwsAuthenticationErrorKind Kind { get; }

    /// <summary>The recommended action, or null.</summary>
    public string? Hint { get; }

    /// <summary>The error code that AWS answered with (<c>AccessDenied</c>, <c>ExpiredToken</c> …), or null.</summary>
    public string? ErrorCode { get; init; }
}
