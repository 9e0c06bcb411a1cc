using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Authentication;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>What serves a cluster's Kubernetes API behind the authenticator: the sandbox's own store, or a real kube-apiserver with etcd.</summary>
internal interface IControlPlane : IAsyncDisposable
{
    Uri Endpoint { get; }

    string CertificateAuthority { get; }

    Authenticator Authenticator { get; }

    string? Log { get; }

    void AddNode(NodeRegistration node);

    void SetNodeReady(string name, bool ready, string reason);

    void RemoveNode(string name);

    bool EnsureAddon(string addonName, string version, AddonRole? role);

    /// <summary>How the pod of a daemon set on a node gets its credentials; null when there is none, or where no pods are made.</summary>
    PodCredentials? FindPodCredentials(string node, string serviceAccount);

    /// <summary>Whether pods are made of workloads.</summary>
    bool MakesPods { get; }

    void RemoveAddon(string addonName);

    JsonObject? FindPod(string ns, string name);

    /// <summary>Answers a TokenRequest for a service account.</summary>
    JsonObject IssueToken(string ns, string serviceAccount, JsonObject request);

    void ChangeConfigMap(string ns, string name, Func<JsonObject?, JsonObject?> change);
}
