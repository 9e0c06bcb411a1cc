using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Deletes what is owned by nothing that still exists, and the pods of nodes that are gone.</summary>
internal sealed class GarbageCollector(ObjectApi api)
{
    public void Run()
    {
        var all = api.Types.All.Where(t => t.Verbs.Count > 1).SelectMany(t => api.Store.List(t).Items.Select(o => (Type: t, Object: o))).ToList();
        var uids = all.Select(o => o.Object.Uid()).ToHashSet();
        var nodes = all.Where(o => o.Type == ResourceCatalog.Nodes).Select(o => o.Object.Name()).ToHashSet();
        foreach (var (type, obj) in all)
        {
            var owners = obj.Objects("metadata", "ownerReferences").ToList();
            var orphaned = owners.Count > 0 && owners.TrueForAll(r => !uids.Contains(r.Text("uid") ?? ""));
            var nodeless = type == ResourceCatalog.Pods && obj.Text("spec", "nodeName") is { Length: > 0 } node && !nodes.Contains(node);
            if ((orphaned || nodeless) && obj.At("metadata", "deletionTimestamp") is null && api.Store.Find(type, obj.Namespace(), obj.Name())?.Uid() == obj.Uid())
            {
                api.Delete(type, obj.Namespace(), obj.Name(), DeleteOptions.Default);
            }
        }
    }
}
