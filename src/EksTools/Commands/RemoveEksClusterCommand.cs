using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;

namespace EksTools.Commands;

/// <summary>Removes a cluster that New-EksCluster made, with everything that it made for it.</summary>
[Cmdlet(VerbsCommon.Remove, "EksCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EksClusterRemoval), typeof(EksPlanStep), typeof(EksRemovalFinding))]
public sealed class RemoveEksClusterCommand : ClusterCmdlet
{
    private RemoveClusterRequest request = null!;

    /// <summary>How long the whole job may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(40);

    /// <summary>The kubeconfig file to take the cluster's entries out of.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KubeconfigPath { get; set; }

    /// <summary>Leave the kubeconfig alone.</summary>
    [Parameter]
    public SwitchParameter KeepKubeconfig { get; set; }

    /// <summary>Go on where a finding allows it: past disruption budgets, and leaving nodes behind that EKS does not end.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Remove what EKS itself owns of a cluster that EksTools did not make, and nothing else.</summary>
    [Parameter]
    public SwitchParameter Unmanaged { get; set; }

    /// <summary>Write what was done and what stays.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override string? StoppedNote =>
        $"What AWS has accepted for the removal of cluster {ClusterName} runs on there. Run the same command again to finish it.";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new RemoveClusterRequest
        {
            Name = ClusterName,
            Timeout = Timeout,
            KubeconfigPath = KubeconfigTarget.Create(this, KubeconfigPath).Path,
            KeepKubeconfig = KeepKubeconfig,
            Force = Force,
            Unmanaged = Unmanaged,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (IsWhatIf)
        {
            await ShowAsync(pipeline, await Engine.Current.Clusters.PlanRemoveAsync(Connection, request, cancellationToken));
            return;
        }

        string what = Unmanaged ? "Remove what EKS owns of a cluster that EksTools did not make" : "Remove EKS cluster and everything that New-EksCluster made for it";
        if (!await pipeline.ShouldProcessAsync(ClusterName, what))
        {
            return;
        }

        EksClusterRemoval removal = await Engine.Current.Clusters.RemoveAsync(Connection, request, pipeline, cancellationToken);
        foreach (EksRemovalFinding finding in removal.Findings.Where(static finding => finding.Effect is EksRemovalEffect.Stays or EksRemovalEffect.NeedsForce))
        {
            // What was forced aside is over, but for what goes on by itself.
            string? command = finding.FixAfterwards ?? (finding.Effect == EksRemovalEffect.Stays ? finding.Fix : null);
            pipeline.Warn(command is null ? finding.Message : $"{finding.Message} {(finding.FixOnlyShows ? "To see it" : "To remove it")}: {command}");
        }

        if (PassThru)
        {
            await pipeline.WriteObjectAsync(removal);
        }
    }

    /// <summary>The plan as New-EksCluster writes it, then the findings, what stands in the way first.</summary>
    private async Task ShowAsync(CommandPipeline pipeline, EksClusterRemoval plan)
    {
        foreach (EksPlanStep step in plan.Steps)
        {
            await pipeline.WriteObjectAsync(step);
        }

        foreach (EksRemovalFinding finding in plan.Findings)
        {
            await pipeline.WriteObjectAsync(finding);
        }

        int against = plan.Findings.Count(finding => finding.Effect == EksRemovalEffect.Refuses || (finding.Effect == EksRemovalEffect.NeedsForce && !Force));
        if (against > 0)
        {
            pipeline.Warn($"As it is, nothing would be removed: {(against == 1 ? "one finding stands" : $"{against} findings stand")} in the way.");
        }
    }
}
