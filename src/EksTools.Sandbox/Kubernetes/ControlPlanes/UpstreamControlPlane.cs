using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;
using EksTools.Sandbox.Kubernetes.Controllers;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>A real kube-apiserver with etcd on loopback, which asks the sandbox's authenticator and access policies by webhook.</summary>
internal sealed class UpstreamControlPlane : IControlPlane
{
    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ekstools-control-plane-");
    private readonly CertificateAuthority _authority = new();
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly ServerVersion _version;
    private readonly TokenIssuer _issuer;
    private ServerProcess? _apiServer;
    private UpstreamClient? _client;
    private UpstreamWorkloads? _workloads;

    private UpstreamControlPlane(KubernetesApiOptions options)
    {
        _version = new ServerVersion(options.KubernetesVersion);
        _issuer = options.ServiceAccountIssuer;
        Authenticator = new Authenticator(options, () => Client.Find(ResourceCatalog.ConfigMaps, "kube-system", "aws-auth"));
    }

    public Uri Endpoint { get; private set; } = null!;

    public string CertificateAuthority => _authority.Pem;

    public Authenticator Authenticator { get; }

    public string? Log => _apiServer?.Log;

    private UpstreamClient Client => _client ?? throw new InvalidOperationException("kube-apiserver has not started.");

    private UpstreamWorkloads Workloads => _workloads ?? throw new InvalidOperationException("kube-apiserver has not started.");

    public static async Task<IControlPlane> StartAsync(KubernetesApiOptions options, string assets, CancellationToken cancellationToken)
    {
        foreach (var program in (string[])["etcd", "kube-apiserver"])
        {
            if (!File.Exists(Path.Combine(assets, program)))
            {
                throw new InvalidOperationException($"KUBEBUILDER_ASSETS names {assets}, where there is no {program}.");
            }
        }

        // Neither server can be told to take a port of its own choice; a port found free may be taken before they have it.
        for (var attempt = 1; ; attempt++)
        {
            var controlPlane = new UpstreamControlPlane(options);
            try
            {
                await controlPlane.RunAsync(assets, cancellationToken).ConfigureAwait(false);
                return controlPlane;
            }
            catch (InvalidOperationException failure) when (attempt < Attempts && failure.Message.Contains("address already in use", StringComparison.Ordinal))
            {
                await controlPlane.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await controlPlane.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    public void AddNode(NodeRegistration node) => Workloads.AddNode(node);

    public void SetNodeReady(string name, bool ready, string reason) => Workloads.SetNodeReady(name, ready, reason);

    public void RemoveNode(string name) => Workloads.RemoveNode(name);

    public bool MakesPods => false;

    public bool EnsureAddon(string addonName, string version, AddonRole? role) => Workloads.EnsureAddon(addonName, version, role);

    public PodCredentials? FindPodCredentials(string node, string serviceAccount) => null;

    public void RemoveAddon(string addonName) => Workloads.RemoveAddon(addonName);

    public JsonObject? FindPod(string ns, string name) => Client.Find(ResourceCatalog.Pods, ns, name);

    public JsonObject IssueToken(string ns, string serviceAccount, JsonObject request) => Client.CreateToken(ns, serviceAccount, request);

    public void ChangeConfigMap(string ns, string name, Func<JsonObject?, JsonObject?> change) => Client.Change(ResourceCatalog.ConfigMaps, ns, name, change);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var server in _servers.AsEnumerable().Reverse())
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }

        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task RunAsync(string assets, CancellationToken cancellationToken)
    {
        var webhooks = await ApiServer.StartAsync(new AccessWebhooks(Authenticator).HandleAsync, cancellationToken).ConfigureAwait(false);
        _servers.Add(webhooks);
        if (FreePorts(3) is not [var client, var peer, var secure])
        {
            throw new InvalidOperationException("Three free ports were asked for.");
        }

        var etcd = Start(Path.Combine(assets, "etcd"),
            $"--data-dir={_folder.FullName}/etcd", $"--listen-client-urls=http://127.0.0.1:{client}", $"--advertise-client-urls=http://127.0.0.1:{client}",
            $"--listen-peer-urls=http://127.0.0.1:{peer}", $"--initial-advertise-peer-urls=http://127.0.0.1:{peer}", $"--initial-cluster=default=http://127.0.0.1:{peer}", "--unsafe-no-fsync");
        await etcd.WaitAsync(cancel => ListensAsync(client, cancel), Patience, cancellationToken).ConfigureAwait(false);

        _apiServer = Start(Path.Combine(assets, "kube-apiserver"), Arguments(webhooks, $"http://127.0.0.1:{client}", secure));
        Endpoint = new Uri($"https://127.0.0.1:{secure}");
        _client = new UpstreamClient(Endpoint, _authority);
        await _apiServer.WaitAsync(_client.IsReadyAsync, Patience, cancellationToken).ConfigureAwait(false);
        _workloads = new UpstreamWorkloads(_client, _version.GitVersion);
        _client.Create(ResourceCatalog.StorageClasses, null, BootstrapObjects.DefaultStorageClass());
        foreach (var ns in (string[])["kube-system", "kube-public", "kube-node-lease", "default"])
        {
            // The API server makes them too, a moment after it says that it is ready.
            _client.Create(ResourceCatalog.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        }

        // The controller manager would do this, and go on doing it; each takes in the one before.
        foreach (var name in (string[])["view", "edit", "admin"])
        {
            _client.Change(ResourceCatalog.ClusterRoles, null, name, role =>
            {
                var parts = _client.List(ResourceCatalog.ClusterRoles, $"rbac.authorization.k8s.io/aggregate-to-{name}=true");
                role!["rules"] = new JsonArray([.. parts.SelectMany(part => part.Objects("rules")).Select(rule => rule.Clone())]);
                return role;
            });
        }
    }

    private ServerProcess Start(string program, params string[] arguments)
    {
        var process = ServerProcess.Start(program, arguments);
        _servers.Add(process);
        return process;
    }

    private string[] Arguments(ApiServer webhooks, string etcd, int port)
    {
        var server = _authority.IssueServer();
        return
        [
            $"--etcd-servers={etcd}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={port}", "--insecure-port=0",
            $"--cert-dir={_folder.FullName}", $"--tls-cert-file={Write("server.crt", server.Certificate)}", $"--tls-private-key-file={Write("server.key", server.Key)}",
            $"--client-ca-file={Write("ca.crt", _authority.Pem)}",
            $"--authentication-token-webhook-config-file={Write("authenticate.json", Kubeconfig(webhooks, AccessWebhooks.TokenPath))}", "--authentication-token-webhook-version=v1", "--authentication-token-webhook-cache-ttl=1ms",
            "--authorization-mode=Node,RBAC,Webhook",
            $"--authorization-webhook-config-file={Write("authorize.json", Kubeconfig(webhooks, AccessWebhooks.AccessPath))}", "--authorization-webhook-version=v1",
            "--authorization-webhook-cache-authorized-ttl=1ms", "--authorization-webhook-cache-unauthorized-ttl=1ms",
            $"--service-account-issuer={_issuer.Url}", $"--api-audiences={TokenIssuer.ApiAudience}", $"--service-account-key-file={Write("sa.pub", _issuer.PublicKey)}",
            $"--service-account-signing-key-file={Write("sa.key", _issuer.PrivateKey)}",

            // The API server's own address is loopback, which Endpoints may not name; and no controller makes the tokens that pods of a service account would wait for.
            "--endpoint-reconciler-type=none", "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true", "--service-cluster-ip-range=10.100.0.0/16",
        ];
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Kubeconfig(ApiServer webhooks, string path) => new JsonObject
    {
        ["apiVersion"] = "v1", ["kind"] = "Config", ["current-context"] = "webhook",
        ["clusters"] = new JsonArray(new JsonObject
        {
            ["name"] = "webhook",
            ["cluster"] = new JsonObject { ["server"] = webhooks.Endpoint.OriginalString.TrimEnd('/') + path, ["certificate-authority"] = Write("webhook.crt", webhooks.CertificateAuthority) },
        }),
        ["users"] = new JsonArray(new JsonObject { ["name"] = "webhook", ["user"] = new JsonObject() }),
        ["contexts"] = new JsonArray(new JsonObject { ["name"] = "webhook", ["context"] = new JsonObject { ["cluster"] = "webhook", ["user"] = "webhook" } }),
    }.ToJsonString();
}
