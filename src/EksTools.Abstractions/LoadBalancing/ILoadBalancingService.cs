using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.LoadBalancing;

/// <summary>Load balancers of Services and Ingresses: the annotations that shape them.</summary>
public interface ILoadBalancingService
{
    /// <summary>Every annotation that is known, Services' first.</summary>
    IReadOnlyList<EksLoadBalancerAnnotationDefinition> Annotations { get; }

    /// <summary>Names of security policies that ELB had when this module was released.</summary>
    IReadOnlyList<string> SslPolicies { get; }

    /// <summary>Keys of load balancer, target group and listener attributes that ELB had when this module was released.</summary>
    IReadOnlyList<string> AttributeKeys { get; }

    /// <summary>Looks for what is wrong in manifests. Needs no cluster.</summary>
    /// <exception cref="Errors.EksToolsException">A path is not there or cannot be read.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotationFinding>> TestManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, CancellationToken cancellationToken);

    /// <summary>Looks for what is wrong with the Services and Ingresses of a cluster. Changes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster is not there, or does not answer.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotationFinding>> TestClusterAsync(AwsConnection connection, string clusterName, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The load balancer annotations of manifests.</summary>
    /// <exception cref="Errors.EksToolsException">A path is not there or cannot be read, or a manifest does not parse.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListInManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The load balancer annotations of a cluster's Services and Ingresses.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster is not there, or does not answer.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListInClusterAsync(AwsConnection connection, string clusterName, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>What an edit makes of manifests. Writes nothing.</summary>
    Task<LoadBalancerAnnotationPlan> PlanManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken);

    /// <summary>Replaces a file by what was planned, whole or not at all, when it still holds the text that the plan was made for.</summary>
    /// <exception cref="Errors.EksToolsException">The file was changed meanwhile, or cannot be written.</exception>
    Task WriteManifestAsync(LoadBalancerManifestChange change, CancellationToken cancellationToken);

    /// <summary>What an edit makes of the objects of a cluster. Writes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster is not there, or does not answer.</exception>
    Task<LoadBalancerAnnotationPlan> PlanClusterAsync(AwsConnection connection, string clusterName, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken);

    /// <summary>Writes the annotations of one object, and nothing else of it. It is planned anew when somebody else has written meanwhile.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="planned">What was planned for the object.</param>
    /// <param name="scope">The controller that was said, if any.</param>
    /// <param name="edit">The edit.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="Errors.EksToolsException">The object is gone, or now the edit is refused.</exception>
    Task<EksLoadBalancerAnnotationChange> ApplyAsync(AwsConnection connection, string clusterName, EksLoadBalancerAnnotationChange planned, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken);
}
