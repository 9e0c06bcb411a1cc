using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>Server-side apply: what a manager applies becomes its own, what it no longer applies goes, what others own is a conflict.</summary>
internal static class ServerSideApply
{
    /// <summary>The object after the apply, managedFields written.</summary>
    /// <param name="live">The object that is, or an object with no fields when there is none.</param>
    /// <param name="applied">What the manager wants.</param>
    /// <exception cref="StatusException">409 when a field with another value is owned by another manager and <paramref name="force"/> is false.</exception>
    public static JsonObject Apply(JsonObject live, JsonObject applied, WriteOptions options, bool force, string timestamp)
    {
        if (applied.At("metadata", "managedFields") is JsonArray { Count: > 0 })
        {
            throw StatusException.BadRequest("metadata.managedFields must be nil");
        }

        var wanted = FieldSet.Of(applied);
        var entries = live.Objects("metadata", "managedFields").Select(e => e.Clone()).ToList();
        var mine = entries.Find(e => FieldOwnership.IsMine(e, options, "Apply"));
        var others = entries.Where(e => e != mine).ToList();
        var conflicts = others.Select(e => (Entry: e, Paths: Conflicts(FieldOwnership.Fields(e), wanted, live, applied))).Where(c => c.Paths.Count > 0).ToList();
        if (conflicts.Count > 0 && !force)
        {
            throw Refuse(conflicts);
        }

        foreach (var (entry, paths) in conflicts)
        {
            FieldOwnership.SetFields(entry, FieldOwnership.Fields(entry).Except(FieldSet.FromPaths(paths)));
        }

        others.RemoveAll(e => FieldOwnership.Fields(e).IsEmpty);
        var result = Merge(applied.Text("kind") ?? "", live.Clone(), applied, []);
        var owned = mine is null ? new() : FieldOwnership.Fields(mine);
        Prune(result, owned, wanted, others.Aggregate(new FieldSet(), (set, e) => set.Union(FieldOwnership.Fields(e))));

        var written = FieldOwnership.Entry(options, "Apply", applied.Text("apiVersion") ?? "", timestamp, wanted);
        result.Ensure("metadata").Remove("managedFields");
        if (mine is not null && JsonNode.DeepEquals(mine["fieldsV1"], written["fieldsV1"]) && SameButManagedFields(live, result))
        {
            written["time"] = mine["time"]?.DeepClone();
        }

        var all = mine is null ? [.. others, written] : entries.Where(e => e == mine || others.Contains(e)).Select(e => e == mine ? written : e);
        result.Ensure("metadata")["managedFields"] = new JsonArray([.. all]);
        return result;
    }

    private static bool SameButManagedFields(JsonObject live, JsonObject result)
    {
        var bare = live.Clone();
        bare.Ensure("metadata").Remove("managedFields");
        return JsonNode.DeepEquals(bare, result);
    }

    private static List<IReadOnlyList<string>> Conflicts(FieldSet theirs, FieldSet wanted, JsonObject live, JsonObject applied) =>
        [.. wanted.Paths().Where(p => p[^1][0] == 'f' && theirs.Touches(p) && !JsonNode.DeepEquals(FieldPath.Find(live, p), FieldPath.Find(applied, p)))];

    private static StatusException Refuse(List<(JsonObject Entry, List<IReadOnlyList<string>> Paths)> conflicts)
    {
        var causes = new JsonArray();
        var parts = new List<string>();
        foreach (var (entry, paths) in conflicts)
        {
            var subresource = entry.Text("subresource") is { } s ? $" with subresource \"{s}\"" : "";
            var who = $"\"{entry.Text("manager")}\"{subresource} using {entry.Text("apiVersion")}";
            parts.Add(paths.Count == 1 ? $"conflict with {who}: {FieldPath.Show(paths[0])}" : $"conflicts with {who}:\n{string.Join("\n", paths.Select(p => "- " + FieldPath.Show(p)))}");
            foreach (var path in paths)
            {
                causes.Add(new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {who}", ["field"] = FieldPath.Show(path) });
            }
        }

        var message = $"Apply failed with {causes.Count} conflict{(causes.Count == 1 ? "" : "s")}: {string.Join("\n", parts)}";
        return new(409, "Conflict", message, new JsonObject { ["causes"] = causes });
    }

    private static void Prune(JsonObject result, FieldSet owned, FieldSet wanted, FieldSet others)
    {
        foreach (var path in owned.Paths().Where(p => !wanted.Touches(p) && !others.Touches(p)))
        {
            FieldPath.Remove(result, path);
        }
    }

    private static JsonObject Merge(string kind, JsonObject live, JsonObject applied, IReadOnlyList<string> path)
    {
        foreach (var (key, value) in applied)
        {
            IReadOnlyList<string> at = [.. path, key];
            switch (value, live[key])
            {
                case (null, _):
                    break;
                case (JsonObject a, JsonObject l) when !ListSemantics.IsAtomicMap(at):
                    live[key] = Merge(kind, l.Clone(), a, at);
                    break;
                case (JsonArray a, JsonArray l) when ListSemantics.Find(kind, at) is { } rule:
                    live[key] = MergeList(kind, l, a, rule, at);
                    break;
                default:
                    live[key] = value.DeepClone();
                    break;
            }
        }

        return live;
    }

    private static JsonArray MergeList(string kind, JsonArray live, JsonArray applied, ListRule rule, IReadOnlyList<string> path)
    {
        var result = live.Select(item => item?.DeepClone()).ToList();
        foreach (var item in applied)
        {
            var at = rule.ApplyKeys.Count == 0
                ? result.FindIndex(r => JsonNode.DeepEquals(r, item))
                : result.FindIndex(r => FieldSet.ItemKey(r, rule.ApplyKeys) == FieldSet.ItemKey(item, rule.ApplyKeys));
            if (at < 0)
            {
                result.Add(item?.DeepClone());
            }
            else if (item is JsonObject changed && result[at] is JsonObject present)
            {
                result[at] = Merge(kind, present, changed, path);
            }
        }

        return new([.. result]);
    }
}
