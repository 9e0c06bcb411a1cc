using System.Collections;
using System.Management.Automation;
using EksTools.Access;
using EksTools.Clusters;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Pipeline;
using EksTools.Plans;

namespace EksTools.Commands;

/// <summary>Creates an EKS cluster with its network, roles, add-ons, nodes and kubeconfig.</summary>
[Cmdlet(VerbsCommon.New, "EksCluster", DefaultParameterSetName = CreateSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EksCluster), typeof(EksPlanStep))]
public sealed class NewEksClusterCommand : RegionCmdlet
{
    private const string CreateSet = "Create", RepairSet = "Repair";
    private NewClusterRequest request = null!;

    /// <summary>The new cluster's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string ClusterName { get; set; } = null!;

    /// <summary>Kubernetes minor version.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "The region's default")]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? KubernetesVersion { get; set; }

    /// <summary>IPv4 range of the new VPC.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "192.168.0.0/16")]
    [ValidateNotNullOrEmpty]
    public string? VpcCidr { get; set; }

    /// <summary>Way out for the private subnets of the new VPC.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateSingleValue]
    public NatGatewayMode NatGateway { get; set; } = NatGatewayMode.Single;

    /// <summary>Existing subnets to use instead of a new VPC.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string[]? SubnetId { get; set; }

    /// <summary>Who reaches the API server.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateSingleValue]
    public EndpointAccessMode EndpointAccess { get; set; } = EndpointAccessMode.Public;

    /// <summary>Control plane logs to send to CloudWatch Logs.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateSet("api", "audit", "authenticator", "controllerManager", "scheduler")]
    public string[]? LogType { get; set; }

    /// <summary>How IAM principals are let in.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "API_AND_CONFIG_MAP")]
    [ValidateSet("API", "API_AND_CONFIG_MAP", "CONFIG_MAP")]
    public string? AuthenticationMode { get; set; }

    /// <summary>Tags for everything that is made.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("Tags")]
    public Hashtable? Tag { get; set; }

    /// <summary>Make no node group.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter NoNodeGroup { get; set; }

    /// <summary>EC2 instance type of the nodes.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "m5.large")]
    [ValidateNotNullOrEmpty]
    public string? NodeType { get; set; }

    /// <summary>Nodes to start with.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "2")]
    public int NodeCount { get; set; }

    /// <summary>Fewest nodes.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "The node count")]
    public int MinNodes { get; set; }

    /// <summary>Most nodes.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "The node count")]
    public int MaxNodes { get; set; }

    /// <summary>Root volume of a node in GiB.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "80")]
    public int NodeDiskSize { get; set; }

    /// <summary>Spot capacity instead of on-demand.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Spot { get; set; }

    /// <summary>The kubeconfig file to write.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string? KubeconfigPath { get; set; }

    /// <summary>Write no kubeconfig.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter NoKubeconfig { get; set; }

    /// <summary>Return once everything is started that does not wait for something else.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Bring a cluster of an earlier version to what this version makes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RepairSet)]
    public SwitchParameter Repair { get; set; }

    /// <summary>How long the whole job may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(40);

    /// <inheritdoc/>
    protected override object? ErrorTarget => ClusterName;

    /// <inheritdoc/>
    protected override string? StoppedNote =>
        $"What AWS has accepted for cluster {ClusterName} runs on there. Run the same command again to continue{(Repair ? "." : $", or Remove-EksCluster {ClusterName} to take it away.")}";

    internal override void PrepareRecord()
    {
        base.PrepareRecord();
        request = Repair ? null! : CreateRequest();
    }

    internal override async Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (Repair)
        {
            await RepairAsync(pipeline, cancellationToken);
            return;
        }

        if (IsWhatIf)
        {
            foreach (EksPlanStep step in await Engine.Current.Clusters.PlanCreateAsync(Connection, request, cancellationToken))
            {
                await pipeline.WriteObjectAsync(step);
            }

            return;
        }

        if (await pipeline.ShouldProcessAsync(ClusterName, "Create EKS cluster"))
        {
            await pipeline.WriteObjectAsync(await Engine.Current.Clusters.CreateAsync(Connection, request, pipeline, cancellationToken));
        }
    }

    private async Task RepairAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        RepairClusterRequest repair = new() { Name = ClusterName, Timeout = Timeout };
        if (IsWhatIf)
        {
            foreach (EksPlanStep step in await Engine.Current.Clusters.PlanRepairAsync(Connection, repair, pipeline, cancellationToken))
            {
                await pipeline.WriteObjectAsync(step);
            }

            return;
        }

        if (await pipeline.ShouldProcessAsync(ClusterName, "Repair EKS cluster: give vpc-cni its own IAM role, and take AmazonEKS_CNI_Policy off the node role"))
        {
            await pipeline.WriteObjectAsync(await Engine.Current.Clusters.RepairAsync(Connection, repair, pipeline, cancellationToken));
        }
    }

    private NewClusterRequest CreateRequest() => new()
    {
        Name = ClusterName,
        KubernetesVersion = KubernetesVersion,
        VpcCidr = VpcCidr,
        NatGateway = Said(nameof(NatGateway), NatGateway),
        SubnetId = SubnetId ?? [],
        EndpointAccess = Said(nameof(EndpointAccess), EndpointAccess),
        LogType = LogType ?? [],
        AuthenticationMode = AuthenticationMode,
        ResourceTags = Connections.ResourceTags.Read(Tag),
        NoNodeGroup = NoNodeGroup,
        NodeType = NodeType?.ToLowerInvariant(),
        NodeCount = Said(nameof(NodeCount), NodeCount),
        MinNodes = Said(nameof(MinNodes), MinNodes),
        MaxNodes = Said(nameof(MaxNodes), MaxNodes),
        NodeDiskSize = Said(nameof(NodeDiskSize), NodeDiskSize),
        Spot = Spot,
        NoWait = NoWait,
        Timeout = Timeout,
        Kubeconfig = NoKubeconfig ? null : KubeconfigTarget.Create(this, KubeconfigPath) with { SetCurrentContext = true },
    };

    /// <summary>A parameter's value, or null when the caller did not say it.</summary>
    private T? Said<T>(string parameter, T value)
        where T : struct => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : null;
}
