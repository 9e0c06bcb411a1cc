using System.Management.Automation;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Takes the IAM role of a service account away, as far as EksTools made it.</summary>
[Cmdlet(VerbsCommon.Remove, "EksServiceAccountRole", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EksPlanStep))]
public sealed class RemoveEksServiceAccountRoleCommand : ClusterCmdlet
{
    private ServiceAccountRoleRemovalRequest request = null!;

    /// <summary>The service account, as NAME or NAMESPACE/NAME; or the pattern that a role was made for.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = null!;

    /// <summary>The namespace of a service account that names none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "default";

    /// <summary>Do it although pods use the role.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Leave Kubernetes alone.</summary>
    [Parameter]
    public SwitchParameter NoServiceAccount { get; set; }

    /// <summary>How long the whole may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Write what was done.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override string? StoppedNote => "Run the same command again to continue.";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new ServiceAccountRoleRemovalRequest
        {
            ClusterName = ClusterName,
            ServiceAccount = ServiceAccountArgument.Read(ServiceAccount, Namespace),
            Force = Force,
            NoServiceAccount = NoServiceAccount,
            Timeout = Timeout,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        IWorkloadIdentityService service = Engine.Current.WorkloadIdentity;
        if (IsWhatIf)
        {
            await WriteAsync(pipeline, await service.PlanRemoveRoleAsync(Connection, request, cancellationToken));
        }
        else if (await pipeline.ShouldProcessAsync($"{request.ServiceAccount} in {ClusterName}", "Take the IAM role of the service account away"))
        {
            IReadOnlyList<EksPlanStep> done = await service.RemoveRoleAsync(Connection, request, pipeline, cancellationToken);
            if (PassThru)
            {
                await WriteAsync(pipeline, done);
            }
        }
    }

    private static async Task WriteAsync(CommandPipeline pipeline, IReadOnlyList<EksPlanStep> steps)
    {
        foreach (EksPlanStep step in steps)
        {
            await pipeline.WriteObjectAsync(step);
        }
    }
}
