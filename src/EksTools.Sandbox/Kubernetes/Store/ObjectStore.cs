using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Store;

/// <summary>What a change did to an object.</summary>
internal enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One change, with the object before and after it. The objects are the store's own: read, never written.</summary>
internal sealed record Change(long Revision, ChangeKind Kind, ResourceType Type, JsonObject Object, JsonObject? Previous);

/// <summary>The objects of one cluster, with one revision counter and a bounded history for watches, as etcd keeps them.</summary>
/// <remarks>Objects that are in the store are never written to: a change puts another object in the place of the old one.</remarks>
internal sealed class ObjectStore(TimeProvider time, int historyLength = 5000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, SortedDictionary<string, JsonObject>> _objects = [];
    private readonly Queue<Change> _history = [];
    private readonly List<ChannelWriter<Change>> _watchers = [];
    private long _revision;
    private long _oldestRevision;

    /// <summary>The clock that stamps objects.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The present time as Kubernetes writes it: UTC, whole seconds.</summary>
    public string Timestamp => Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The revision of the last change.</summary>
    public long Revision
    {
        get
        {
            lock (_gate)
            {
                return _revision;
            }
        }
    }

    /// <summary>Runs several operations with no other between them.</summary>
    public T Atomically<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    /// <summary>A copy of an object, or null.</summary>
    public JsonObject? Find(ResourceType type, string? ns, string name)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(type, out var objects) && objects.TryGetValue(Key(ns, name), out var obj) ? obj.Clone() : null;
        }
    }

    /// <summary>Copies of a type's objects, by namespace and name, and the revision that they are of.</summary>
    public (IReadOnlyList<JsonObject> Items, long Revision) List(ResourceType type, string? ns = null)
    {
        lock (_gate)
        {
            if (!_objects.TryGetValue(type, out var objects))
            {
                return ([], _revision);
            }

            var prefix = ns is null ? "" : ns + "/";
            return ([.. objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(o => o.Value.Clone())], _revision);
        }
    }

    /// <summary>A type's objects themselves, to be read and not written.</summary>
    public IReadOnlyCollection<JsonObject> Peek(ResourceType type)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(type, out var objects) ? [.. objects.Values] : [];
        }
    }

    /// <summary>Puts an object in place; stamps its resourceVersion. The caller has made uid and creationTimestamp.</summary>
    public JsonObject Put(ResourceType type, JsonObject obj)
    {
        lock (_gate)
        {
            if (!_objects.TryGetValue(type, out var objects))
            {
                _objects[type] = objects = new(StringComparer.Ordinal);
            }

            var key = Key(obj.Namespace(), obj.Name());
            var previous = objects.GetValueOrDefault(key);
            var stored = obj.Clone();
            stored.Ensure("metadata")["resourceVersion"] = (++_revision).ToString(CultureInfo.InvariantCulture);
            objects[key] = stored;
            Publish(new(_revision, previous is null ? ChangeKind.Added : ChangeKind.Modified, type, stored, previous));
            return stored.Clone();
        }
    }

    /// <summary>Takes an object away; the last state, with the revision of the removal, is returned.</summary>
    public JsonObject? Remove(ResourceType type, string? ns, string name)
    {
        lock (_gate)
        {
            if (!_objects.TryGetValue(type, out var objects) || !objects.Remove(Key(ns, name), out var previous))
            {
                return null;
            }

            var last = previous.Clone();
            last.Ensure("metadata")["resourceVersion"] = (++_revision).ToString(CultureInfo.InvariantCulture);
            Publish(new(_revision, ChangeKind.Deleted, type, last, previous));
            return last.Clone();
        }
    }

    /// <summary>
    /// Follows changes after <paramref name="revision"/>. False when the history no longer reaches back to it.
    /// The reader must be given back to <see cref="Unfollow"/>.
    /// </summary>
    public bool TryFollow(long revision, out Channel<Change> changes)
    {
        lock (_gate)
        {
            changes = Channel.CreateUnbounded<Change>(new() { SingleReader = true });
            if (revision < _oldestRevision)
            {
                return false;
            }

            foreach (var change in _history.Where(c => c.Revision > revision))
            {
                changes.Writer.TryWrite(change);
            }

            _watchers.Add(changes.Writer);
            return true;
        }
    }

    /// <summary>Ends a <see cref="TryFollow"/>.</summary>
    public void Unfollow(Channel<Change> changes)
    {
        lock (_gate)
        {
            _watchers.Remove(changes.Writer);
            changes.Writer.TryComplete();
        }
    }

    private static string Key(string? ns, string name) => $"{ns}/{name}";

    private void Publish(Change change)
    {
        _history.Enqueue(change);
        while (_history.Count > historyLength)
        {
            _oldestRevision = _history.Dequeue().Revision;
        }

        foreach (var watcher in _watchers)
        {
            watcher.TryWrite(change);
        }
    }
}
