using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.LoadBalancing;

namespace EksTools.Sandbox.Eks;

/// <summary>What runs in a cluster: its Kubernetes API, nodes and add-on workloads, and how they depend on each other.</summary>
internal sealed class ClusterWorkloads(EksRegion eks, string name, string version) : IAsyncDisposable
{
    private static readonly string[] NodeNeeds = ["vpc-cni", "kube-proxy"];
    private readonly Dictionary<string, string> _laid = [];
    private readonly HashSet<string> _selfManaged = [];
    private readonly CancellationTokenSource _ending = new();
    private Cluster? _cluster;
    private Task<KubernetesApi>? _api;
    private BalancingLoop? _balancing;

    /// <summary>The API, once it has started.</summary>
    public KubernetesApi? Api => _api is { IsCompletedSuccessfully: true } ? _api.Result : null;

    /// <summary>Ends when the API has started.</summary>
    public Task Started => _api ?? Task.CompletedTask;

    /// <summary>What the cluster's door asks the account.</summary>
    public AccountIdentity? Identity { get; private set; }

    /// <summary>The add-ons whose workloads came with the cluster.</summary>
    public IReadOnlySet<string> SelfManaged => _selfManaged;

    /// <summary>Whether a node could become Ready.</summary>
    public bool HasNetwork => NodeNeeds.All(_laid.ContainsKey);

    /// <summary>Whether a disruption budget lets none of the pods go that it covers.</summary>
    public bool IsHeldByBudget => Api?.Objects.List(ResourceCatalog.PodDisruptionBudgets).Any(budget => budget.Number("status", "disruptionsAllowed") == 0 && budget.Number("status", "currentHealthy") > 0) == true;

    /// <summary>Starts the API.</summary>
    public void Start(Cluster cluster)
    {
        _cluster = cluster;
        Identity = new AccountIdentity(cluster);
        Identity.Publish();
        var options = new KubernetesApiOptions { ClusterName = name, KubernetesVersion = version, ServiceCidr = cluster.ServiceIpv6Cidr ?? cluster.ServiceCidr, Identity = Identity, ServiceAccountIssuer = cluster.TokenIssuer, Time = eks.Account.Options.Time, Assets = eks.Account.Options.KubernetesAssets, Faults = eks.Account.Faults };
        _api = Task.Run(async () =>
        {
            var api = await KubernetesApi.StartAsync(options, _ending.Token);
            _balancing = new BalancingLoop(cluster, api.Objects);
            return api;
        });
    }

    /// <summary>Lays the workloads that a cluster brings along when it is not told otherwise.</summary>
    public void LaySelfManaged()
    {
        foreach (var addon in new[] { "vpc-cni", "kube-proxy", "coredns" })
        {
            _selfManaged.Add(addon);
            Lay(addon, AddonCatalog.DefaultVersion(addon, version));
        }
    }

    /// <summary>Lays an add-on's workloads; true when its pods run.</summary>
    /// <param name="addon">The add-on.</param>
    /// <param name="addonVersion">Its version.</param>
    /// <param name="role">What becomes of its service account's role; null to leave it.</param>
    public bool Lay(string addon, string addonVersion, AddonRole? role = null)
    {
        _laid[addon] = addonVersion;
        return Api?.EnsureAddon(addon, addonVersion, role) ?? false;
    }

    /// <summary>Takes an add-on's workloads away.</summary>
    public void Remove(string addon)
    {
        _laid.Remove(addon);
        _selfManaged.Remove(addon);
        Api?.RemoveAddon(addon);
    }

    /// <summary>An add-on becomes EKS's own.</summary>
    public void Adopt(string addon) => _selfManaged.Remove(addon);

    /// <summary>A node joins.</summary>
    public void Join(Nodegroup group, Instance instance)
    {
        Api?.AddNode(new NodeRegistration(instance.PrivateDnsName, instance.Id, instance.InstanceType.Name, instance.Interface.Subnet.Zone.Name, eks.Region.Name, (group.Cluster.IsIpv6 ? instance.Interface.Ipv6Address : null) ?? instance.Interface.PrivateIp, group.NodeLabels(instance))
        {
            OsImage = NodeImage.Name(group.AmiType),
            MaxPods = NodeImage.MaxPods(group),
            Taints = [.. group.Taints.Select(static taint => (taint.Key, taint.Value, taint.Effect switch { "NO_EXECUTE" => "NoExecute", "NO_SCHEDULE" => "NoSchedule", _ => "PreferNoSchedule" }))],
        });
    }

    /// <summary>A node of EKS's own joins, which has all that it needs.</summary>
    public void Join(NodeRegistration node)
    {
        Api?.AddNode(node);
        Api?.SetNodeReady(node.Name, true, "KubeletReady");
    }

    /// <summary>A node of EKS's own goes.</summary>
    public void Leave(string node) => Api?.RemoveNode(node);

    /// <summary>A node goes.</summary>
    public void Leave(Instance instance) => Api?.RemoveNode(instance.PrivateDnsName);

    /// <summary>Lets everything that waits for something else find out whether it has come: nodes for their network, add-ons for nodes, node groups for their nodes.</summary>
    public void Reconcile()
    {
        if (_cluster is not { } cluster || Api is null)
        {
            return;
        }

        foreach (var (group, node) in cluster.Nodegroups.Values.SelectMany(group => group.Nodes.Where(node => node.Joined).Select(node => (group, node))))
        {
            var ready = HasNetwork && MayNetwork(cluster, group, node.Instance.PrivateDnsName);
            if (node.Ready != ready)
            {
                node.Ready = ready;
                Api.SetNodeReady(node.Instance.PrivateDnsName, ready, ready ? "KubeletReady" : "KubeletNotReady");
            }
        }

        foreach (var group in cluster.Nodegroups.Values)
        {
            group.CheckNodes();
        }

        cluster.AutoNodes.Provide();
        cluster.Fargate.Provide();

        // The workloads lie in the cluster again with every look: pods find their places as nodes come and go.
        foreach (var (addon, addonVersion) in _laid)
        {
            Api.EnsureAddon(addon, addonVersion);
        }

        var nodes = cluster.Nodegroups.Values.SelectMany(group => group.Nodes).Where(node => node.Joined).ToList();
        foreach (var addon in cluster.Addons.Values)
        {
            addon.Check(addon.Offer.NeedsNodes ? nodes.Exists(node => node.Ready) || cluster.AutoNodes.Nodes.Count > 0 || cluster.Fargate.Runs(addon) : addon.Name != NetworkPermission.Addon || !HasNetwork || nodes.TrueForAll(node => node.Ready));
        }
    }

    /// <summary>Whether a node's aws-node pod may do in EC2 what it is there for. Windows nodes have none: the control plane gives them their addresses, but their kube-proxy must be let in.</summary>
    private bool MayNetwork(Cluster cluster, Nodegroup group, string node)
    {
        // Where no pods are made, a pod would have what a new one gets.
        var pod = Api!.MakesPods
            ? Api.FindPodCredentials(node, NetworkPermission.ServiceAccount)
            : new PodCredentials(cluster.Addons.GetValueOrDefault(NetworkPermission.Addon)?.RoleArn, Identity!.IsAssociated(NetworkPermission.Namespace, NetworkPermission.ServiceAccount));
        return group.IsWindows ? AccessOperations.AdmitsWindows(cluster, group.NodeRole) : pod is not null && NetworkPermission.Has(cluster, group.NodeRole, pod);
    }

    /// <summary>Ends the API when the cluster is gone.</summary>
    public void Stop()
    {
        _cluster = null;
        _ = DisposeAsync().AsTask();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _api, null) is not { } api)
        {
            return;
        }

        await _ending.CancelAsync();
        try
        {
            var started = await api;
            if (_balancing is not null)
            {
                await _balancing.DisposeAsync();
            }

            await started.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // It never started.
        }

        _ending.Dispose();
    }
}
