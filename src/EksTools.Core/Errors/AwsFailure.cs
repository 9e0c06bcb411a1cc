using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EksTools.Authentication;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Errors;

/// <summary>The one place where answers of AWS become failures a user can act on.</summary>
internal static class AwsFailure
{
    private static readonly HashSet<string> Denied = new(StringComparer.Ordinal)
    {
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "UnauthorizedAccess", "OptInRequired", "Forbidden",
    };

    private static readonly HashSet<string> Expired = new(StringComparer.Ordinal)
    {
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired",
    };

    private static readonly HashSet<string> Unauthenticated = new(StringComparer.Ordinal)
    {
        "UnrecognizedClientException", "InvalidClientTokenId", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature", "InvalidAccessKeyId",
    };

    private static readonly HashSet<string> Throttled = new(StringComparer.Ordinal)
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException", "RequestLimitExceeded",
        "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded", "PriorRequestNotComplete", "EC2ThrottledException",
    };

    private static readonly HashSet<string> Conflict = new(StringComparer.Ordinal)
    {
        "EntityAlreadyExists", "EntityAlreadyExistsException", "ResourceInUseException", "DependencyViolation", "DeleteConflict", "DeleteConflictException",
        "ConcurrentModification", "ConcurrentModificationException", "InvalidRequestException", "IncorrectState", "ResourceAlreadyExistsException",
    };

    // How EKS words a role whose trust or policies it does not see yet.
    private static readonly string[] RoleTroubles = ["assume", "trust", "does not exist", "cannot be found", "missing", "role params", "Managed Policies", "policy must include"];

    /// <summary>The failure in EksTools' words; AWS's own message is kept within it.</summary>
    public static EksToolsException Translate(Exception exception) => exception switch
    {
        EksToolsException known => known,
        AwsAuthenticationException authentication => FromAuthentication(authentication),
        AmazonServiceException service => FromService(service),
        AmazonClientException client when IsNetwork(client) => Network(client),
        AmazonClientException client => new(EksErrorKind.Unauthenticated, "CredentialsFailed", client.Message, innerException: client),
        HttpRequestException or SocketException or WebException or TimeoutException => Network(exception),
        TaskCanceledException { InnerException: TimeoutException } => Network(exception),
        k8s.Autorest.HttpOperationException kubernetes => KubernetesFailure.Translate(kubernetes),
        _ => new(EksErrorKind.Service, "UnexpectedFailure", $"{exception.GetType().Name}: {exception.Message}", innerException: exception),
    };

    /// <summary>Whether trying again may help.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        AmazonServiceException service => Kind(service) is EksErrorKind.Throttled || IsServerFault(service) || IsNetwork(service) || IsIamNotThereYet(service) || IsNotVisibleYet(service),
        AwsAuthenticationException { Kind: AwsAuthenticationErrorKind.Network or AwsAuthenticationErrorKind.Throttled or AwsAuthenticationErrorKind.Timeout or AwsAuthenticationErrorKind.Unavailable } => true,
        AmazonClientException client => IsNetwork(client),
        k8s.Autorest.HttpOperationException kubernetes => KubernetesFailure.IsTransient(kubernetes),
        HttpRequestException or SocketException or HttpIOException or IOException { InnerException: SocketException } or WebException or TimeoutException => true,
        TaskCanceledException { InnerException: TimeoutException } => true,
        EksToolsException { InnerException: { } inner } => IsTransient(inner),
        _ => false,
    };

    /// <summary>Whether AWS says that the credentials have ended.</summary>
    public static bool IsExpired(Exception exception) => exception is AmazonServiceException service && Expired.Contains(service.ErrorCode ?? string.Empty);

    private static EksErrorKind Kind(AmazonServiceException exception)
    {
        string code = exception.ErrorCode ?? string.Empty;
        return code switch
        {
            _ when Denied.Contains(code) => EksErrorKind.Denied,
            // EKS words what EC2 denied to the caller of CreateNodegroup as a wrong request.
            "InvalidRequestException" when exception.Message.StartsWith("You are not authorized", StringComparison.Ordinal) => EksErrorKind.Denied,
            _ when Expired.Contains(code) => EksErrorKind.Expired,
            _ when Unauthenticated.Contains(code) => EksErrorKind.Unauthenticated,
            _ when Throttled.Contains(code) => EksErrorKind.Throttled,
            _ when Conflict.Contains(code) || code.EndsWith(".Duplicate", StringComparison.Ordinal) || code.EndsWith(".Conflict", StringComparison.Ordinal) || code.EndsWith("AlreadyExistsException", StringComparison.Ordinal) => EksErrorKind.Conflict,
            _ when code.Contains("LimitExceeded", StringComparison.Ordinal) => EksErrorKind.LimitExceeded,
            _ when code.Contains("NotFound", StringComparison.Ordinal) || code.StartsWith("NoSuchEntity", StringComparison.Ordinal) => EksErrorKind.NotFound,
            _ => exception.StatusCode switch
            {
                HttpStatusCode.Forbidden => EksErrorKind.Denied,
                HttpStatusCode.Unauthorized => EksErrorKind.Unauthenticated,
                HttpStatusCode.TooManyRequests => EksErrorKind.Throttled,
                HttpStatusCode.NotFound => EksErrorKind.NotFound,
                HttpStatusCode.Conflict => EksErrorKind.Conflict,
                >= HttpStatusCode.InternalServerError => EksErrorKind.Service,
                HttpStatusCode.BadRequest => EksErrorKind.Validation,
                _ => IsNetwork(exception) ? EksErrorKind.Network : EksErrorKind.Service,
            },
        };
    }

    private static EksToolsException FromService(AmazonServiceException exception)
    {
        EksErrorKind kind = Kind(exception);
        string operation = CallRecorder.OperationOf(exception) is { } called ? $"{called}: " : string.Empty;
        string message = $"{(string.IsNullOrWhiteSpace(exception.Message) ? exception.ErrorCode ?? "AWS gave no reason" : exception.Message).TrimEnd('.', ' ')}.";
        return kind switch
        {
            EksErrorKind.Denied => new(kind, "AwsAccessDenied", $"AWS denied {Named(exception, message)}", null, "Ask for a policy that allows the action to this principal.", exception),
            EksErrorKind.Expired => new(kind, "AwsCredentialsExpired", $"{operation}{message}", null, "Renew the credentials and run the command again.", exception),
            EksErrorKind.Unauthenticated => new(kind, "AwsCredentialsRefused", $"{operation}{message}", null, "Check the keys or the profile, and this machine's clock.", exception),
            EksErrorKind.Throttled => new(kind, "AwsThrottled", $"{operation}AWS goes on asking to slow down: {message}", null, "Wait a minute and run the command again.", exception),
            EksErrorKind.LimitExceeded => new(kind, "AwsQuotaReached", $"{operation}{message}", null, "Ask for a higher quota in Service Quotas, or remove what is no longer needed.", exception),
            EksErrorKind.NotFound => new(kind, "AwsResourceNotFound", $"{operation}{message}", null, null, exception),
            EksErrorKind.Conflict => new(kind, "AwsResourceConflict", $"{operation}{message}", null, null, exception),
            EksErrorKind.Validation => new(kind, "AwsRefusedInput", $"{operation}{message}", null, null, exception),
            EksErrorKind.Network => Network(exception),
            _ => new(EksErrorKind.Service, "AwsServiceFailed", $"{operation}{message}", null, "Run the command again; if it goes on, see the AWS Health Dashboard.", exception),
        };
    }

    /// <summary>Most services name principal and action in their message; for those that do not, what was called and by whom is said.</summary>
    private static string Named(AmazonServiceException exception, string message)
    {
        string? operation = CallRecorder.OperationOf(exception);
        string? principal = CallRecorder.PrincipalOf(exception);
        bool namesAction = message.Contains("not authorized to perform", StringComparison.OrdinalIgnoreCase) && message.Contains("arn:", StringComparison.Ordinal);
        return namesAction ? $"{operation ?? "the call"}: {message}" : $"{operation ?? "the call"} to {principal ?? "this principal"}: {message}";
    }

    private static EksToolsException FromAuthentication(AwsAuthenticationException exception)
    {
        EksErrorKind kind = exception.Kind switch
        {
            AwsAuthenticationErrorKind.Expired => EksErrorKind.Expired,
            AwsAuthenticationErrorKind.Denied => EksErrorKind.Denied,
            AwsAuthenticationErrorKind.Network => EksErrorKind.Network,
            AwsAuthenticationErrorKind.Timeout => EksErrorKind.Timeout,
            AwsAuthenticationErrorKind.Validation => EksErrorKind.Validation,
            AwsAuthenticationErrorKind.Throttled => EksErrorKind.Throttled,
            AwsAuthenticationErrorKind.Unavailable => EksErrorKind.Service,
            _ => EksErrorKind.Unauthenticated,
        };
        return new(kind, $"AwsAuthentication{exception.Kind}", exception.Message, null, exception.Hint, exception);
    }

    private static EksToolsException Network(Exception exception)
    {
        string operation = CallRecorder.OperationOf(exception) is { } called ? $"{called}: " : string.Empty;
        return new(EksErrorKind.Network, "AwsUnreachable", $"{operation}the endpoint could not be reached: {Innermost(exception).Message.TrimEnd('.', ' ')}.", null, "Check the region, the network, a proxy and -EndpointUrl.", exception);
    }

    private static bool IsServerFault(AmazonServiceException exception) => exception.StatusCode >= HttpStatusCode.InternalServerError;

    private static bool IsNetwork(Exception exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpRequestException or SocketException or WebException or IOException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A role, policy or profile that IAM has just made is not seen by other services for some seconds.
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
    /// </summary>
    private static bool IsIamNotThereYet(AmazonServiceException exception) =>
        exception.ErrorCode is "InvalidParameterException" or "InvalidRequestException" or "InvalidParameterValue" or "ClientException"
        && exception.Message.Contains("role", StringComparison.OrdinalIgnoreCase)
        && RoleTroubles.Any(trouble => exception.Message.Contains(trouble, StringComparison.OrdinalIgnoreCase));

    /// <summary>What a step has just made is not seen by the next call yet. Steps look for what they need before, so it is no stranger.</summary>
    private static bool IsNotVisibleYet(AmazonServiceException exception) =>
        exception.ErrorCode is "NoSuchEntity" or "NoSuchEntityException" || (exception.ErrorCode?.StartsWith("Invalid", StringComparison.Ordinal) == true && exception.ErrorCode.EndsWith(".NotFound", StringComparison.Ordinal));

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
