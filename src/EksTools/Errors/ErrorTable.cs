using System.Management.Automation;
using System.Net.Sockets;

namespace EksTools.Errors;

/// <summary>The one table from failures to PowerShell's error records: id, category, target, recommended action.</summary>
internal static class ErrorTable
{
    public static ErrorRecord ToErrorRecord(Exception exception, object? target)
    {
        EksToolsException failure = exception as EksToolsException ?? Classify(exception);
        ErrorRecord record = new(failure, failure.ErrorId, ToCategory(failure.Kind), failure.TargetName ?? target)
        {
            ErrorDetails = new ErrorDetails(failure.Hint is null ? failure.Message : $"{failure.Message} {failure.Hint}")
            {
                RecommendedAction = failure.Hint ?? string.Empty,
            },
        };
        return record;
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
        EksErrorKind.File => ErrorCategory.ParserError,
        EksErrorKind.Stopped => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };

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
