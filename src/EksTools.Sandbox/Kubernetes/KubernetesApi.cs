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
    private KubernetesApi()
    {
    }

    /// <summary>The address, <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Endpoint => throw new NotImplementedException();

    /// <summary>The certificate authority of the endpoint, PEM.</summary>
    public string CertificateAuthority => throw new NotImplementedException();

    /// <summary>Starts the API with the namespaces and objects of a new EKS cluster.</summary>
    public static Task<KubernetesApi> StartAsync(KubernetesApiOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Registers a node, NotReady at first (no network plugin), as a kubelet does.</summary>
    public void AddNode(NodeRegistration node) => throw new NotImplementedException();

    /// <summary>Sets a node's Ready condition.</summary>
    public void SetNodeReady(string name, bool ready, string reason) => throw new NotImplementedException();

    /// <summary>Removes a node and the pods bound to it.</summary>
    public void RemoveNode(string name) => throw new NotImplementedException();

    /// <summary>Lays an EKS add-on's workloads into the cluster (DaemonSet, Deployment, ServiceAccount, pods); true when its pods run.</summary>
    public bool EnsureAddon(string addonName, string version) => throw new NotImplementedException();

    /// <summary>Takes an add-on's workloads away.</summary>
    public void RemoveAddon(string addonName) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
