using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Authorization;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>One request from its door to its answer: who asks, what for, may he, then do it.</summary>
internal sealed class RequestHandler(Authenticator authenticator, Authorizer authorizer, ObjectApi api, ServerVersion version, ServiceAccountTokens tokens)
{
    private static readonly string[] FixedPaths = ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/readyz", "/version"];

    private readonly ReadHandler _reads = new(api);
    private readonly WriteHandler _writes = new(api);
    private readonly SubresourceHandler _subresources = new(api, tokens);
    private readonly ReviewHandler _reviews = new(authenticator, authorizer);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await ServeAsync(context).ConfigureAwait(false);
        }
        catch (StatusException refused) when (!context.Response.HasStarted)
        {
            if (refused.Code == 401)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"kubernetes-master\"";
            }

            await Negotiation.WriteAsync(context, refused.Code, refused.ToStatus()).ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.Response.HasStarted && fault is not OperationCanceledException)
        {
            // A fault of the sandbox itself is told to whoever asked, as the API server does.
            await Negotiation.WriteAsync(context, 500, new StatusException(500, "InternalError", $"Internal error occurred: {fault.GetType().Name}: {fault.Message}").ToStatus()).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: there is nobody to answer.
        }
    }

    private static string? BearerToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header[7..].Trim() is { Length: > 0 } token ? token : null;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var user = await authenticator.AuthenticateAsync(BearerToken(context.Request), context.RequestAborted).ConfigureAwait(false) ?? throw StatusException.Unauthorized();
        user = Impersonation.Apply(context.Request, user, authorizer);
        var info = RequestInfo.Read(context.Request);
        authorizer.Demand(info.By(user));
        if (!info.IsResource)
        {
            await ServePathAsync(context, info.Path!).ConfigureAwait(false);
            return;
        }

        var type = api.Types.Find(info.Group, info.Version, info.Resource) ?? throw StatusException.UnknownResource();
        if (type == ResourceCatalog.Namespaces)
        {
            info = info with { Namespace = null };
        }
        else if (type.Namespaced ? info.Namespace is null && info.Verb is not ("list" or "watch") && !type.Verbs.SequenceEqual(["create"]) : info.Namespace is not null)
        {
            throw StatusException.UnknownResource();
        }

        if (type.Verbs is ["create"])
        {
            await _reviews.HandleAsync(context, type, info, user).ConfigureAwait(false);
        }
        else if (info.Subresource.Length > 0)
        {
            await _subresources.HandleAsync(context, type, info).ConfigureAwait(false);
        }
        else if (info.Verb is "get" or "list" or "watch")
        {
            await _reads.HandleAsync(context, type, info).ConfigureAwait(false);
        }
        else
        {
            await _writes.HandleAsync(context, type, info).ConfigureAwait(false);
        }
    }

    private async Task ServePathAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            throw StatusException.MethodNotAllowed();
        }

        switch (path.TrimEnd('/'))
        {
            case "/healthz" or "/livez" or "/readyz":
                await Negotiation.WriteTextAsync(context, 200, "ok").ConfigureAwait(false);
                return;
            case "/version":
                await Negotiation.WriteAsync(context, 200, version.ToJson()).ConfigureAwait(false);
                return;
            case "/.well-known/openid-configuration":
                await Negotiation.WriteAsync(context, 200, tokens.Issuer.Discovery($"https://{context.Request.Host.Value}/openid/v1/jwks")).ConfigureAwait(false);
                return;
            case "/openid/v1/jwks":
                await Negotiation.WriteAsync(context, 200, tokens.Issuer.Keys(), "application/jwk-set+json").ConfigureAwait(false);
                return;
            case "/openapi/v2":
                await OpenApi.WriteVersion2Async(context).ConfigureAwait(false);
                return;
            case "":
                var groups = api.Types.Groups.SelectMany(g => new[] { $"/apis/{g.Group}", $"/apis/{g.Group}/{g.Version}" });
                await Negotiation.WriteAsync(context, 200, new JsonObject { ["paths"] = FixedPaths.Concat(groups).Order(StringComparer.Ordinal).ToJson() }).ConfigureAwait(false);
                return;
            default:
                break;
        }

        if ((OpenApi.FindVersion3(path, api.Types) ?? Discovery.Find(path, api.Types, context.Request.Host.Value ?? "")) is { } document)
        {
            await Negotiation.WriteAsync(context, 200, document).ConfigureAwait(false);
            return;
        }

        await Negotiation.WriteTextAsync(context, 404, "404 page not found\n").ConfigureAwait(false);
    }
}
