using System.Collections;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Completion;

/// <summary>Completes the names of Services and Ingresses that have load balancers in the cluster of the command line.</summary>
public sealed class LoadBalancerCompleter : LookupCompleter
{
    internal override async Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken)
    {
        if ((Bound(parameters, "ClusterName") ?? Bound(parameters, "Name")) is not { } cluster)
        {
            return [];
        }

        LoadBalancerQuery query = new() { ClusterName = cluster, Namespace = Bound(parameters, "Namespace") };
        return [.. (await Engine.Current.LoadBalancerControllers.ListLoadBalancersAsync(connection, query, new Nobody(), cancellationToken)).Select(static one => one.Name).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A prompt has no streams.</summary>
    private sealed class Nobody : IJobObserver
    {
        public void Progress(JobProgress progress)
        {
        }

        public void Verbose(string message)
        {
        }

        public void Warn(string message)
        {
        }
    }
}
