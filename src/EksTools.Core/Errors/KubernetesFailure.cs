using System.Net;
using System.Text.Json;
using EksTools.Errors;
using k8s.Autorest;

namespace EksTools.Core.Errors;

/// <summary>Answers of a Kubernetes API as failures a user can act on.</summary>
internal static class KubernetesFailure
{
    public static EksToolsException Translate(HttpOperationException exception)
    {
        string message = StatusMessage(exception) ?? exception.Message;
        return exception.Response?.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new(EksErrorKind.Unauthenticated, "KubernetesUnauthorized", $"The cluster does not know this principal: {message}", null, "Map it with an access entry or in aws-auth.", exception),
            // A webhook's refusal comes with the same status as one of RBAC, and no role binding mends it.
            HttpStatusCode.Forbidden when message.Contains("admission webhook", StringComparison.Ordinal) => new(EksErrorKind.Validation, "KubernetesRefusedInput", message, innerException: exception),
            HttpStatusCode.Forbidden => new(EksErrorKind.Denied, "KubernetesForbidden", $"Kubernetes denied the request: {message}", null, "Give the principal an access policy or a role binding that allows it.", exception),
            HttpStatusCode.NotFound => new(EksErrorKind.NotFound, "KubernetesNotFound", message, innerException: exception),
            HttpStatusCode.Conflict => new(EksErrorKind.Conflict, "KubernetesConflict", $"The API server answered 409, a conflict: {message}", null, "Somebody else changed the same object meanwhile. Run the command again.", exception),
            HttpStatusCode.TooManyRequests => new(EksErrorKind.Throttled, "KubernetesThrottled", $"The API server answered 429, too many requests: {message}", null, "Run the command again in a few minutes.", exception),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => new(EksErrorKind.Validation, "KubernetesRefusedInput", message, innerException: exception),
            _ => new(EksErrorKind.Service, "KubernetesFailed", $"The API server answered{Code(exception)}: {message}", null, "Run the command again in a few minutes.", exception),
        };
    }

    private static string Code(HttpOperationException exception) => exception.Response is { } answer ? $" {(int)answer.StatusCode}" : " nothing that could be read";

    public static bool IsTransient(HttpOperationException exception) =>
        exception.Response?.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError or null;

    /// <summary>What the API server says of it; null where it says nothing.</summary>
    public static string? StatusMessage(HttpOperationException exception)
    {
        if (exception.Response?.Content is not { Length: > 0 } content)
        {
            return null;
        }

        try
        {
            using JsonDocument status = JsonDocument.Parse(content);
            return status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out JsonElement message) ? message.GetString() : null;
        }
        catch (JsonException)
        {
            // Not a Status object, as from a proxy in between: its text is the message.
            return content;
        }
    }
}
