using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Patching;

/// <summary>A set of an object's fields, as <c>managedFields</c> writes it (FieldsV1): <c>f:NAME</c>, <c>k:{KEYS}</c>, <c>v:VALUE</c>.</summary>
internal sealed class FieldSet
{
    private static readonly string[] NeverOwned =
        ["name", "namespace", "creationTimestamp", "uid", "resourceVersion", "generation", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generateName"];

    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>Whether the field itself is in the set, not only fields under it.</summary>
    public bool Owned { get; private set; }

    public bool IsEmpty => !Owned && _children.Values.All(c => c.IsEmpty);

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    /// <summary>Every field that an object sets.</summary>
    public static FieldSet Of(JsonObject obj)
    {
        var set = new FieldSet();
        foreach (var (key, value) in obj)
        {
            if (key is "apiVersion" or "kind")
            {
                continue;
            }

            if (key == "metadata" && value is JsonObject metadata)
            {
                var owned = new JsonObject(metadata.Where(m => !NeverOwned.Contains(m.Key)).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
                if (owned.Count > 0)
                {
                    set._children["f:metadata"] = Of(owned, obj.Text("kind") ?? "", ["metadata"]);
                }

                continue;
            }

            if (value is not null)
            {
                set._children["f:" + key] = Of(value, obj.Text("kind") ?? "", [key]);
            }
        }

        return set;
    }

    public static FieldSet Read(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach (var (key, value) in fields ?? [])
        {
            if (key == ".")
            {
                set.Owned = true;
            }
            else
            {
                var child = Read(value as JsonObject);
                child.Owned |= child._children.Count == 0;
                set._children[key] = child;
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Owned && _children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach (var (key, child) in _children)
        {
            json[key] = child.ToJson();
        }

        return json;
    }

    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { Owned = Owned || other.Owned };
        foreach (var key in _children.Keys.Union(other._children.Keys))
        {
            result._children[key] = (_children.GetValueOrDefault(key) ?? new()).Union(other._children.GetValueOrDefault(key) ?? new());
        }

        return result;
    }

    public FieldSet Except(FieldSet other)
    {
        var result = new FieldSet { Owned = Owned && !other.Owned };
        foreach (var (key, child) in _children)
        {
            var rest = other._children.TryGetValue(key, out var subtracted) ? child.Except(subtracted) : child;
            if (!rest.IsEmpty)
            {
                result._children[key] = rest;
            }
        }

        return result;
    }

    /// <summary>The fields that are in the set themselves, each as its path from the root.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths() => Paths([]);

    /// <summary>Whether a field, or any field under it, is in the set.</summary>
    public bool Touches(IReadOnlyList<string> path) => Find(path) is { IsEmpty: false };

    public bool Contains(IReadOnlyList<string> path) => Find(path) is { Owned: true };

    public static FieldSet FromPaths(IEnumerable<IReadOnlyList<string>> paths)
    {
        var set = new FieldSet();
        foreach (var path in paths)
        {
            var at = set;
            foreach (var part in path)
            {
                if (!at._children.TryGetValue(part, out var child))
                {
                    at._children[part] = child = new();
                }

                at = child;
            }

            at.Owned = true;
        }

        return set;
    }

    /// <summary>The key of an item of a list with keys, such as <c>k:{"name":"web"}</c>.</summary>
    public static string ItemKey(JsonNode? item, IReadOnlyList<string> keys)
    {
        var key = new JsonObject();
        foreach (var name in keys.Order(StringComparer.Ordinal))
        {
            if ((item.At(name)?.DeepClone() ?? (name == "protocol" ? "TCP" : null)) is { } value)
            {
                key[name] = value;
            }
        }

        return "k:" + key.ToJsonString(JsonText.Compact);
    }

    private static FieldSet Of(JsonNode? value, string kind, IReadOnlyList<string> path)
    {
        var set = new FieldSet();
        switch (value)
        {
            case JsonObject { Count: > 0 } obj when !ListSemantics.IsAtomicMap(path):
                foreach (var (key, child) in obj)
                {
                    set._children["f:" + key] = Of(child, kind, [.. path, key]);
                }

                break;
            case JsonArray { Count: > 0 } list when ListSemantics.Find(kind, path) is { } rule:
                foreach (var item in list)
                {
                    var child = rule.ApplyKeys.Count == 0 ? new() : Of(item, kind, path);
                    child.Owned = true;
                    set._children[rule.ApplyKeys.Count == 0 ? "v:" + item?.ToJsonString(JsonText.Compact) : ItemKey(item, rule.ApplyKeys)] = child;
                }

                break;
            default:
                set.Owned = true;
                break;
        }

        return set;
    }

    private FieldSet? Find(IReadOnlyList<string> path)
    {
        var at = this;
        foreach (var part in path)
        {
            if (!at._children.TryGetValue(part, out at))
            {
                return null;
            }
        }

        return at;
    }

    private IEnumerable<IReadOnlyList<string>> Paths(IReadOnlyList<string> prefix)
    {
        if (Owned)
        {
            yield return prefix;
        }

        foreach (var (key, child) in _children)
        {
            foreach (var path in child.Paths([.. prefix, key]))
            {
                yield return path;
            }
        }
    }
}
