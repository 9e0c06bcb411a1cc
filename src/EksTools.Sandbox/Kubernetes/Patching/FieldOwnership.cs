using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>Keeps <c>metadata.managedFields</c> on ordinary writes: what a writer changed becomes its own.</summary>
internal static class FieldOwnership
{
    public static void RecordUpdate(JsonObject before, JsonObject after, WriteOptions options, string timestamp)
    {
        var metadata = after.Ensure("metadata");
        var entries = before.Objects("metadata", "managedFields").Select(e => e.Clone()).ToList();
        metadata.Remove("managedFields");
        if (options.Manager is not null)
        {
            var now = FieldSet.Of(after);
            var changed = FieldSet.FromPaths(now.Paths().Where(p => !Same(before, after, p, now)));
            var removed = FieldSet.FromPaths(FieldSet.Of(before).Paths().Where(p => FieldPath.Find(after, p) is null));
            if (!changed.IsEmpty || !removed.IsEmpty)
            {
                var mine = entries.Find(e => IsMine(e, options, "Update"));
                foreach (var entry in entries)
                {
                    SetFields(entry, Fields(entry).Except(changed).Except(removed));
                }

                var set = (mine is null ? new() : Fields(mine)).Union(changed);
                if (mine is not null)
                {
                    entries.Remove(mine);
                }

                entries.RemoveAll(e => Fields(e).IsEmpty);
                if (!set.IsEmpty)
                {
                    entries.Add(Entry(options, "Update", after.Text("apiVersion") ?? "", timestamp, set));
                }
            }
        }

        if (entries.Count > 0)
        {
            metadata["managedFields"] = new JsonArray([.. entries]);
        }
    }

    public static bool IsMine(JsonObject entry, WriteOptions options, string operation) =>
        entry.Text("manager") == options.Manager && entry.Text("operation") == operation && (entry.Text("subresource") ?? "") == options.Subresource;

    public static FieldSet Fields(JsonObject entry) => FieldSet.Read(entry.Object("fieldsV1"));

    public static void SetFields(JsonObject entry, FieldSet set) => entry["fieldsV1"] = set.ToJson();

    public static JsonObject Entry(WriteOptions options, string operation, string apiVersion, string timestamp, FieldSet set)
    {
        var entry = new JsonObject
        {
            ["manager"] = options.Manager, ["operation"] = operation, ["apiVersion"] = apiVersion, ["time"] = timestamp, ["fieldsType"] = "FieldsV1", ["fieldsV1"] = set.ToJson(),
        };
        if (options.Subresource.Length > 0)
        {
            entry["subresource"] = options.Subresource;
        }

        return entry;
    }

    // An item of a keyed list is the same as long as it is there: its own fields are compared one by one.
    private static bool Same(JsonObject before, JsonObject after, IReadOnlyList<string> path, FieldSet set)
    {
        var old = FieldPath.Find(before, path);
        return old is not null && ((path[^1][0] == 'k' && set.Contains(path)) || JsonNode.DeepEquals(old, FieldPath.Find(after, path)));
    }
}
