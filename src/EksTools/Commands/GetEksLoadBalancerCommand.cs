using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Lists the load balancers of a cluster's Services and Ingresses, and says what is wrong with them.</summary>
[Cmdlet(VerbsCommon.Get, "EksLoadBalancer")]
[OutputType(typeof(EksLoadBalancer))]
public sealed class GetEksLoadBalancerCommand : ClusterCmdlet
{
    private LoadBalancerQuery query = null!;

    /// <summary>The names of Services and Ingresses.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? ObjectName { get; set; }

    /// <summary>The namespace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Service or Ingress.</summary>
    [Parameter]
    [ValidateSet("Service", "Ingress")]
    public string? Kind { get; set; }

    /// <summary>Those too whose object is gone.</summary>
    [Parameter]
    public SwitchParameter Orphaned { get; set; }

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        WildcardPattern[]? patterns = ObjectName?.Select(static name => WildcardPattern.Get(name, WildcardOptions.None)).ToArray();
        query = new LoadBalancerQuery
        {
            ClusterName = ClusterName,
            Namespace = Namespace,

            // A value of a ValidateSet may be written in any case.
            Kind = Kind is null ? null : Kind.Equals("Service", StringComparison.OrdinalIgnoreCase) ? "Service" : "Ingress",
            Match = patterns is null ? null : name => patterns.Any(pattern => pattern.IsMatch(name)),
            Orphaned = Orphaned,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (EksLoadBalancer balancer in await Engine.Current.LoadBalancerControllers.ListLoadBalancersAsync(Connection, query, pipeline, cancellationToken))
        {
            await pipeline.WriteObjectAsync(balancer);
        }
    }
}
