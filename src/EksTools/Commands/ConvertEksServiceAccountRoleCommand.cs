using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Moves a service account from IRSA to Pod Identity, step by step.</summary>
[Cmdlet(VerbsData.Convert, "EksServiceAccountRole", SupportsShouldProcess = true)]
[OutputType(typeof(EksPlanStep))]
public sealed class ConvertEksServiceAccountRoleCommand : ClusterCmdlet
{
    private ServiceAccountRoleConversionRequest request = null!;

    /// <summary>The service account, as NAME or NAMESPACE/NAME.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = null!;

    /// <summary>The namespace of a service account that names none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "default";

    /// <summary>Where to: Pod Identity.</summary>
    [Parameter(Mandatory = true)]
    [ValidateSet("PodIdentity")]
    public string To { get; set; } = null!;

    /// <summary>Restart the workloads that use the service account.</summary>
    [Parameter]
    public SwitchParameter RestartPods { get; set; }

    /// <summary>Take the annotation and the trust in the web identity away.</summary>
    [Parameter]
    public SwitchParameter Finish { get; set; }

    /// <summary>Finish although pods still use IRSA.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long the whole may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override string? StoppedNote => "Run the same command again to continue.";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new ServiceAccountRoleConversionRequest
        {
            ClusterName = ClusterName,
            ServiceAccount = ServiceAccountArgument.Read(ServiceAccount, Namespace),
            Finish = Finish,
            RestartPods = RestartPods,
            Force = Force,
            Timeout = Timeout,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IWorkloadIdentityService service = Engine.Current.WorkloadIdentity;
        IReadOnlyList<EksPlanStep> steps = IsWhatIf ? await service.PlanConvertRoleAsync(Connection, request, cancellationToken)
            : await pipeline.ShouldProcessAsync($"{request.ServiceAccount} in {ClusterName}", Finish ? "Finish the move to Pod Identity" : "Move to Pod Identity") ? await service.ConvertRoleAsync(Connection, request, pipeline, cancellationToken)
            : [];
        foreach (EksPlanStep step in steps)
        {
            await pipeline.WriteObjectAsync(step);
        }
    }
}
