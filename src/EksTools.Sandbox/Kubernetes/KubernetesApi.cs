using System.Text.Json.Nodes;
using EksTools.Sandbox.Faults;
using EksTools.Sandbox.Kubernetes.ControlPlanes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.ServiceAccounts;

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

    /// <summary>The range of Services, IPv4 or IPv6.</summary>
    public string ServiceCidr { get; init; } = ServiceRange.Usual;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Who signs the tokens of service accounts; a cluster of EKS has an issuer of its own that the world can ask for its keys.</summary>
    internal TokenIssuer ServiceAccountIssuer { get; init; } = new(TokenIssuer.ApiAudience);

    /// <summary>What goes wrong in the built-in API server; null for nothing.</summary>
    public SandboxFaults? Faults { get; init; }

    /// <summary>A folder with <c>kube-apiserver</c> and <c>etcd</c> (what KUBEBUILDER_ASSETS names) to run behind the door; null for the built-in store.</summary>
    public string? Assets { get; init; }
}

/// <summary>A node that the account's instances bring into the cluster.</summary>
public sealed record NodeRegistration(string Name, string InstanceId, string InstanceType, string Zone, string Region, string InternalIp, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Such as <c>Amazon Linux 2023</c>; of Windows its name begins so.</summary>
    public string OsImage { get; init; } = "Amazon Linux 2023.9.20250929";

    /// <summary>Whether the node has Windows.</summary>
    public bool IsWindows => OsImage.StartsWith("Windows", StringComparison.Ordinal);

    /// <summary>Most pods, where the kubelet was told; null for what its instance type has addresses for.</summary>
    public int? MaxPods { get; init; }

    /// <summary>Taints that the kubelet registers the node with, their effects in Kubernetes' spelling.</summary>
    public IReadOnlyList<(string Key, string? Value, string Effect)> Taints { get; init; } = [];
}

/// <summary>One cluster's Kubernetes API over TLS on loopback, with the authenticator in front.</summary>
public sealed class KubernetesApi : IAsyncDisposable
{
    private readonly IControlPlane _controlPlane;

    private KubernetesApi(IControlPlane controlPlane) => _controlPlane = controlPlane;

    /// <summary>The address, <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Endpoint => _controlPlane.Endpoint;

    /// <summary>The certificate authority of the endpoint, PEM.</summary>
    public string CertificateAuthority => _controlPlane.CertificateAuthority;

    /// <summary>Why the last tokens (100 at most) were refused, oldest first. Clients see only 401.</summary>
    public IReadOnlyList<string> RefusedTokens => _controlPlane.Authenticator.Refusals;

    /// <summary>What the real API server has written to its log so far; null with the built-in store.</summary>
    public string? ServerLog => _controlPlane.Log;

    /// <summary>Starts the API with the namespaces and objects of a new EKS cluster.</summary>
    /// <exception cref="InvalidOperationException">The programs of <see cref="KubernetesApiOptions.Assets"/> do not start; the message has their last lines.</exception>
    public static async Task<KubernetesApi> StartAsync(KubernetesApiOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.Assets is null
            ? await BuiltInControlPlane.StartAsync(options, cancellationToken).ConfigureAwait(false)
            : await UpstreamControlPlane.StartAsync(options, options.Assets, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Registers a node, NotReady at first (no network plugin), as a kubelet does. A node of the name that is there is replaced.</summary>
    public void AddNode(NodeRegistration node)
    {
        ArgumentNullException.ThrowIfNull(node);
        _controlPlane.AddNode(node);
    }

    /// <summary>Sets a node's Ready condition.</summary>
    /// <param name="name">The node; nothing happens when it is not there.</param>
    /// <param name="ready">The condition's status.</param>
    /// <param name="reason">
    /// <c>KubeletReady</c>; <c>KubeletNotReady</c> when only the network is missing (pods on the host's network run on); any other when the kubelet is lost.
    /// </param>
    public void SetNodeReady(string name, bool ready, string reason) => _controlPlane.SetNodeReady(name, ready, reason);

    /// <summary>Removes a node and the pods bound to it.</summary>
    public void RemoveNode(string name) => _controlPlane.RemoveNode(name);

    /// <summary>Lays an EKS add-on's workloads into the cluster (DaemonSet, Deployment, ServiceAccount, pods); true when its pods run.</summary>
    public bool EnsureAddon(string addonName, string version) => _controlPlane.EnsureAddon(addonName, version, role: null);

    /// <summary>Lays an add-on's workloads whose service account EKS gives a role, or takes it from.</summary>
    internal bool EnsureAddon(string addonName, string version, AddonRole? role) => _controlPlane.EnsureAddon(addonName, version, role);

    /// <summary>Whether pods are made of workloads.</summary>
    internal bool MakesPods => _controlPlane.MakesPods;

    /// <summary>How the kube-system pod of a service account on a node gets its credentials; null when there is none.</summary>
    internal PodCredentials? FindPodCredentials(string node, string serviceAccount) => _controlPlane.FindPodCredentials(node, serviceAccount);

    /// <summary>Takes an add-on's workloads away.</summary>
    public void RemoveAddon(string addonName) => _controlPlane.RemoveAddon(addonName);

    /// <summary>The token that a container of a pod would read at a path, made as the kubelet has it made: bound to the pod, for the volume's audience and time.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod's name.</param>
    /// <param name="path">The file, such as the one that AWS_WEB_IDENTITY_TOKEN_FILE names.</param>
    /// <exception cref="InvalidOperationException">There is no such pod, or no container of it has a token at the path.</exception>
    public string ReadMountedToken(string ns, string pod, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var obj = _controlPlane.FindPod(ns, pod) ?? throw new InvalidOperationException($"There is no pod {ns}/{pod}.");
        var request = MountedToken.FindRequest(obj, path) ?? throw new InvalidOperationException($"No container of pod {ns}/{pod} has a service account token at {path}.");
        return _controlPlane.IssueToken(ns, obj.Text("spec", "serviceAccountName") ?? "default", request).Text("status", "token")!;
    }

    /// <summary>The cluster's objects, for controllers outside of the control plane.</summary>
    internal IClusterObjects Objects => _controlPlane.Objects;

    /// <summary>Changes a ConfigMap as EKS itself does: it is read, changed and written, and again when somebody else wrote meanwhile.</summary>
    /// <param name="change">Is handed the object, null where there is none, and returns what to write, null for nothing.</param>
    internal void ChangeConfigMap(string ns, string name, Func<JsonObject?, JsonObject?> change) => _controlPlane.ChangeConfigMap(ns, name, change);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _controlPlane.DisposeAsync();
}
