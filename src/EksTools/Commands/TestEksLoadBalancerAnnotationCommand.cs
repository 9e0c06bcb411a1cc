using System.Management.Automation;
using EksTools.Connections;
using EksTools.Findings;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Looks for what is wrong with the load balancer annotations of manifests or of a cluster, and says how to mend it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EksLoadBalancerAnnotation", DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(EksLoadBalancerAnnotationFinding), typeof(bool))]
public sealed class TestEksLoadBalancerAnnotationCommand : AnnotationCmdlet
{
    private bool failed;

    /// <summary>Who takes the objects.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EksLoadBalancerControllerKind? Controller { get; set; }

    /// <summary>Do not look at AWS.</summary>
    [Parameter]
    public SwitchParameter SkipResourceCheck { get; set; }

    /// <summary>Write true or false alone: whether there is neither an error nor a warning.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    internal override EksLoadBalancerControllerKind? SaidController => Controller;

    internal override async Task ProcessTargetAsync(AnnotationTarget target, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        ILoadBalancingService service = Engine.Current.LoadBalancing;
        IReadOnlyList<EksLoadBalancerAnnotationFinding> findings = target.ClusterName is { } cluster
            ? await (await OpenAsync(cluster, target, cancellationToken)).TestAsync(target.Scope, SkipResourceCheck, pipeline, cancellationToken)
            : await service.TestManifestsAsync(target.Sources, target.Scope, cancellationToken);
        failed |= findings.Any(static finding => finding.Severity != EksFindingSeverity.Information);
        foreach (EksLoadBalancerAnnotationFinding finding in Quiet ? [] : findings)
            await pipeline.WriteObjectAsync(finding);
    }

    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        await base.EndProcessingAsync(pipeline, cancellationToken);
        if (Quiet)
            await pipeline.WriteObjectAsync(!failed && !HasFailed);
    }
}
