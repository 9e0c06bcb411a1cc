using System.Management.Automation;
using System.Net.Sockets;

namespace EksTools.Errors;

/// <summary>The one table from failures to PowerShell's error records: id, category, target, recommended action.</summary>
internal static class ErrorTable
{
    /// <summary>The record; where AWS denied a permission, with how to write the permissions of the cmdlet that failed.</summary>
    public static ErrorRecord ToErrorRecord(Exception exception, object? target, string? cmdlet = null)
    {
        EksToolsException failure = ToFailure(exception);
        string hint = failure.ErrorId == "AwsAccessDenied" && cmdlet is not null ? $"{failure.Hint} New-EksIamPolicy {cmdlet} writes all that the cmdlet needs." : failure.Hint ?? string.Empty;

        // The hint is not part of the message: PowerShell's view shows the recommended action on a line of its own.
        return Record(failure, target, new ErrorDetails(failure.Message) { RecommendedAction = hint });
    }

    /// <summary>The same where one line is all that may be said, as to kubectl: message and hint without line breaks, no recommended action.</summary>
    public static ErrorRecord ToOneLine(Exception exception, object? target)
    {
        EksToolsException failure = ToFailure(exception);
        string text = failure.Hint is { } hint && !failure.Message.Contains(hint, StringComparison.Ordinal) ? $"{failure.Message} {hint}" : failure.Message;
        return Record(failure, target, new ErrorDetails(string.Join(' ', text.Split((char[])['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries))));
    }

    public static ErrorCategory ToCategory(EksErrorKind kind) => kind switch
    {
        EksErrorKind.Validation => ErrorCategory.InvalidArgument,
        EksErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        EksErrorKind.Conflict => ErrorCategory.ResourceExists,
        EksErrorKind.Denied => ErrorCategory.PermissionDenied,
        EksErrorKind.Expired or EksErrorKind.Unauthenticated => ErrorCategory.AuthenticationError,
        EksErrorKind.Throttled or EksErrorKind.LimitExceeded => ErrorCategory.LimitsExceeded,
        EksErrorKind.Network => ErrorCategory.ConnectionError,
        EksErrorKind.Timeout => ErrorCategory.OperationTimeout,
        EksErrorKind.Service => ErrorCategory.InvalidResult,
        EksErrorKind.File => ErrorCategory.InvalidData,
        EksErrorKind.Stopped => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };

    private static ErrorRecord Record(EksToolsException failure, object? target, ErrorDetails details) =>
        new(failure, failure.ErrorId, ToCategory(failure.Kind), failure.TargetName ?? target) { ErrorDetails = details };

    private static EksToolsException ToFailure(Exception exception) => exception as EksToolsException ?? Classify(exception);

    private static EksToolsException Classify(Exception exception) => exception switch
    {
        TimeoutException => new(EksErrorKind.Timeout, "TimedOut", exception.Message, innerException: exception),
        HttpRequestException or SocketException => new(EksErrorKind.Network, "NetworkFailed", exception.Message, innerException: exception),
        UnauthorizedAccessException or IOException => new(EksErrorKind.File, "FileFailed", exception.Message, innerException: exception),
        ArgumentException => new(EksErrorKind.Validation, "InvalidArgument", exception.Message, innerException: exception),
        OperationCanceledException => new(EksErrorKind.Stopped, "Stopped", "The work was cancelled before it was done.", innerException: exception),
        _ => new(EksErrorKind.Service, "UnexpectedFailure", $"{exception.GetType().Name}: {exception.Message}", innerException: exception),
    };
}
