using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>
/// A cluster's objects as controllers see them that run outside of its control plane: the same over the built-in store and over a real
/// kube-apiserver. Safe to call while the account is locked.
/// </summary>
internal interface IClusterObjects
{
    /// <summary>Now, as Kubernetes writes it.</summary>
    string Timestamp { get; }

    /// <summary>A served type, also a custom one; null where the cluster serves none.</summary>
    ResourceType? FindType(string group, string version, string plural);

    /// <summary>An object; null where there is none.</summary>
    JsonObject? Find(ResourceType type, string? ns, string name);

    /// <summary>All objects of a type.</summary>
    IReadOnlyList<JsonObject> List(ResourceType type);

    /// <summary>Creates an object; null when one of the name is there.</summary>
    /// <exception cref="StatusException">The API server refuses it.</exception>
    JsonObject? Create(ResourceType type, string? ns, JsonObject obj);

    /// <summary>Reads, changes and writes with no other writer between. Returns what is there then; null when it is gone.</summary>
    /// <param name="change">Changes the object in place.</param>
    /// <param name="subresource"><c>status</c>, or empty for the object itself.</param>
    /// <exception cref="StatusException">The API server refuses it.</exception>
    JsonObject? Change(ResourceType type, string? ns, string name, Action<JsonObject> change, string subresource = "");

    /// <summary>Takes an object away, if it is there.</summary>
    void Remove(ResourceType type, string? ns, string name);

    /// <summary>Calls back soon after changes that concern somebody; many changes may become one call.</summary>
    /// <param name="concerns">Is handed each changed object. Must be quick.</param>
    /// <param name="act">Is called with no lock held.</param>
    IAsyncDisposable Follow(Func<ResourceType, JsonObject, bool> concerns, Action act);
}
