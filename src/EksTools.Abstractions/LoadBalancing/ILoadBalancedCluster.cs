using EksTools.Plans;

namespace EksTools.LoadBalancing;

/// <summary>
/// A cluster whose Services and Ingresses are looked at and changed. Which controllers, classes and parameters it has is read once, when it is
/// opened, and what annotations name in AWS once for each name; the objects are read when they are asked for. Not for two threads at a time.
/// </summary>
public interface ILoadBalancedCluster : IDisposable
{
    /// <summary>Looks for what is wrong with the Services and Ingresses. Changes nothing.</summary>
    /// <param name="scope">Which objects.</param>
    /// <param name="skipResourceCheck">Whether what annotations name in AWS is taken on trust.</param>
    /// <param name="observer">Is told what AWS did not let anybody look at.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Errors.EksToolsException">The cluster does not answer.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotationFinding>> TestAsync(LoadBalancerScope scope, bool skipResourceCheck, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The load balancer annotations of the Services and Ingresses.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster does not answer.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListAsync(LoadBalancerScope scope, CancellationToken cancellationToken);

    /// <summary>What an edit makes of the objects. Writes nothing.</summary>
    /// <param name="scope">Which objects.</param>
    /// <param name="edit">The edit.</param>
    /// <param name="observer">Is told what AWS did not let anybody look at.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Errors.EksToolsException">The cluster does not answer.</exception>
    Task<LoadBalancerAnnotationPlan> PlanAsync(LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Writes the annotations of one object, and nothing else of it. It is planned anew when somebody else has written meanwhile.</summary>
    /// <param name="planned">What was planned for the object.</param>
    /// <param name="edit">The edit.</param>
    /// <param name="observer">Is told what AWS did not let anybody look at.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="Errors.EksToolsException">The object is gone, or now the edit is refused.</exception>
    Task<EksLoadBalancerAnnotationChange> ApplyAsync(EksLoadBalancerAnnotationChange planned, LoadBalancerAnnotationEdit edit, IJobObserver observer, CancellationToken cancellationToken);
}
