using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;
using Microsoft.AspNetCore.Http;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>One watch: JSON events, one a line, until the client leaves or the time is up.</summary>
internal sealed class WatchHandler(ObjectStore store, ResourceType type, Selection selection, ResponseForm form)
{
    private bool _first = true;

    public async Task HandleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var versionText = query["resourceVersion"].ToString();
        var sendInitial = query["sendInitialEvents"] == "true";
        if (!long.TryParse(versionText.Length == 0 ? "0" : versionText, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            throw StatusException.BadRequest($"Invalid value: \"{versionText}\": strconv.ParseUint: parsing \"{versionText}\": invalid syntax");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (double.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
        {
            ending.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        IReadOnlyList<JsonObject> initial = [];
        if (revision == 0 || sendInitial)
        {
            (initial, revision) = store.List(type, selection.Namespace);
        }

        context.Response.ContentType = "application/json";
        if (!store.TryFollow(revision, out var changes))
        {
            await WriteAsync(context, "ERROR", StatusException.Expired($"too old resource version: {revision}").ToStatus()).ConfigureAwait(false);
            return;
        }

        try
        {
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            foreach (var obj in initial.Where(selection.Matches))
            {
                await SendAsync(context, "ADDED", obj).ConfigureAwait(false);
            }

            if (sendInitial)
            {
                await WriteAsync(context, "BOOKMARK", Bookmark(revision)).ConfigureAwait(false);
            }

            await foreach (var change in changes.Reader.ReadAllAsync(ending.Token).ConfigureAwait(false))
            {
                if (change.Type == type && EventOf(change) is { } kind)
                {
                    await SendAsync(context, kind, store.Atomically(() => change.Object.Clone())).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // timeoutSeconds: the watch ends as a response that is complete.
        }
        finally
        {
            store.Unfollow(changes);
        }
    }

    // An object that comes to fit the selection is new to the watcher, one that no longer fits is gone.
    private string? EventOf(Change change) => store.Atomically(() =>
    {
        var was = change.Previous is not null && selection.Matches(change.Previous);
        var fits = change.Kind != ChangeKind.Deleted && selection.Matches(change.Object);
        return (was, fits) switch
        {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            _ => null,
        };
    });

    private JsonObject Bookmark(long revision) => new()
    {
        ["kind"] = type.Kind,
        ["apiVersion"] = type.ApiVersion,
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture),
            ["creationTimestamp"] = null,
            ["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" },
        },
    };

    private async Task SendAsync(HttpContext context, string kind, JsonObject obj)
    {
        var shown = Rendering.Object(type, obj, form, store.Time.GetUtcNow(), withColumns: _first);
        _first = false;
        await WriteAsync(context, kind, shown).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext context, string kind, JsonObject obj)
    {
        var line = new JsonObject { ["type"] = kind, ["object"] = obj }.ToJsonString(JsonText.Compact) + "\n";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
