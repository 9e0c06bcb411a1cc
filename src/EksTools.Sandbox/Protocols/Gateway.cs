using System.Globalization;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Authorization;
using EksTools.Sandbox.CertificateManager;
using EksTools.Sandbox.EksAuth;
using EksTools.Sandbox.Faults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EksTools.Sandbox.Protocols;

/// <summary>The one door of all services: routes by the signature's service, verifies, injects faults, calls, answers in the service's form, and keeps the log.</summary>
internal sealed partial class Gateway(AwsAccount account, SandboxFaults faults, RequestLog log)
{
    private static readonly string[] SecretHeaders = ["authorization", "x-amz-security-token"];
    private static readonly string[] SecretParameters = ["X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Credential", "WebIdentityToken"];

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        await account.Schedule.SettleAsync();
        var operation = new Route(request, account);
        Principal? caller = null;
        FaultRule? fault = null;
        AwsCall? call = null;
        AwsReply? reply;
        try
        {
            var scope = operation.IsUnsigned ? null : SignatureVerifier.Verify(request, account, operation.PresignedLife);
            caller = scope?.Key.Principal;
            call = operation.ToCall(caller ?? Principal.Unsigned, scope?.Region ?? operation.HostRegion);
            fault = faults.Strike(operation.Service, operation.Name, request.RawPath, request.Text);
            reply = await RunAsync(operation, call, fault);
        }
        catch (AuthenticationError error)
        {
            reply = AwsReply.Error(operation.Service, error.For(operation.Service));
        }
        catch (AwsException error)
        {
            reply = AwsReply.Error(operation.Service, error);
        }
        catch (Exception mistake) when (mistake is not OperationCanceledException)
        {
            // A mistake of the sandbox's own: say so in full, the caller is the one who can report it.
            reply = AwsReply.Error(operation.Service, new AwsException("InternalFailure", $"The sandbox itself failed: {mistake}", 500));
        }

        var dropped = fault?.Kind is FaultKind.DropBefore or FaultKind.DropAfter;
        log.Add(new SandboxRequest(account.Now, operation.Service, operation.Name, operation.Region, request.Method, PublicPath(request),
            request.Headers.Where(header => !SecretHeaders.Contains(header.Key)).ToDictionary(), WebToken().Replace(request.Text, "***"), dropped ? 0 : reply!.Status, caller?.Arn) { Actions = [.. call?.Actions ?? []] });
        if (dropped)
        {
            faults.Dropped(fault!);
            context.Abort();
            return;
        }

        await WriteAsync(context, operation.Service, reply!);
    }

    private async Task<AwsReply?> RunAsync(Route operation, AwsCall call, FaultRule? fault)
    {
        if (fault is not null)
        {
            if (FaultErrors.For(fault, operation.Service, call) is { } error)
            {
                throw error;
            }

            switch (fault.Kind)
            {
                case FaultKind.DropBefore:
                    return null;
                case FaultKind.Delay:
                    await Task.Delay(fault.Delay, account.Options.Time);
                    break;
                case FaultKind.Stale:
                    call = call with { VisibleUntil = account.Now - (fault.Delay > TimeSpan.Zero ? fault.Delay : TimeSpan.FromSeconds(5)) };
                    break;
                case FaultKind.Fail:
                    call = call with { Failure = new Failure(fault.Code ?? "InternalFailure", fault.Message ?? "Something failed.") };
                    break;
                case FaultKind.Capacity:
                    call = call with { CapacityExhausted = true };
                    break;
            }
        }

        lock (account.Gate)
        {
            if (call.Caller.Arn.Contains(":assumed-role/", StringComparison.Ordinal) && account.Iam.FindRole(call.Caller.IamArn) is { } role)
            {
                role.LastUsed = (account.Now, call.Region);
            }

            Authorizer.Require(operation.Service, call);
            return operation.Run(call);
        }
    }

    private async Task WriteAsync(HttpContext context, string service, AwsReply reply)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        // Clients correct their clocks by this header: it must tell the sandbox's time, not the machine's.
        response.Headers.Date = account.Now.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        response.Headers[service is "eks" or EksAuthService.Name or AcmService.Name ? "x-amzn-RequestId" : "x-amzn-requestid"] = reply.RequestId;
        if (reply.ErrorType is not null)
        {
            response.Headers["x-amzn-ErrorType"] = reply.ErrorType;
        }

        await response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    private static async Task<WireRequest> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value.ToArray()));
        return new WireRequest(context.Request.Method, question < 0 ? target : target[..question], question < 0 ? "" : target[(question + 1)..], headers, buffer.ToArray());
    }

    /// <summary>A service account's token, which is as good as a key.</summary>
    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]*")]
    private static partial Regex WebToken();

    private static string PublicPath(WireRequest request)
    {
        var query = string.Join('&', request.Query.Where(pair => !SecretParameters.Contains(pair.Key)).Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return query.Length == 0 ? request.RawPath : $"{request.RawPath}?{query}";
    }
}
