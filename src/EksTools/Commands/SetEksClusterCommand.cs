using System.Collections;
using System.Management.Automation;
using EksTools.Clusters;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;

namespace EksTools.Commands;

/// <summary>Changes what can be changed of a cluster, one update at a time.</summary>
[Cmdlet(VerbsCommon.Set, "EksCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EksCluster), typeof(EksPlanStep))]
public sealed class SetEksClusterCommand : ClusterCmdlet
{
    private SetClusterRequest request = null!;

    /// <summary>Who reaches the API server.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EndpointAccessMode EndpointAccess { get; set; } = EndpointAccessMode.Public;

    /// <summary>All ranges that reach the public endpoint.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PublicAccessCidr { get; set; }

    /// <summary>All subnets of the control plane.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? SubnetId { get; set; }

    /// <summary>All further security groups of the control plane.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SecurityGroupId { get; set; }

    /// <summary>All control plane logs that are to be sent to CloudWatch Logs.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateSet("api", "audit", "authenticator", "controllerManager", "scheduler")]
    public string[]? LogType { get; set; }

    /// <summary>Days after which CloudWatch Logs forgets the control plane's logs.</summary>
    [Parameter]
    public int LogRetention { get; set; }

    /// <summary>How long EKS supports the Kubernetes version.</summary>
    [Parameter]
    [ValidateSet("STANDARD", "EXTENDED")]
    public string? SupportType { get; set; }

    /// <summary>EKS refuses to delete the cluster until this is switched off.</summary>
    [Parameter]
    public SwitchParameter DeletionProtection { get; set; }

    /// <summary>The control plane's provisioned size.</summary>
    [Parameter]
    [ValidateSet("standard", "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl")]
    public string? ControlPlaneTier { get; set; }

    /// <summary>Traffic may be shifted away from an impaired zone.</summary>
    [Parameter]
    public SwitchParameter ZonalShift { get; set; }

    /// <summary>How IAM principals are let in.</summary>
    [Parameter]
    [ValidateSet("API", "API_AND_CONFIG_MAP", "CONFIG_MAP")]
    public string? AuthenticationMode { get; set; }

    /// <summary>The KMS key that Secrets are encrypted with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KmsKeyArn { get; set; }

    /// <summary>EKS runs nodes, block storage and load balancers.</summary>
    [Parameter]
    public SwitchParameter AutoMode { get; set; }

    /// <summary>Auto Mode's built-in node pools.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateSet("general-purpose", "system")]
    public string[]? NodePool { get; set; }

    /// <summary>The role of Auto Mode's nodes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NodeRoleArn { get; set; }

    /// <summary>Tags to give the cluster.</summary>
    [Parameter]
    [Alias("Tags")]
    public Hashtable? Tag { get; set; }

    /// <summary>Keys of tags to take off the cluster.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? RemoveTag { get; set; }

    /// <summary>Return once the last update has begun.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long the whole job may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(40);

    /// <inheritdoc/>
    protected override string? StoppedNote =>
        $"What EKS has accepted for cluster {ClusterName} runs on there. Run the same command again to continue.";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = new SetClusterRequest
        {
            Name = ClusterName,
            EndpointAccess = Said<EndpointAccessMode>(nameof(EndpointAccess), EndpointAccess),
            PublicAccessCidr = PublicAccessCidr,
            SubnetId = SubnetId,
            SecurityGroupId = SecurityGroupId,
            LogType = LogType,
            LogRetention = Said<int>(nameof(LogRetention), LogRetention),
            SupportType = SupportType,
            DeletionProtection = Said<bool>(nameof(DeletionProtection), DeletionProtection),
            ControlPlaneTier = ControlPlaneTier,
            ZonalShift = Said<bool>(nameof(ZonalShift), ZonalShift),
            AuthenticationMode = AuthenticationMode,
            KmsKeyArn = KmsKeyArn,
            AutoMode = Said<bool>(nameof(AutoMode), AutoMode),
            NodePool = NodePool,
            NodeRoleArn = NodeRoleArn,
            ResourceTags = Connections.ResourceTags.Read(Tag),
            RemoveTag = RemoveTag ?? [],
            NoWait = NoWait,
            Timeout = Timeout,
        };
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (IsWhatIf)
        {
            foreach (EksPlanStep step in await Engine.Current.Clusters.PlanSetAsync(Connection, request, cancellationToken))
            {
                await pipeline.WriteObjectAsync(step);
            }

            return;
        }

        if (await pipeline.ShouldProcessAsync(ClusterName, "Change EKS cluster"))
        {
            await pipeline.WriteObjectAsync(await Engine.Current.Clusters.SetAsync(Connection, request, pipeline, cancellationToken));
        }
    }

    /// <summary>A parameter's value, or null when the caller did not say it.</summary>
    private T? Said<T>(string parameter, T value)
        where T : struct => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : null;
}
