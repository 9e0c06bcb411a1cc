using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Authorization;
using EksTools.Sandbox.Kubernetes.Controllers;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes;

/// <summary>What a cluster's Kubernetes API is started with.</summary>
public sealed record KubernetesApiOptions
{
    /// <summary>The cluster's name; tokens must be signed for it (header <c>x-k8s-aws-id</c>).</summary>
    public required string ClusterName { get; init; }

    /// <summary>The Kubernetes minor version, such as <c>1.34</c>.</summary>
    public required string KubernetesVersion { get; init; }

    /// <summary>The account behind the cluster.</summary>
    public required IClusterIdentity Identity { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>A node that the account's instances bring into the cluster.</summary>
public sealed record NodeRegistration(string Name, string InstanceId, string InstanceType, string Zone, string Region, string InternalIp, IReadOnlyDictionary<string, string> Labels);

/// <summary>One cluster's Kubernetes API over TLS on loopback, with the authenticator in front.</summary>
public sealed class KubernetesApi : IAsyncDisposable
{
    private readonly ObjectApi _objects;
    private readonly ApiServer _server;
    private readonly Authenticator _authenticator;
    private readonly ControllerLoop _controllers;
    private readonly ServerVersion _version;

    private KubernetesApi(ObjectApi objects, ApiServer server, Authenticator authenticator, ServerVersion version)
    {
        _objects = objects;
        _server = server;
        _authenticator = authenticator;
        _version = version;
        BootstrapObjects.Create(objects, server.Endpoint);
        _controllers = new(objects, server.CertificateAuthority);
        _controllers.Settle();
    }

    /// <summary>The address, <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Endpoint => _server.Endpoint;

    /// <summary>The certificate authority of the endpoint, PEM.</summary>
    public string CertificateAuthority => _server.CertificateAuthority;

    /// <summary>Why the last tokens (100 at most) were refused, oldest first. Clients see only 401.</summary>
    public IReadOnlyList<string> RefusedTokens => _authenticator.Refusals;

    /// <summary>Starts the API with the namespaces and objects of a new EKS cluster.</summary>
    public static async Task<KubernetesApi> StartAsync(KubernetesApiOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var objects = new ObjectApi(new ObjectStore(options.Time));
        var authenticator = new Authenticator(options, objects.Store);
        var version = new ServerVersion(options.KubernetesVersion);
        var handler = new RequestHandler(authenticator, new Authorizer(objects.Store), objects, version);
        var server = await ApiServer.StartAsync(handler.HandleAsync, cancellationToken).ConfigureAwait(false);
        return new(objects, server, authenticator, version);
    }

    /// <summary>Registers a node, NotReady at first (no network plugin), as a kubelet does. A node of the name that is there is replaced.</summary>
    public void AddNode(NodeRegistration node)
    {
        ArgumentNullException.ThrowIfNull(node);
        RemoveNode(node.Name);
        var obj = NodeObjects.Create(node, _version.GitVersion, _objects.Store.Timestamp);
        var created = _objects.Create(ResourceCatalog.Nodes, null, obj, WriteOptions.Internal);
        _objects.Create(ResourceCatalog.Leases, "kube-node-lease", NodeObjects.Lease(created, _objects.Store.Timestamp), WriteOptions.Internal);
        _controllers.Settle();
    }

    /// <summary>Sets a node's Ready condition.</summary>
    /// <param name="name">The node; nothing happens when it is not there.</param>
    /// <param name="ready">The condition's status.</param>
    /// <param name="reason">
    /// <c>KubeletReady</c>; <c>KubeletNotReady</c> when only the network is missing (pods on the host's network run on); any other when the kubelet is lost.
    /// </param>
    public void SetNodeReady(string name, bool ready, string reason)
    {
        _objects.Store.Atomically(() =>
        {
            if (_objects.Store.Find(ResourceCatalog.Nodes, null, name) is { } node && NodeObjects.SetReady(node, ready, reason, _objects.Store.Timestamp))
            {
                _objects.Store.Put(ResourceCatalog.Nodes, node);
                _objects.Tell(node, "kubelet", "Normal", ready ? "NodeReady" : "NodeNotReady", $"Node {name} status is now: {(ready ? "NodeReady" : "NodeNotReady")}");
            }

            return true;
        });
        _controllers.Settle();
    }

    /// <summary>Removes a node and the pods bound to it.</summary>
    public void RemoveNode(string name)
    {
        _objects.Store.Remove(ResourceCatalog.Nodes, null, name);
        _controllers.Settle();
    }

    /// <summary>Lays an EKS add-on's workloads into the cluster (DaemonSet, Deployment, ServiceAccount, pods); true when its pods run.</summary>
    public bool EnsureAddon(string addonName, string version)
    {
        Addons.Ensure(_objects, addonName, version);
        _controllers.Settle();
        return Addons.Runs(_objects, addonName);
    }

    /// <summary>Takes an add-on's workloads away.</summary>
    public void RemoveAddon(string addonName)
    {
        Addons.Remove(_objects, addonName);
        _controllers.Settle();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
