using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Patching;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>The four kinds of patch.</summary>
internal sealed class PatchHandler(ObjectApi api)
{
    public async Task<(int Status, JsonObject Object)> PatchAsync(HttpContext context, ResourceType type, RequestInfo info, WriteOptions options)
    {
        var mediaType = Negotiation.MediaType(context.Request);
        var patch = await Negotiation.ReadBodyAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (mediaType == "application/apply-patch+yaml")
        {
            if (!context.Request.Query.ContainsKey("fieldManager"))
            {
                throw StatusException.BadRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
            }

            var applied = AsObject(patch);
            FieldValidation.Apply(context, type, applied);
            return ServerSide(type, info, applied, options, context.Request.Query["force"] == "true");
        }

        return (200, api.Store.Atomically(() =>
        {
            var current = api.Get(type, info.Namespace, info.Name);
            var patched = Patched(mediaType, type, current, patch);
            FieldValidation.Apply(context, type, patched);
            return api.Replace(type, info.Namespace, info.Name, patched, options);
        }));
    }

    /// <summary>The object that a patch makes of another.</summary>
    /// <exception cref="StatusException">415 for a media type that is no patch, 400 or 422 for a patch that does not fit.</exception>
    public static JsonObject Patched(string mediaType, ResourceType type, JsonObject current, JsonNode? patch) => mediaType switch
    {
        "application/merge-patch+json" => JsonMergePatch.Apply(current, AsObject(patch)),
        "application/strategic-merge-patch+json" when !type.IsCustom => StrategicMergePatch.Apply(type.Kind, current, AsObject(patch)),
        "application/json-patch+json" => JsonPatch.Apply(current, patch as JsonArray ?? throw StatusException.BadRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch")),
        _ => throw StatusException.UnsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"),
    };

    private static JsonObject AsObject(JsonNode? patch) => patch as JsonObject ?? throw StatusException.BadRequest("the patch is not an object");

    private (int Status, JsonObject Object) ServerSide(ResourceType type, RequestInfo info, JsonObject applied, WriteOptions options, bool force) => api.Store.Atomically(() =>
    {
        if (applied.Text("kind") != type.Kind || applied.Text("apiVersion") != type.ApiVersion)
        {
            throw StatusException.BadRequest($"the applied object must say apiVersion: {type.ApiVersion} and kind: {type.Kind}");
        }

        if (applied.Name().Length > 0 && applied.Name() != info.Name)
        {
            throw StatusException.BadRequest($"the name of the object ({applied.Name()}) does not match the name on the URL ({info.Name})");
        }

        var live = api.Store.Find(type, info.Namespace, info.Name);
        var result = ServerSideApply.Apply(live ?? new JsonObject { ["metadata"] = new JsonObject { ["name"] = info.Name } }, applied, options, force, api.Store.Timestamp);
        return live is null
            ? (201, api.Create(type, info.Namespace, result, options, managedFields: false))
            : (200, api.Replace(type, info.Namespace, info.Name, result, options, managedFields: false));
    });
}
