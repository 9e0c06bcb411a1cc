using System.Security.Cryptography;
using System.Text;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>A controller could not do what an object asks for. The message is what its event says.</summary>
internal sealed class ReconcileFailure(string message) : Exception(message)
{
    // What the SDK knows no type for, it calls an api error.
    private static readonly HashSet<string> Untyped = new(StringComparer.Ordinal) { "ValidationError", "AccessDenied", "DependencyViolation", "UnauthorizedOperation" };

    /// <summary>A refusal of AWS's as the AWS SDK for Go words it.</summary>
    /// <param name="service">As the SDK calls it, such as <c>Elastic Load Balancing v2</c>.</param>
    public static string Word(string service, string operation, AwsException refused)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(service + operation + refused.Message));
        var error = Untyped.Contains(refused.Code) ? $"api error {refused.Code}" : $"{refused.Code}Exception";
        // The same refusal has the same id, so that its event is counted and not told anew.
        return $"operation error {service}: {operation}, https response error StatusCode: {refused.Status}, RequestID: {new Guid(hash.AsSpan(0, 16))}, {error}: {refused.Message}";
    }
}

/// <summary>Something must end first, such as the interfaces of a load balancer that is gone; no event tells of it.</summary>
internal sealed class NotYet(string what) : Exception(what);
