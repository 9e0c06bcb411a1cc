using System.Text.Json.Nodes;
using EksTools.Sandbox.Faults;
using EksTools.Sandbox.Kubernetes.Admission;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Authorization;
using EksTools.Sandbox.Kubernetes.Controllers;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using EksTools.Sandbox.Kubernetes.Serving;
using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>The sandbox's own API server, store and controllers: pods come, run and go.</summary>
internal sealed class BuiltInControlPlane : IControlPlane
{
    private readonly ObjectApi _objects;
    private readonly ApiServer _server;
    private readonly ControllerLoop _controllers;
    private readonly ServerVersion _version;
    private readonly ServiceAccountTokens _tokens;

    private BuiltInControlPlane(ObjectApi objects, ApiServer server, Authenticator authenticator, ServerVersion version, ServiceAccountTokens tokens)
    {
        _objects = objects;
        Objects = new StoredObjects(objects);
        _server = server;
        Authenticator = authenticator;
        _version = version;
        _tokens = tokens;
        BootstrapObjects.Create(objects, server.Endpoint);
        _controllers = new(objects, server.CertificateAuthority);
        _controllers.Settle();
    }

    public Uri Endpoint => _server.Endpoint;

    public string CertificateAuthority => _server.CertificateAuthority;

    public Authenticator Authenticator { get; }

    public string? Log => null;

    public IClusterObjects Objects { get; }

    public static async Task<IControlPlane> StartAsync(KubernetesApiOptions options, CancellationToken cancellationToken)
    {
        var store = new ObjectStore(options.Time);
        var objects = new ObjectApi(store) { Services = new(options.ServiceCidr), Webhook = new PodIdentityWebhook(options.Identity, store), Webhooks = new AdmissionWebhooks(options.Identity, store) };
        var tokens = new ServiceAccountTokens(options.ServiceAccountIssuer, store);
        var authenticator = new Authenticator(options, () => objects.Store.Find(ResourceCatalog.ConfigMaps, "kube-system", "aws-auth"), tokens);
        var version = new ServerVersion(options.KubernetesVersion);
        var handler = new RequestHandler(authenticator, new Authorizer(objects.Store), objects, version, tokens);
        var server = await ApiServer.StartAsync(options.Faults is null ? handler.HandleAsync : new KubernetesFaults(options.Faults, options.Time, handler.HandleAsync).HandleAsync, cancellationToken).ConfigureAwait(false);
        return new BuiltInControlPlane(objects, server, authenticator, version, tokens);
    }

    public void AddNode(NodeRegistration node)
    {
        RemoveNode(node.Name);
        var obj = NodeObjects.Create(node, _version.GitVersion, _objects.Store.Timestamp);
        var created = _objects.Create(ResourceCatalog.Nodes, null, obj, WriteOptions.Internal);
        _objects.Create(ResourceCatalog.Leases, "kube-node-lease", NodeObjects.Lease(created, _objects.Store.Timestamp), WriteOptions.Internal);
        _controllers.Settle();
    }

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

    public void RemoveNode(string name)
    {
        _objects.Store.Remove(ResourceCatalog.Nodes, null, name);
        _controllers.Settle();
    }

    public bool MakesPods => true;

    public bool EnsureAddon(string addonName, string version, AddonRole? role)
    {
        Addons.Ensure(_objects, addonName, version, role);
        _controllers.Settle();
        return Addons.Runs(_objects, addonName);
    }

    public PodCredentials? FindPodCredentials(string node, string serviceAccount)
    {
        var pod = _objects.Store.List(ResourceCatalog.Pods, "kube-system").Items.FirstOrDefault(pod => pod.Text("spec", "nodeName") == node && pod.Text("spec", "serviceAccountName") == serviceAccount && pod.At("metadata", "deletionTimestamp") is null);
        if (pod is null)
        {
            return null;
        }

        var environment = pod.Objects("spec", "containers").SelectMany(container => container.Objects("env")).ToList();
        return new PodCredentials(environment.Find(variable => variable.Text("name") == "AWS_ROLE_ARN").Text("value"), environment.Exists(variable => variable.Text("name") == "AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    }

    public void RemoveAddon(string addonName)
    {
        Addons.Remove(_objects, addonName);
        _controllers.Settle();
    }

    public JsonObject? FindPod(string ns, string name) => _objects.Store.Find(ResourceCatalog.Pods, ns, name);

    public JsonObject IssueToken(string ns, string serviceAccount, JsonObject request) => _tokens.Issue(ns, serviceAccount, request);

    public void ChangeConfigMap(string ns, string name, Func<JsonObject?, JsonObject?> change)
    {
        _objects.Store.Atomically(() =>
        {
            var current = _objects.Store.Find(ResourceCatalog.ConfigMaps, ns, name);
            if (change(current?.Clone()) is { } changed)
            {
                _ = current is null
                    ? _objects.Create(ResourceCatalog.ConfigMaps, ns, changed, WriteOptions.Internal)
                    : _objects.Modify(ResourceCatalog.ConfigMaps, ns, name, o => o["data"] = changed["data"]?.DeepClone(), WriteOptions.Internal);
            }

            return true;
        });
        _controllers.Settle();
    }

    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
