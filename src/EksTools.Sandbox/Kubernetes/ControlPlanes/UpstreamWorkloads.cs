using System.Globalization;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Controllers;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>
/// Nodes and add-on workloads in a real kube-apiserver. No controller runs there: nodes, and the status that an add-on's daemon sets and
/// deployments would reach with them, are written; pods are not made.
/// </summary>
internal sealed class UpstreamWorkloads(UpstreamClient client, string kubeletVersion)
{
    private const string System = "kube-system";

    private readonly Dictionary<string, bool> _nodes = [];
    private readonly Dictionary<string, (string Version, int ReadyNodes)> _laid = [];

    private static string Timestamp => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private int ReadyNodes => _nodes.Values.Count(ready => ready);

    public void AddNode(NodeRegistration node)
    {
        RemoveNode(node.Name);
        var created = client.Create(ResourceCatalog.Nodes, null, NodeObjects.Create(node, kubeletVersion, Timestamp));
        if (created is not null)
        {
            client.Create(ResourceCatalog.Leases, "kube-node-lease", NodeObjects.Lease(created, Timestamp));
        }

        _nodes[node.Name] = false;
    }

    public void SetNodeReady(string name, bool ready, string reason)
    {
        if (!_nodes.ContainsKey(name))
        {
            return;
        }

        // The status and the taint that goes with it are two resources of the API.
        foreach (var subresource in (ReadOnlySpan<string>)["/status", ""])
        {
            client.Change(ResourceCatalog.Nodes, null, name, node =>
            {
                if (node is null)
                {
                    return null;
                }

                NodeObjects.SetReady(node, ready, reason, Timestamp);
                NodeObjects.Taint(node, ready);
                return node;
            }, subresource);
        }

        _nodes[name] = ready;
    }

    public void RemoveNode(string name)
    {
        if (_nodes.Remove(name))
        {
            client.Remove(ResourceCatalog.Nodes, null, name);
            client.Remove(ResourceCatalog.Leases, "kube-node-lease", name);
        }
    }

    public bool EnsureAddon(string addon, string version, AddonRole? role)
    {
        var objects = Addons.Of(addon, version);
        if (role is not null)
        {
            client.Change(ResourceCatalog.ServiceAccounts, System, role.ServiceAccount, current =>
            {
                var account = current ?? new JsonObject { ["metadata"] = new JsonObject { ["name"] = role.ServiceAccount } };
                return role.Write(account) || current is null ? account : null;
            });
        }

        if (!_laid.TryGetValue(addon, out var laid) || laid != (version, ReadyNodes))
        {
            foreach (var (type, obj) in objects)
            {
                Lay(type, obj);
            }

            _laid[addon] = (version, ReadyNodes);
        }

        return ReadyNodes > 0 || objects.All(o => o.Type != ResourceCatalog.Deployments);
    }

    public void RemoveAddon(string addon)
    {
        _laid.Remove(addon);
        foreach (var (type, obj) in Addons.Of(addon, ""))
        {
            client.Remove(type, System, obj.Name());
        }
    }

    private void Lay(ResourceType type, JsonObject obj)
    {
        client.Change(type, System, obj.Name(), current =>
        {
            if (current is null)
            {
                return obj.Clone();
            }

            if (obj.At("spec", "template") is not { } template)
            {
                return null;
            }

            current.Ensure("spec")["template"] = template.DeepClone();
            return current;
        });
        if (type == ResourceCatalog.DaemonSets || type == ResourceCatalog.Deployments)
        {
            client.Change(type, System, obj.Name(), current => current is null ? null : WithStatus(type, current), "/status");
        }
    }

    private JsonObject WithStatus(ResourceType type, JsonObject workload)
    {
        var replicas = (int)(workload.Number("spec", "replicas") ?? 1);
        var ready = ReadyNodes == 0 ? 0 : replicas;
        workload["status"] = type == ResourceCatalog.DaemonSets
            ? new JsonObject
            {
                ["currentNumberScheduled"] = _nodes.Count, ["desiredNumberScheduled"] = _nodes.Count, ["numberAvailable"] = ReadyNodes, ["numberMisscheduled"] = 0,
                ["numberReady"] = ReadyNodes, ["observedGeneration"] = workload.Number("metadata", "generation"), ["updatedNumberScheduled"] = _nodes.Count,
            }
            : new JsonObject
            {
                ["availableReplicas"] = ready, ["observedGeneration"] = workload.Number("metadata", "generation"), ["readyReplicas"] = ready, ["replicas"] = replicas,
                ["unavailableReplicas"] = replicas - ready, ["updatedReplicas"] = replicas,
            };
        return workload;
    }
}
