using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;

namespace EksTools.Commands;

/// <summary>Removes a cluster that New-EksCluster made, with everything that it made for it.</summary>
[Cmdlet(VerbsCommon.Remove, "EksCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EksClusterRemoval), typeof(EksPlanStep))]
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
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (IsWhatIf)
        {
            EksClusterRemoval plan = await Engine.Current.Clusters.PlanRemoveAsync(Connection, request, cancellationToken);
            foreach (EksPlanStep step in plan.Steps)
            {
                await pipeline.WriteObjectAsync(step);
            }

            WarnOfRemaining(pipeline, plan);
            return;
        }

        if (!await pipeline.ShouldProcessAsync(ClusterName, "Remove EKS cluster and everything that New-EksCluster made for it"))
        {
            return;
        }

        EksClusterRemoval removal = await Engine.Current.Clusters.RemoveAsync(Connection, request, pipeline, cancellationToken);
        WarnOfRemaining(pipeline, removal);
        if (PassThru)
        {
            await pipeline.WriteObjectAsync(removal);
        }
    }

    private static void WarnOfRemaining(CommandPipeline pipeline, EksClusterRemoval removal)
    {
        foreach (string remaining in removal.Remaining)
        {
            pipeline.Warn($"Stays: {remaining}");
        }
    }
}
