using System.Collections;
using System.Management.Automation;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Commands;

/// <summary>Gives the pods of service accounts an IAM role.</summary>
[Cmdlet(VerbsCommon.New, "EksServiceAccountRole", SupportsShouldProcess = true)]
[OutputType(typeof(EksServiceAccountRole), typeof(EksPlanStep))]
public sealed class NewEksServiceAccountRoleCommand : ClusterCmdlet
{
    private readonly ClusterRequests<ServiceAccountRoleRequest> clusters = new();
    private ServiceAccountRoleRequest request = null!;

    /// <summary>The service accounts, as NAME or NAMESPACE/NAME.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] ServiceAccount { get; set; } = null!;

    /// <summary>The namespace of service accounts that name none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "default";

    /// <summary>IRSA, Pod Identity, or what fits.</summary>
    [Parameter]
    [ValidateSingleValue]
    public ServiceAccountRoleMode Mode { get; set; } = ServiceAccountRoleMode.Auto;

    /// <summary>ARNs of managed policies.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] PolicyArn { get; set; } = [];

    /// <summary>A policy of the role's own: JSON, a hashtable, or a file.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? PolicyDocument { get; set; }

    /// <summary>Names of well-known policies.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(WellKnownPolicyCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] WellKnownPolicy { get; set; } = [];

    /// <summary>The role's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? RoleName { get; set; }

    /// <summary>The role's path.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "/";

    /// <summary>The ARN of a permissions boundary.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PermissionsBoundary { get; set; }

    /// <summary>The longest session.</summary>
    [Parameter]
    public TimeSpan? MaxSessionDuration { get; set; }

    /// <summary>Further tags.</summary>
    [Parameter]
    [Alias("Tags")]
    [ValidateNotNull]
    public Hashtable? Tag { get; set; }

    /// <summary>The audience of the pods' tokens.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Audience { get; set; } = "sts.amazonaws.com";

    /// <summary>Whether pods ask the regional STS endpoint.</summary>
    [Parameter]
    public bool? RegionalSts { get; set; }

    /// <summary>How long the pods' tokens last.</summary>
    [Parameter]
    public TimeSpan? TokenExpiration { get; set; }

    /// <summary>A role of another account that pods end up with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TargetRoleArn { get; set; }

    /// <summary>Leave Kubernetes alone.</summary>
    [Parameter]
    public SwitchParameter NoServiceAccount { get; set; }

    /// <summary>Make the namespaces that are missing.</summary>
    [Parameter]
    public SwitchParameter CreateNamespace { get; set; }

    /// <summary>Restart the workloads that use the service accounts.</summary>
    [Parameter]
    public SwitchParameter RestartPods { get; set; }

    /// <summary>Take a role that something else made.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Take over an annotation that another manager set.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long each role may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override string? StoppedNote => "Run the same command again to continue.";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new ServiceAccountRoleRequest
        {
            ClusterName = ClusterName,
            ServiceAccounts = [.. ServiceAccount.Select(name => ServiceAccountArgument.Read(name, Namespace)).Distinct()],
            Mode = Mode,
            RoleName = RoleName,
            Path = Path,
            PolicyArns = PolicyArn,
            PolicyDocument = PolicyDocument is null ? null : PolicyDocumentArgument.ToJson(PolicyDocument, GetUnresolvedProviderPathFromPSPath),
            WellKnownPolicies = WellKnownPolicy,
            PermissionsBoundary = PermissionsBoundary,
            MaxSessionDuration = MaxSessionDuration,
            Tags = ResourceTags.Read(Tag),
            Audience = Audience,
            RegionalSts = RegionalSts,
            TokenExpiration = TokenExpiration,
            TargetRoleArn = TargetRoleArn,
            NoServiceAccount = NoServiceAccount,
            CreateNamespace = CreateNamespace,
            RestartPods = RestartPods,
            Adopt = Adopt,
            Force = Force,
            Timeout = Timeout,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (IsWhatIf)
        {
            foreach (EksPlanStep step in await Engine.Current.WorkloadIdentity.PlanRoleAsync(Connection, request, cancellationToken))
            {
                await pipeline.WriteObjectAsync(step);
            }

            return;
        }

        if (await pipeline.ShouldProcessAsync($"{string.Join(", ", request.ServiceAccounts)} in {ClusterName}", "Give an IAM role to the pods of service accounts"))
        {
            clusters.Add(ClusterName, Connection, request);
        }
    }

    // Once the pipeline has ended: what the roles of a cluster share is then read once, and several are made at a time.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach ((string name, AwsConnection connection, List<ServiceAccountRoleRequest> requests) in clusters.ByCluster)
        {
            try
            {
                await foreach (ServiceAccountRoleResult result in Engine.Current.WorkloadIdentity.CreateRolesAsync(connection, requests, pipeline, cancellationToken))
                {
                    foreach (EksServiceAccountRole role in result.Roles)
                    {
                        await pipeline.WriteObjectAsync(role);
                    }

                    if (result.Error is { } error)
                    {
                        await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(error, string.Join(", ", result.Request.ServiceAccounts)));
                    }
                }
            }
            catch (EksToolsException exception)
            {
                await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, name));
            }
        }
    }
}
