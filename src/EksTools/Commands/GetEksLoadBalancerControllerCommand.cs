using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Lists the controllers that make load balancers for a cluster, and says how they are.</summary>
[Cmdlet(VerbsCommon.Get, "EksLoadBalancerController")]
[OutputType(typeof(EksLoadBalancerController))]
public sealed class GetEksLoadBalancerControllerCommand : ClusterCmdlet
{
    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (EksLoadBalancerController controller in await Engine.Current.LoadBalancerControllers.ListAsync(Connection, ClusterName, pipeline, cancellationToken))
        {
            await pipeline.WriteObjectAsync(controller);
        }
    }
}
