using System.Collections;
using System.Management.Automation;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Installs the AWS Load Balancer Controller, or brings it to another version.</summary>
[Cmdlet(VerbsLifecycle.Install, "EksLoadBalancerController", SupportsShouldProcess = true)]
[OutputType(typeof(EksLoadBalancerController), typeof(EksPlanStep))]
public sealed class InstallEksLoadBalancerControllerCommand : ClusterCmdlet
{
    private LoadBalancerControllerRequest request = null!;

    /// <summary>The chart's version.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>A chart in a folder or a file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ChartPath { get; set; }

    /// <summary>The helm to run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HelmPath { get; set; }

    /// <summary>The namespace of the controller.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "kube-system";

    /// <summary>The service account of its pods.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = "aws-load-balancer-controller";

    /// <summary>IRSA, Pod Identity, or what fits.</summary>
    [Parameter]
    [ValidateSingleValue]
    public ServiceAccountRoleMode Mode { get; set; } = ServiceAccountRoleMode.Auto;

    /// <summary>The role's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RoleName { get; set; }

    /// <summary>The ARN of a permissions boundary.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PermissionsBoundary { get; set; }

    /// <summary>Take a role that something else made.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Take over an annotation of the service account that another manager set.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether new Services of type LoadBalancer become the controller's.</summary>
    [Parameter]
    public SwitchParameter EnableServiceMutatorWebhook { get; set; }

    /// <summary>The cluster cannot reach the internet.</summary>
    [Parameter]
    public SwitchParameter Isolated { get; set; }

    /// <summary>Where the controller's image is.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageRepository { get; set; }

    /// <summary>Further values of the chart.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Value { get; set; }

    /// <summary>Do not wait until it runs.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long the whole may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    protected override string? StoppedNote => "Run the same command again to continue.";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new LoadBalancerControllerRequest
        {
            ClusterName = ClusterName,
            Version = Version,
            ChartPath = ChartPath is null ? null : GetUnresolvedProviderPathFromPSPath(ChartPath),
            HelmPath = HelmPath is null ? null : GetUnresolvedProviderPathFromPSPath(HelmPath),
            Namespace = Namespace,
            ServiceAccount = ServiceAccount,
            Mode = Mode,
            RoleName = RoleName,
            PermissionsBoundary = PermissionsBoundary,
            Adopt = Adopt,
            Force = Force,
            EnableServiceMutatorWebhook = MyInvocation.BoundParameters.ContainsKey(nameof(EnableServiceMutatorWebhook)) ? EnableServiceMutatorWebhook.IsPresent : null,
            Isolated = Isolated,
            ImageRepository = ImageRepository,
            Values = Value is null ? null : JsonArgument.Of(Value, TooDeep)!.ToJsonString(),
            NoWait = NoWait,
            Timeout = Timeout,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        ILoadBalancerControllerService service = Engine.Current.LoadBalancerControllers;
        if (IsWhatIf)
        {
            foreach (EksPlanStep step in await service.PlanInstallAsync(Connection, request, pipeline, cancellationToken))
            {
                await pipeline.WriteObjectAsync(step);
            }
        }
        else if (await pipeline.ShouldProcessAsync(ClusterName, "Install the AWS Load Balancer Controller"))
        {
            await pipeline.WriteObjectAsync(await service.InstallAsync(Connection, request, pipeline, cancellationToken));
        }
    }

    private static EksToolsException TooDeep() => new(EksErrorKind.Validation, "InvalidChartValue", $"-Value is nested more than {JsonArgument.MaxDepth} deep.", nameof(Value));
}
