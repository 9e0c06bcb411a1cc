using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Gives each namespace its default service account and the cluster's CA, and empties those that are being deleted.</summary>
internal sealed class NamespaceController(ObjectApi api, string certificateAuthority)
{
    public void Run()
    {
        foreach (var ns in api.Store.List(ResourceCatalog.Namespaces).Items)
        {
            if (ns.At("metadata", "deletionTimestamp") is not null)
            {
                Empty(ns);
                continue;
            }

            if (api.Store.Find(ResourceCatalog.ServiceAccounts, ns.Name(), "default") is null)
            {
                api.Create(ResourceCatalog.ServiceAccounts, ns.Name(), new() { ["metadata"] = new JsonObject { ["name"] = "default" } }, WriteOptions.Internal);
            }

            if (api.Store.Find(ResourceCatalog.ConfigMaps, ns.Name(), "kube-root-ca.crt") is null)
            {
                var configMap = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = "kube-root-ca.crt" }, ["data"] = new JsonObject { ["ca.crt"] = certificateAuthority },
                };
                api.Create(ResourceCatalog.ConfigMaps, ns.Name(), configMap, WriteOptions.Internal);
            }
        }
    }

    private void Empty(JsonObject ns)
    {
        var left = 0;
        foreach (var type in api.Types.All.Where(t => t.Namespaced))
        {
            foreach (var obj in api.Store.List(type, ns.Name()).Items)
            {
                left += obj.At("metadata", "deletionTimestamp") is null && api.Delete(type, ns.Name(), obj.Name(), DeleteOptions.Default).Gone ? 0 : 1;
            }
        }

        if (left == 0 && ns.Texts("metadata", "finalizers").Count == 0)
        {
            api.Store.Remove(ResourceCatalog.Namespaces, null, ns.Name());
        }
    }
}
