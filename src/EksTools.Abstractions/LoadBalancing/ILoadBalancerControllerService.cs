using EksTools.Connections;
using EksTools.Plans;

namespace EksTools.LoadBalancing;

/// <summary>The controllers that make load balancers for a cluster: which there are, how they are, and how to get one.</summary>
public interface ILoadBalancerControllerService
{
    /// <summary>The controllers of a cluster. Changes nothing.</summary>
    /// <exception cref="Errors.EksToolsException">The cluster is not there.</exception>
    Task<IReadOnlyList<EksLoadBalancerController>> ListAsync(AwsConnection connection, string clusterName, IJobObserver observer, CancellationToken cancellationToken);
}
