using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>Creates, replaces, patches and deletes.</summary>
internal sealed class WriteHandler(ObjectApi api)
{
    // Of these the API server returns the object that was, of all others a Status.
    private static readonly ResourceType[] Returned = [ResourceCatalog.Pods, ResourceCatalog.Services, ResourceCatalog.ServiceAccounts, ResourceCatalog.PersistentVolumeClaims, ResourceCatalog.PersistentVolumes];

    private readonly PatchHandler _patches = new(api);

    public async Task HandleAsync(HttpContext context, ResourceType type, RequestInfo info)
    {
        var form = Negotiation.Form(context.Request);
        var options = Options(context.Request);
        var (status, result) = info.Verb switch
        {
            "create" when info.Name.Length == 0 => (201, api.Create(type, info.Namespace, await ReadAsync(context, type).ConfigureAwait(false), options)),
            "update" when info.Name.Length > 0 => (200, api.Replace(type, info.Namespace, info.Name, await ReadAsync(context, type).ConfigureAwait(false), options)),
            "patch" when info.Name.Length > 0 => await _patches.PatchAsync(context, type, info, options).ConfigureAwait(false),
            "delete" => (200, Delete(type, info, await DeleteOptionsAsync(context).ConfigureAwait(false))),
            "deletecollection" => (200, DeleteAll(context, type, info, await DeleteOptionsAsync(context).ConfigureAwait(false), form)),
            _ => throw StatusException.MethodNotAllowed(),
        };
        var rendered = result.Text("kind") == type.Kind ? Rendering.Object(type, result, form, api.Store.Time.GetUtcNow()) : result;
        await Negotiation.WriteAsync(context, status, rendered).ConfigureAwait(false);
    }

    /// <summary>How a write was asked for. A client that names no field manager is named by its program.</summary>
    public static WriteOptions Options(HttpRequest request, string subresource = "")
    {
        var dryRun = request.Query["dryRun"].ToString();
        if (dryRun is not ("" or "All"))
        {
            throw StatusException.BadRequest($"Invalid value: [\"{dryRun}\"]: supported values: \"All\"");
        }

        var manager = request.Query["fieldManager"].ToString();
        if (manager.Length == 0)
        {
            manager = request.Headers.UserAgent.ToString().Split('/')[0];
        }

        return new(manager.Length == 0 ? "unknown" : manager, dryRun == "All", subresource);
    }

    /// <summary>The object in the body, which must be of the kind that the path names.</summary>
    public static async Task<JsonObject> ReadAsync(HttpContext context, ResourceType type)
    {
        var obj = await Negotiation.ReadObjectAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (obj.Text("kind") is { Length: > 0 } kind && kind != type.Kind)
        {
            throw StatusException.BadRequest($"the kind in the data ({kind}) does not match the expected kind ({type.Kind})");
        }

        if (obj.Text("apiVersion") is { Length: > 0 } version && version != type.ApiVersion)
        {
            throw StatusException.BadRequest($"the API version in the data ({version}) does not match the expected API version ({type.ApiVersion})");
        }

        FieldValidation.Apply(context, type, obj);
        return obj;
    }

    /// <summary>What a delete's body and query say; the body wins.</summary>
    public static async Task<DeleteOptions> DeleteOptionsAsync(HttpContext context)
    {
        var body = await Negotiation.ReadBodyAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var query = context.Request.Query;
        var policy = body.Text("propagationPolicy") ?? query["propagationPolicy"].ToString();
        var orphan = body.Flag("orphanDependents") || query["orphanDependents"] == "true";
        return new(
            body.Text("preconditions", "uid"),
            body.Text("preconditions", "resourceVersion"),
            policy.Length > 0 ? policy : orphan ? "Orphan" : null,
            query["dryRun"] == "All" || body.Texts("dryRun").Contains("All"));
    }

    private JsonObject Delete(ResourceType type, RequestInfo info, DeleteOptions options)
    {
        var (obj, gone) = api.Delete(type, info.Namespace, info.Name, options);
        if (!gone || Returned.Contains(type))
        {
            return obj;
        }

        var details = StatusException.About(type, info.Name);
        details["uid"] = obj.Uid();
        return new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }

    private JsonObject DeleteAll(HttpContext context, ResourceType type, RequestInfo info, DeleteOptions options, ResponseForm form)
    {
        var selection = new Selection(type, info.Namespace, context.Request.Query["labelSelector"], context.Request.Query["fieldSelector"]);
        var (items, revision) = api.Store.List(type, info.Namespace);
        var selected = items.Where(selection.Matches).ToList();
        foreach (var item in selected)
        {
            api.Delete(type, item.Namespace(), item.Name(), options);
        }

        return Rendering.List(type, selected, new JsonObject { ["resourceVersion"] = $"{revision}" }, form, api.Store.Time.GetUtcNow());
    }
}
