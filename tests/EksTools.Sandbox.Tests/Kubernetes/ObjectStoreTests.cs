using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Tests.Kubernetes;

public sealed class ObjectStoreTests
{
    [Fact]
    public void A_watch_older_than_the_history_is_refused()
    {
        var store = new ObjectStore(new FixedTime(DateTimeOffset.UnixEpoch), historyLength: 3);
        for (var i = 0; i < 5; i++)
        {
            store.Put(ResourceCatalog.Namespaces, JsonReading.Parse($$$"""{"metadata":{"name":"n{{{i}}}"}}"""));
        }

        Assert.False(store.TryFollow(1, out _));
        Assert.True(store.TryFollow(2, out var changes));
        store.Unfollow(changes);
        Assert.Equal(["n2", "n3", "n4"], changes.Reader.ReadAllAsync(TestContext.Current.CancellationToken).ToBlockingEnumerable(TestContext.Current.CancellationToken).Select(c => c.Object.Name()));
    }

    [Fact]
    public void What_is_read_is_a_copy()
    {
        var store = new ObjectStore(new FixedTime(DateTimeOffset.UnixEpoch));
        store.Put(ResourceCatalog.Namespaces, JsonReading.Parse("""{"metadata":{"name":"n"}}"""));

        store.Find(ResourceCatalog.Namespaces, null, "n")!["metadata"]!["name"] = "changed";
        store.List(ResourceCatalog.Namespaces).Items[0]["metadata"]!["name"] = "changed";

        Assert.Equal("n", store.Find(ResourceCatalog.Namespaces, null, "n")!.Name());
    }
}
