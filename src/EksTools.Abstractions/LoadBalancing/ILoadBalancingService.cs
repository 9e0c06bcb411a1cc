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

    /// <summary>Opens a cluster, and reads once which controllers it has.</summary>
    /// <param name="connection">The account.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="controller">Who takes all objects, where that was said.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The cluster, to be disposed of.</returns>
    /// <exception cref="Errors.EksToolsException">The cluster is not there, or does not answer.</exception>
    Task<ILoadBalancedCluster> OpenClusterAsync(AwsConnection connection, string clusterName, EksLoadBalancerControllerKind? controller, CancellationToken cancellationToken);

    /// <summary>The load balancer annotations of manifests.</summary>
    /// <exception cref="Errors.EksToolsException">A path is not there or cannot be read, or a manifest does not parse.</exception>
    Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListInManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>What an edit makes of manifests. Writes nothing.</summary>
    Task<LoadBalancerAnnotationPlan> PlanManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken);

    /// <summary>Replaces a file by what was planned, whole or not at all, when it still holds the text that the plan was made for.</summary>
    /// <exception cref="Errors.EksToolsException">The file was changed meanwhile, or cannot be written.</exception>
    Task WriteManifestAsync(LoadBalancerManifestChange change, CancellationToken cancellationToken);
}
