using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>Gets, lists and watches.</summary>
internal sealed class ReadHandler(ObjectApi api)
{
    public async Task HandleAsync(HttpContext context, ResourceType type, RequestInfo info)
    {
        var form = Negotiation.Form(context.Request);
        if (info.Verb == "get")
        {
            var obj = api.Get(type, info.Namespace, info.Name);
            await Negotiation.WriteAsync(context, 200, Rendering.Object(type, obj, form, api.Store.Time.GetUtcNow())).ConfigureAwait(false);
            return;
        }

        var query = context.Request.Query;
        var selection = new Selection(type, info.Namespace, query["labelSelector"], query["fieldSelector"]);
        if (info.Verb == "watch")
        {
            await new WatchHandler(api.Store, type, selection, form).HandleAsync(context).ConfigureAwait(false);
            return;
        }

        await Negotiation.WriteAsync(context, 200, List(type, selection, form, query["limit"], query["continue"])).ConfigureAwait(false);
    }

    private JsonObject List(ResourceType type, Selection selection, ResponseForm form, string? limitText, string? continueText)
    {
        var (all, revision) = api.Store.List(type, selection.Namespace);
        var items = all.Where(selection.Matches).ToList();
        if (!string.IsNullOrEmpty(continueText))
        {
            var after = Base64Url.IsValid(continueText) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(continueText)) : throw StatusException.BadRequest("continue key is not valid");
            items = [.. items.Where(o => string.CompareOrdinal($"{o.Namespace()}/{o.Name()}", after) > 0)];
        }

        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 && items.Count > limit)
        {
            metadata["continue"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{items[limit - 1].Namespace()}/{items[limit - 1].Name()}"));
            metadata["remainingItemCount"] = items.Count - limit;
            items = items[..limit];
        }

        return Rendering.List(type, items, metadata, form, api.Store.Time.GetUtcNow());
    }
}

/// <summary>What a list or a watch is of.</summary>
internal sealed class Selection(ResourceType type, string? ns, string? labels, string? fields)
{
    private readonly LabelSelector _labels = new(labels);
    private readonly FieldSelector _fields = new(type, fields);

    public string? Namespace { get; } = ns;

    public bool Matches(JsonObject obj) => (Namespace is null || obj.Namespace() == Namespace) && _labels.Matches(obj.Object("metadata", "labels")) && _fields.Matches(obj);
}
