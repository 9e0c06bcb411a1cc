using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Waits until a cluster is active, its nodes are ready, or it is gone.</summary>
[Cmdlet(VerbsLifecycle.Wait, "EksCluster")]
[OutputType(typeof(EksCluster))]
public sealed class WaitEksClusterCommand : ClusterCmdlet
{
    /// <summary>What to wait for.</summary>
    [Parameter(Position = 1)]
    [ValidateSingleValue]
    public ClusterCondition For { get; set; } = ClusterCondition.Active;

    /// <summary>How long to wait.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(40);

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        WaitClusterRequest request = new() { Name = ClusterName, Condition = For, Timeout = Timeout };
        EksCluster? cluster = await Engine.Current.Clusters.WaitAsync(Connection, request, pipeline, cancellationToken);
        if (cluster is not null)
        {
            await pipeline.WriteObjectAsync(cluster);
        }
    }
}
