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

    bool EnsureAddon(string addonName, string version);

    void RemoveAddon(string addonName);

    JsonObject? FindPod(string ns, string name);

    /// <summary>Answers a TokenRequest for a service account.</summary>
    JsonObject IssueToken(string ns, string serviceAccount, JsonObject request);

    void ChangeConfigMap(string ns, string name, Func<JsonObject?, JsonObject?> change);
}
