using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>status, scale, eviction, binding, token and finalize.</summary>
internal sealed class SubresourceHandler(ObjectApi api, ServiceAccountTokens tokens)
{
    private readonly PatchHandler _patches = new(api);
    private readonly Eviction _eviction = new(api);

    public async Task HandleAsync(HttpContext context, ResourceType type, RequestInfo info)
    {
        var options = WriteHandler.Options(context.Request, info.Subresource);
        var (status, result) = (info.Subresource, info.Verb) switch
        {
            ("status", "get") when type.HasStatus => (200, api.Get(type, info.Namespace, info.Name)),
            ("status", "update") when type.HasStatus => (200, api.Replace(type, info.Namespace, info.Name, await WriteHandler.ReadAsync(context, type).ConfigureAwait(false), options)),
            ("status", "patch") when type.HasStatus => await _patches.PatchAsync(context, type, info, options).ConfigureAwait(false),
            ("scale", "get") when type.HasScale => (200, Scale(type, api.Get(type, info.Namespace, info.Name))),
            ("scale", "update") when type.HasScale => (200, Rescale(type, info, await Negotiation.ReadObjectAsync(context.Request, context.RequestAborted).ConfigureAwait(false), options)),
            ("scale", "patch") when type.HasScale => (200, await PatchScaleAsync(context, type, info, options).ConfigureAwait(false)),
            ("eviction", "create") when type == ResourceCatalog.Pods => (201, _eviction.Evict(info.Namespace!, info.Name, await Negotiation.ReadObjectAsync(context.Request, context.RequestAborted).ConfigureAwait(false), options.DryRun)),
            ("binding", "create") when type == ResourceCatalog.Pods => (201, Bind(info, await Negotiation.ReadObjectAsync(context.Request, context.RequestAborted).ConfigureAwait(false))),
            ("token", "create") when type == ResourceCatalog.ServiceAccounts => (201, tokens.Issue(info.Namespace!, info.Name, await WriteHandler.ReadAsync(context, ServiceAccountTokens.TokenRequests).ConfigureAwait(false))),
            ("finalize", "update") when type == ResourceCatalog.Namespaces => (200, await Negotiation.ReadObjectAsync(context.Request, context.RequestAborted).ConfigureAwait(false)),
            _ => throw StatusException.UnknownResource(),
        };
        var rendered = result.Text("kind") == type.Kind ? Rendering.Object(type, result, Negotiation.Form(context.Request), api.Store.Time.GetUtcNow()) : result;
        await Negotiation.WriteAsync(context, status, rendered).ConfigureAwait(false);
    }

    private static JsonObject Scale(ResourceType type, JsonObject obj)
    {
        var labels = obj.Object("spec", "selector", "matchLabels") ?? [];
        var metadata = new JsonObject();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata[field] = obj.At("metadata", field)?.DeepClone();
        }

        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = obj.Number("spec", "replicas") ?? 0 },
            ["status"] = new JsonObject { ["replicas"] = obj.Number("status", "replicas") ?? 0, ["selector"] = string.Join(',', labels.Select(l => $"{l.Key}={l.Value.Text()}")) },
        };
    }

    private JsonObject Rescale(ResourceType type, RequestInfo info, JsonObject scale, WriteOptions options)
    {
        var replicas = scale.Number("spec", "replicas") ?? 0;
        return Scale(type, api.Store.Atomically(() =>
        {
            var obj = api.Get(type, info.Namespace, info.Name);
            if (scale.Text("metadata", "resourceVersion") is { Length: > 0 } version)
            {
                obj.Ensure("metadata")["resourceVersion"] = version;
            }

            obj.Ensure("spec")["replicas"] = replicas;
            return api.Replace(type, info.Namespace, info.Name, obj, options);
        }));
    }

    private async Task<JsonObject> PatchScaleAsync(HttpContext context, ResourceType type, RequestInfo info, WriteOptions options)
    {
        var patch = await Negotiation.ReadBodyAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var scale = Scale(type, api.Get(type, info.Namespace, info.Name));
        scale.Ensure("metadata").Remove("resourceVersion");
        return Rescale(type, info, PatchHandler.Patched(Negotiation.MediaType(context.Request), type, scale, patch), options);
    }

    private JsonObject Bind(RequestInfo info, JsonObject binding)
    {
        api.Modify(ResourceCatalog.Pods, info.Namespace, info.Name, pod => pod.Ensure("spec")["nodeName"] = binding.Text("target", "name"), WriteOptions.Internal);
        return new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };
    }
}
