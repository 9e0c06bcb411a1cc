using System.Text.Json.Nodes;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>Something to bring about: one object, or a group of them, of one controller.</summary>
/// <param name="Key">Its identity among all that the controllers of a cluster do.</param>
/// <param name="Fingerprint">What it depends on; while that is the same, it is not done again.</param>
/// <param name="Act">Does it; throws a <see cref="ReconcileFailure"/> that it has told of, or <see cref="NotYet"/>.</param>
internal sealed record Job(string Key, string Fingerprint, Action Act);

/// <summary>A controller that makes load balancers.</summary>
internal interface ILoadBalancerController
{
    /// <summary>Whether an object may be this controller's to look at.</summary>
    bool Concerns(JsonObject obj);

    /// <summary>What there is to do for the objects that are there; nothing while the controller does not run.</summary>
    IEnumerable<Job> Plan(IReadOnlyList<JsonObject> services, IReadOnlyList<JsonObject> ingresses);

    /// <summary>Registers the nodes and pods that are there with what was made before.</summary>
    void Register(IReadOnlyList<JsonObject> services);
}
