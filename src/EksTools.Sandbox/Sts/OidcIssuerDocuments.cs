using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Account;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Sts;

/// <summary>
/// The public documents of the clusters' issuers. An issuer is called <c>https://oidc.eks.REGION…/id/HEX</c>, as EKS calls it; the sandbox serves
/// <c>/id/HEX/.well-known/openid-configuration</c> and <c>/id/HEX/keys</c> at its own address, whatever host the request names.
/// </summary>
internal static class OidcIssuerDocuments
{
    private const string Folder = "/id";

    /// <summary>Whether a path is of an issuer.</summary>
    public static bool Serves(PathString path) => path.StartsWithSegments(Folder, StringComparison.Ordinal);

    /// <summary>Answers; 404 for an issuer that is not there or not any more.</summary>
    public static async Task HandleAsync(HttpContext context, AwsAccount account)
    {
        var document = HttpMethods.IsGet(context.Request.Method) ? await FindAsync(context.Request, account) : null;
        context.Response.StatusCode = document is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes((document ?? new JsonObject { ["message"] = "Not Found" }).ToJsonString()), context.RequestAborted);
    }

    private static async Task<JsonObject?> FindAsync(HttpRequest request, AwsAccount account)
    {
        await account.Schedule.SettleAsync();
        if (request.Path.Value!.Split('/') is not ["", "id", var id, .. var rest])
        {
            return null;
        }

        lock (account.Gate)
        {
            if (account.FindIssuerById(id) is not { } cluster)
            {
                return null;
            }

            // Who came by the issuer's own name is sent on by that name, and who came to the sandbox's address stays there.
            var host = new Uri(cluster.OidcIssuer).Host;
            var issuer = request.Host.Host == host ? cluster.OidcIssuer : $"{request.Scheme}://{request.Host.Value}{Folder}/{id}";
            return rest switch
            {
                [".well-known", "openid-configuration"] => cluster.TokenIssuer.PublicDiscovery($"{issuer}/keys"),
                ["keys"] => cluster.TokenIssuer.Keys(),
                _ => null,
            };
        }
    }
}
