using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Serving;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Faults;

/// <summary>Faults of a cluster's API server, in its own words. They strike before anybody is authenticated, as those of a load balancer in front would.</summary>
internal sealed class KubernetesFaults(SandboxFaults faults, TimeProvider time, RequestDelegate server)
{
    /// <summary>What <see cref="FaultRule.Service"/> names them by.</summary>
    public const string Service = "kubernetes";

    // https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go, StatusReason
    private static readonly Dictionary<string, int> Reasons = new(StringComparer.Ordinal)
    {
        ["BadRequest"] = 400, ["Unauthorized"] = 401, ["Forbidden"] = 403, ["NotFound"] = 404, ["AlreadyExists"] = 409, ["Conflict"] = 409, ["Invalid"] = 422, ["TooManyRequests"] = 429,
        ["InternalError"] = 500, ["ServiceUnavailable"] = 503, ["Timeout"] = 504,
    };

    /// <summary>Serves the request, unless a fault befalls it.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var info = RequestInfo.Read(context.Request);
        var operation = info.IsResource ? $"{info.Verb} {info.Resource}{(info.Subresource.Length > 0 ? "/" : "")}{info.Subresource}" : $"{info.Verb} {info.Path}";
        if (faults.Strike(Service, operation, context.Request.Path.Value ?? string.Empty, string.Empty) is not { } fault)
        {
            await server(context).ConfigureAwait(false);
            return;
        }

        switch (fault.Kind)
        {
            case FaultKind.DropBefore:
                faults.Dropped(fault);
                context.Abort();
                return;
            case FaultKind.DropAfter:
                using (var unread = new MemoryStream())
                {
                    context.Response.Body = unread;
                    await server(context).ConfigureAwait(false);
                }

                faults.Dropped(fault);
                context.Abort();
                return;
            case FaultKind.Delay:
                await Task.Delay(fault.Delay, time, context.RequestAborted).ConfigureAwait(false);
                await server(context).ConfigureAwait(false);
                return;
            default:
                var status = Refusal(fault, info);
                if (status.Code == 429)
                {
                    context.Response.Headers.RetryAfter = "1";
                }

                await Negotiation.WriteAsync(context, status.Code, status.ToStatus()).ConfigureAwait(false);
                return;
        }
    }

    private static StatusException Refusal(FaultRule fault, RequestInfo info) => fault.Kind switch
    {
        FaultKind.Expired => new StatusException(401, "Unauthorized", "Unauthorized"),
        FaultKind.Refuse when Reasons.TryGetValue(fault.Code ?? "Invalid", out var code) => new StatusException(code, fault.Code ?? "Invalid", fault.Message ?? "Refused."),
        FaultKind.Throttle => StatusException.TooManyRequests("Too many requests, please try again later."),
        FaultKind.Error500 => new StatusException(500, "InternalError", "Internal error occurred: etcdserver: leader changed"),
        FaultKind.Error503 => new StatusException(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
        FaultKind.AccessDenied => StatusException.Forbidden($"{info.Resource}{(info.Group.Length > 0 ? "." : "")}{info.Group}{(info.Name.Length > 0 ? $" \"{info.Name}\"" : "")} is forbidden: User cannot {info.Verb} resource \"{info.Resource}\" in API group \"{info.Group}\"", new JsonObject { ["name"] = info.Name, ["kind"] = info.Resource }),
        _ => new StatusException(500, "InternalError", $"The sandbox has no fault {fault.Kind} {fault.Code} for Kubernetes."),
    };
}
