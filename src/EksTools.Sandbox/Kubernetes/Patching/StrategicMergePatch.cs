using System.Text.Json;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>
/// Kubernetes' strategic merge patch: lists of items with a merge key are merged item by item, with the directives
/// <c>$patch</c>, <c>$retainKeys</c>, <c>$deleteFromPrimitiveList</c> and <c>$setElementOrder</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteFrom = "$deleteFromPrimitiveList/";
    private const string SetOrder = "$setElementOrder/";

    public static JsonObject Apply(string kind, JsonObject original, JsonObject patch) => Merge(kind, original.Clone(), patch, []);

    private static JsonObject Merge(string kind, JsonObject original, JsonObject patch, IReadOnlyList<string> path)
    {
        switch (patch.Text(Directive))
        {
            case "replace":
                var replacement = (JsonObject)Plain(patch)!;
                return replacement;
            case "delete":
                return [];
            case null or "merge":
                break;
            case var other:
                throw StatusException.BadRequest($"unknown patch type: {other}");
        }

        if (patch[RetainKeys] is JsonArray)
        {
            var retained = patch.Texts(RetainKeys);
            foreach (var key in original.Select(o => o.Key).Where(k => !retained.Contains(k)).ToList())
            {
                original.Remove(key);
            }
        }

        foreach (var (key, value) in patch.Where(p => p.Key.StartsWith(DeleteFrom, StringComparison.Ordinal)))
        {
            if (original[key[DeleteFrom.Length..]] is JsonArray list && value is JsonArray removed)
            {
                list.RemoveAll(item => removed.Any(r => JsonNode.DeepEquals(r, item)));
            }
        }

        foreach (var (key, value) in patch.Where(p => !p.Key.StartsWith('$')))
        {
            MergeMember(kind, original, key, value, patch, [.. path, key]);
        }

        foreach (var (key, value) in patch.Where(p => p.Key.StartsWith(SetOrder, StringComparison.Ordinal)))
        {
            var field = key[SetOrder.Length..];
            if (patch[field] is null && original[field] is JsonArray list && value is JsonArray order)
            {
                original[field] = Arrange([.. list], [.. order], [.. list], ListSemantics.Find(kind, [.. path, field])?.StrategicKey);
            }
        }

        return original;
    }

    private static void MergeMember(string kind, JsonObject original, string key, JsonNode? value, JsonObject patch, IReadOnlyList<string> path)
    {
        switch (value, original[key])
        {
            case (null, _):
                original.Remove(key);
                break;
            case (JsonObject p, JsonObject o) when !ListSemantics.IsReplacedMap(kind, path):
                original[key] = Merge(kind, o.Clone(), p, path);
                break;
            case (JsonObject p, null):
                original[key] = Merge(kind, [], p, path);
                break;
            case (JsonArray p, JsonArray o) when ListSemantics.Find(kind, path) is { } rule:
                original[key] = MergeList(kind, o, p, patch[SetOrder + key] as JsonArray, rule, path);
                break;
            default:
                original[key] = Plain(value);
                break;
        }
    }

    private static JsonArray MergeList(string kind, JsonArray original, JsonArray patch, JsonArray? order, ListRule rule, IReadOnlyList<string> path)
    {
        var key = rule.StrategicKey;
        if (patch.Any(p => p.Text(Directive) == "replace"))
        {
            return new([.. patch.Where(p => p.Text(Directive) != "replace").Select(Plain)]);
        }

        var merged = original.Select(o => o?.DeepClone()).ToList();
        foreach (var item in patch.Where(p => p.Text(Directive) == "delete"))
        {
            RequireKey(item, key);
            merged.RemoveAll(m => Same(m, item, key));
        }

        var ordinary = patch.Where(p => p.Text(Directive) != "delete").ToList();
        foreach (var item in ordinary)
        {
            RequireKey(item, key);
            var at = merged.FindIndex(m => Same(m, item, key));
            if (at < 0)
            {
                merged.Add(item is JsonObject added ? Merge(kind, [], added, path) : item?.DeepClone());
            }
            else if (item is JsonObject changed && merged[at] is JsonObject present)
            {
                merged[at] = Merge(kind, present, changed, path);
            }
        }

        return Arrange(merged, order is null ? ordinary : [.. order], [.. original], key);
    }

    // Items that the patch names come in the patch's order; the server's own keep theirs. Where the two cannot be compared
    // (an item that is new), the patch's comes first: that is why a container added by a patch heads the list.
    private static JsonArray Arrange(List<JsonNode?> merged, IReadOnlyList<JsonNode?> patchOrder, IReadOnlyList<JsonNode?> serverOrder, string? key)
    {
        var named = patchOrder.SelectMany(p => merged.Where(m => Same(m, p, key))).Distinct().ToList();
        var serverOnly = merged.Where(m => !patchOrder.Any(p => Same(m, p, key))).ToList();
        var result = new JsonArray();
        int left = 0, right = 0;
        while (left < serverOnly.Count || right < named.Count)
        {
            var takeLeft = right >= named.Count;
            if (!takeLeft && left < serverOnly.Count)
            {
                var l = IndexOf(serverOrder, serverOnly[left], key);
                var r = IndexOf(serverOrder, named[right], key);
                takeLeft = l >= 0 && r >= 0 && l < r;
            }

            result.Add((takeLeft ? serverOnly[left++] : named[right++])?.DeepClone());
        }

        return result;
    }

    private static int IndexOf(IReadOnlyList<JsonNode?> list, JsonNode? item, string? key)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (Same(list[i], item, key))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Same(JsonNode? a, JsonNode? b, string? key) => key is null ? JsonNode.DeepEquals(a, b) : a.At(key) is { } x && JsonNode.DeepEquals(x, b.At(key));

    private static void RequireKey(JsonNode? item, string? key)
    {
        if (key is not null && item.At(key) is null)
        {
            throw new StatusException(422, "Invalid", $"map: {item?.ToJsonString(JsonText.Compact)} does not contain declared merge key: {key}");
        }
    }

    // A value that comes in whole: nulls and directives are not part of it.
    private static JsonNode? Plain(JsonNode? value) => value switch
    {
        JsonObject obj => new JsonObject(obj.Where(m => m.Value is not null && !m.Key.StartsWith('$')).Select(m => KeyValuePair.Create(m.Key, Plain(m.Value)))),
        JsonArray array => new JsonArray([.. array.Where(item => item.Text(Directive) is null).Select(Plain)]),
        _ => value?.DeepClone(),
    };
}
