using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>
/// As much OpenAPI as kubectl needs: each resource with its PATCH and the parameters <c>fieldValidation</c> and <c>dryRun</c>,
/// by which kubectl leaves validation to the server. There are no schemas.
/// </summary>
internal static class OpenApi
{
    // A Document of gnostic's openapi.v2 whose field 1 (swagger) is "2.0": kubectl asks for version 2 in protobuf only.
    private static readonly byte[] EmptyVersion2 = [0x0A, 0x03, (byte)'2', (byte)'.', (byte)'0'];

    public static JsonObject? FindVersion3(string path, ServedTypes types)
    {
        var parts = path.Trim('/').Split('/');
        return parts switch
        {
            ["openapi", "v3"] => Index(types),
            ["openapi", "v3", "api", "v1"] => Document(types, "", "v1"),
            ["openapi", "v3", "apis", var group, var version] when types.Groups.Contains((group, version)) => Document(types, group, version),
            _ => null,
        };
    }

    public static async Task WriteVersion2Async(HttpContext context)
    {
        if (context.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal))
        {
            context.Response.ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
            await context.Response.Body.WriteAsync(EmptyVersion2, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        await Negotiation.WriteAsync(context, 200, new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = new JsonObject() }).ConfigureAwait(false);
    }

    private static JsonObject Index(ServedTypes types)
    {
        var paths = new JsonObject();
        foreach (var path in types.Groups.Select(g => $"apis/{g.Group}/{g.Version}").Prepend("api/v1"))
        {
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}" };
        }

        return new() { ["paths"] = paths };
    }

    private static JsonObject Document(ServedTypes types, string group, string version)
    {
        var paths = new JsonObject();
        foreach (var type in types.All.Where(t => t.Group == group && t.Version == version && t.Verbs.Contains("patch")))
        {
            paths[type.Path("{namespace}") + "/{name}"] = new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation"), Parameter("force")),
                    ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                    ["x-kubernetes-action"] = "patch",
                    ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = group, ["kind"] = type.Kind, ["version"] = version },
                },
            };
        }

        return new() { ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths };
    }

    private static JsonObject Parameter(string name) => new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string", ["uniqueItems"] = true } };

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = "sandbox" };
}
