using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.LoadBalancing;

/// <summary>The controllers that make load balancers for a cluster: which there are, how they are, and how to get one.</summary>
public interface ILoadBalancerControllerService
{
    /// <summary>The controllers of a cluster. Changes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster is not there.</exception>
    Task<IReadOnlyList<EksLoadBalancerController>> ListAsync(AwsConnection connection, string clusterName, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The steps that <see cref="InstallAsync"/> would take. Changes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">It could not be installed so.</exception>
    Task<IReadOnlyList<EksPlanStep>> PlanInstallAsync(AwsConnection connection, LoadBalancerControllerRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>Installs the AWS Load Balancer Controller or brings it to what is wanted. Continues what was interrupted.</summary>
    /// <exception cref="Errors.EksToolsException">A step failed; the message says what was done.</exception>
    Task<EksLoadBalancerController> InstallAsync(AwsConnection connection, LoadBalancerControllerRequest request, IJobObserver observer, CancellationToken cancellationToken);

    /// <summary>The load balancers of a cluster's Services and Ingresses, as Kubernetes and AWS see them. Changes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster is not there, or does not answer.</exception>
    Task<IReadOnlyList<EksLoadBalancer>> ListLoadBalancersAsync(AwsConnection connection, LoadBalancerQuery query, IJobObserver observer, CancellationToken cancellationToken);
}
