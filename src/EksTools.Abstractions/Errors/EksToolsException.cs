namespace EksTools.Errors;

/// <summary>What sort of failure it is: decides the PowerShell error category and whether trying again can help.</summary>
public enum EksErrorKind
{
    /// <summary>The input is wrong; nothing was called.</summary>
    Validation,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>It exists already, is in use, or changed meanwhile.</summary>
    Conflict,

    /// <summary>AWS or Kubernetes denied the action to this principal.</summary>
    Denied,

    /// <summary>The credentials or the session behind them have expired.</summary>
    Expired,

    /// <summary>No usable credentials or region could be found.</summary>
    Unauthenticated,

    /// <summary>AWS or Kubernetes asked to slow down, and went on doing so.</summary>
    Throttled,

    /// <summary>A quota of the account is reached.</summary>
    LimitExceeded,

    /// <summary>The endpoint could not be reached or the connection broke.</summary>
    Network,

    /// <summary>It did not happen within the time allowed.</summary>
    Timeout,

    /// <summary>The service failed, or the resource ended in a failed state.</summary>
    Service,

    /// <summary>A file that others own cannot be parsed or written.</summary>
    File,

    /// <summary>The work was stopped by the caller.</summary>
    Stopped,
}

/// <summary>A failure that a user can act on: one sentence, what it is about, and what to do.</summary>
public sealed class EksToolsException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="kind">What sort of failure.</param>
    /// <param name="errorId">A stable Pascal-cased fact, such as <c>ClusterNotFound</c>.</param>
    /// <param name="message">One sentence: what is wrong and where.</param>
    /// <param name="targetName">The resource or input it is about.</param>
    /// <param name="hint">What to do; becomes the error's recommended action.</param>
    /// <param name="innerException">The cause.</param>
    public EksToolsException(EksErrorKind kind, string errorId, string message, string? targetName = null, string? hint = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        ErrorId = errorId;
        TargetName = targetName;
        Hint = hint;
    }

    /// <summary>What sort of failure it is.</summary>
    public EksErrorKind Kind { get; }

    /// <summary>The stable error id.</summary>
    public string ErrorId { get; }

    /// <summary>The resource or input that the failure is about.</summary>
    public string? TargetName { get; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; }
}
