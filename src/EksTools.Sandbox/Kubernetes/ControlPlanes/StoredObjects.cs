using System.Text.Json.Nodes;
using System.Threading.Channels;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>The objects of the built-in store.</summary>
internal sealed class StoredObjects(ObjectApi api) : IClusterObjects
{
    public string Timestamp => api.Store.Timestamp;

    public ResourceType? FindType(string group, string version, string plural) => api.Types.Find(group, version, plural);

    public JsonObject? Find(ResourceType type, string? ns, string name) => api.Store.Find(type, ns, name);

    public IReadOnlyList<JsonObject> List(ResourceType type) => api.Store.List(type).Items;

    public JsonObject? Create(ResourceType type, string? ns, JsonObject obj)
    {
        try
        {
            return api.Create(type, ns, obj, WriteOptions.Internal);
        }
        catch (StatusException refused) when (refused.Reason == "AlreadyExists")
        {
            return null;
        }
    }

    public JsonObject? Change(ResourceType type, string? ns, string name, Action<JsonObject> change, string subresource = "") => api.Store.Atomically(() =>
    {
        if (api.Store.Find(type, ns, name) is not { } obj)
        {
            return null;
        }

        change(obj);
        return api.Replace(type, ns, name, obj, WriteOptions.Internal with { Subresource = subresource });
    });

    public void Remove(ResourceType type, string? ns, string name) => api.Store.Atomically(() => api.Store.Find(type, ns, name) is not null && api.Delete(type, ns, name, DeleteOptions.Default).Gone);

    public IAsyncDisposable Follow(Func<ResourceType, JsonObject, bool> concerns, Action act) => new Follower(api.Store, concerns, act);

    private sealed class Follower : IAsyncDisposable
    {
        private readonly ObjectStore _store;
        private readonly Channel<Change> _changes;
        private readonly Task _task;

        public Follower(ObjectStore store, Func<ResourceType, JsonObject, bool> concerns, Action act)
        {
            _store = store;
            _store.TryFollow(store.Revision, out _changes);
            _task = Task.Run(() => FollowAsync(concerns, act));
        }

        public async ValueTask DisposeAsync()
        {
            _store.Unfollow(_changes);
            await _task.ConfigureAwait(false);
        }

        private async Task FollowAsync(Func<ResourceType, JsonObject, bool> concerns, Action act)
        {
            while (await _changes.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                var concerned = false;
                while (_changes.Reader.TryRead(out var change))
                {
                    concerned |= concerns(change.Type, change.Object);
                }

                if (concerned)
                {
                    act();
                }
            }
        }
    }
}
