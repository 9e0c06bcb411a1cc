using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Nodes;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Gets the nodes of a cluster as Kubernetes sees them.</summary>
[Cmdlet(VerbsCommon.Get, "EksNode")]
[OutputType(typeof(EksNode))]
public sealed class GetEksNodeCommand : ClusterCmdlet
{
    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (EksNode node in await Engine.Current.Nodes.ListAsync(Connection, ClusterName, cancellationToken))
        {
            await pipeline.WriteObjectAsync(node);
        }
    }
}
