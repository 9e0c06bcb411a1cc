using System.Management.Automation;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Connections;

/// <summary>A command that changes load balancer annotations: first a plan, then what is approved of it.</summary>
public abstract class AnnotationEditCmdlet : AnnotationCmdlet
{
    /// <summary>Write what was changed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What to do.</summary>
    internal abstract LoadBalancerAnnotationEdit Edit { get; }

    /// <summary>What it is, as a verb.</summary>
    private protected abstract string Verb { get; }

    internal override async Task ProcessTargetAsync(AnnotationTarget target, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        ILoadBalancingService service = Engine.Current.LoadBalancing;
        LoadBalancerAnnotationEdit edit = Edit;
        if (target is { ClusterName: not null, Scope.Names.Count: 0 })
            throw new EksToolsException(EksErrorKind.Validation, "NameMissing", $"No Service or Ingress of cluster {target.ClusterName} is named.", target.ClusterName, "Say -Name; -Name * means all that have a load balancer.");
        LoadBalancerAnnotationPlan plan = target.ClusterName is { } cluster
            ? await (await OpenAsync(cluster, target, cancellationToken)).PlanAsync(target.Scope, edit, pipeline, cancellationToken)
            : await service.PlanManifestsAsync(target.Sources, target.Scope, edit, cancellationToken);
        foreach (EksToolsException failure in plan.Failures)
            await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(failure, failure.TargetName));
        foreach (LoadBalancerManifestChange manifest in plan.Manifests)
            await WriteManifestAsync(service, manifest, pipeline, cancellationToken);
        foreach (EksLoadBalancerAnnotationChange one in plan.Objects)
            await WriteObjectAsync(target, one, edit, pipeline, cancellationToken);
    }

    private async Task WriteManifestAsync(ILoadBalancingService service, LoadBalancerManifestChange manifest, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (manifest.Path is not { } path)
        {
            // A text belongs to who piped it in: what becomes of it is the output.
            Warn(manifest.Objects, pipeline);
            if (!IsWhatIf)
                await pipeline.WriteObjectAsync(manifest.After);
            else
                await pipeline.ShouldProcessAsync(manifest.Difference, manifest.Difference, MyInvocation.MyCommand.Name);
            return;
        }
        if (manifest.Difference.Length > 0)
        {
            string details = $"{Verb} annotations of {string.Join(", ", manifest.Objects.Where(static one => one.Changes.Count > 0))} in {path}.\n{manifest.Difference.TrimEnd('\n')}";
            bool approved = await pipeline.ShouldProcessAsync(details, $"{details}\nContinue?", MyInvocation.MyCommand.Name);
            if (!approved && !IsWhatIf)
                return;
            try
            {
                if (approved)
                    await service.WriteManifestAsync(manifest, cancellationToken);
            }
            catch (EksToolsException exception)
            {
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, path));
                return;
            }
        }
        Warn(manifest.Objects, pipeline);
        await PassAsync(manifest.Objects, pipeline);
    }

    private async Task WriteObjectAsync(AnnotationTarget target, EksLoadBalancerAnnotationChange planned, LoadBalancerAnnotationEdit edit, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        EksLoadBalancerAnnotationChange change = planned;
        if (planned.Changes.Count > 0)
        {
            bool approved = await pipeline.ShouldProcessAsync($"{planned} of cluster {planned.ClusterName}", $"{Verb} {string.Join("; ", planned.Changes)}");
            if (!approved && !IsWhatIf)
                return;
            try
            {
                if (approved)
                    change = await (await OpenAsync(planned.ClusterName, target, cancellationToken)).ApplyAsync(planned, edit, pipeline, cancellationToken);
            }
            catch (EksToolsException exception)
            {
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, planned.ToString()));
                return;
            }
        }
        Warn([change], pipeline);
        await PassAsync([change], pipeline);
    }

    private static void Warn(IEnumerable<EksLoadBalancerAnnotationChange> changes, CommandPipeline pipeline)
    {
        foreach (EksLoadBalancerAnnotationChange change in changes)
        {
            foreach (string warning in change.Warnings)
                pipeline.Warn($"{change}: {warning}");
        }
    }

    private async Task PassAsync(IEnumerable<EksLoadBalancerAnnotationChange> changes, CommandPipeline pipeline)
    {
        foreach (EksLoadBalancerAnnotationChange change in PassThru ? changes : [])
            await pipeline.WriteObjectAsync(change);
    }
}
