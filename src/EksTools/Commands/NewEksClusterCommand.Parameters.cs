using System.Collections;
using System.Management.Automation;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Completion;
using EksTools.Nodes;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <content>What New-EksCluster can be told.</content>
public sealed partial class NewEksClusterCommand
{
    /// <summary>The new cluster's name.</summary>
    // Not mandatory, and -Path in every set: what does not go together is refused by ourselves, in one sentence, and not by PowerShell's binder.
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CreateSet)]
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = RepairSet)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string ClusterName { get; set; } = null!;

    /// <summary>A file with the cluster's ClusterConfig.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = RepairSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Kubernetes minor version.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "The region's default")]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    [ValidateNotNullOrEmpty]
    [Alias("Version")]
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

    /// <summary>Availability zones of the new VPC.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string[]? Zone { get; set; }

    /// <summary>In how many availability zones the new VPC stands.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "3; 2 in us-east-1")]
    public int ZoneCount { get; set; }

    /// <summary>Existing subnets to use instead of a new VPC.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string[]? SubnetId { get; set; }

    /// <summary>Further security groups of the control plane.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string[]? SecurityGroupId { get; set; }

    /// <summary>Addresses of pods and Services.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateSingleValue]
    public ClusterIpFamily IpFamily { get; set; } = ClusterIpFamily.IPv4;

    /// <summary>IPv4 range of Services.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "EKS's choice: 10.100.0.0/16 or 172.20.0.0/16")]
    [ValidateNotNullOrEmpty]
    public string? ServiceCidr { get; set; }

    /// <summary>Who reaches the API server.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateSingleValue]
    public EndpointAccessMode EndpointAccess { get; set; } = EndpointAccessMode.Public;

    /// <summary>Ranges that reach the public endpoint.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "Everyone")]
    [ValidateNotNullOrEmpty]
    public string[]? PublicAccessCidr { get; set; }

    /// <summary>No way to the internet: VPC endpoints instead.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter PrivateCluster { get; set; }

    /// <summary>Further AWS services with an endpoint in a private cluster's VPC.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string[]? EndpointService { get; set; }

    /// <summary>Control plane logs to send to CloudWatch Logs.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateSet("api", "audit", "authenticator", "controllerManager", "scheduler")]
    public string[]? LogType { get; set; }

    /// <summary>Days after which CloudWatch Logs forgets the control plane's logs.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "Never")]
    public int LogRetention { get; set; }

    /// <summary>The KMS key that Secrets are encrypted with.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "A key of EKS's own")]
    [ValidateNotNullOrEmpty]
    public string? KmsKeyArn { get; set; }

    /// <summary>How long EKS supports the Kubernetes version.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "EXTENDED")]
    [ValidateSet("STANDARD", "EXTENDED")]
    public string? SupportType { get; set; }

    /// <summary>EKS refuses to delete the cluster until this is switched off.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = PathSet)]
    public SwitchParameter DeletionProtection { get; set; }

    /// <summary>The control plane's provisioned size.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "standard")]
    [ValidateSet("standard", "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl")]
    public string? ControlPlaneTier { get; set; }

    /// <summary>Traffic may be shifted away from an impaired zone.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter ZonalShift { get; set; }

    /// <summary>How IAM principals are let in.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "API_AND_CONFIG_MAP")]
    [ValidateSet("API", "API_AND_CONFIG_MAP", "CONFIG_MAP")]
    public string? AuthenticationMode { get; set; }

    /// <summary>IAM roles and users that administer the cluster besides its creator.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string[]? AdministratorArn { get; set; }

    /// <summary>Do not make the creator an administrator.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter NoCreatorAdmin { get; set; }

    /// <summary>An existing role for the control plane.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string? ClusterRoleArn { get; set; }

    /// <summary>An existing role for nodes.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string? NodeRoleArn { get; set; }

    /// <summary>An existing role for the nodes of Auto Mode.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string? AutoModeNodeRoleArn { get; set; }

    /// <summary>The managed policy that bounds every role that is made.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNullOrEmpty]
    public string? PermissionsBoundary { get; set; }

    /// <summary>The path of every role that is made.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = PathSet)]
    [PSDefaultValue(Help = "/")]
    [ValidateNotNullOrEmpty]
    public string? RolePath { get; set; }

    /// <summary>Tags for everything that is made.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Alias("Tags")]
    public Hashtable? Tag { get; set; }

    /// <summary>Make no node group.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter NoNodeGroup { get; set; }

    /// <summary>EC2 instance types of the nodes, the first preferred.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "m5.large")]
    [ArgumentCompleter(typeof(InstanceTypeCompleter))]
    [ValidateNotNullOrEmpty]
    [Alias("InstanceType")]
    public string[]? NodeType { get; set; }

    /// <summary>EKS's AMI type of the nodes.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "Amazon Linux 2023 for the instance type")]
    [ArgumentCompleter(typeof(AmiTypeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? NodeAmiType { get; set; }

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

    /// <summary>Node groups instead of the default one.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [NodeGroupArgument]
    [ValidateNotNullOrEmpty]
    public NodeGroupOptions[]? NodeGroup { get; set; }

    /// <summary>Node groups of one cluster, whose name stands on the command line.</summary>
    [Parameter(ParameterSetName = CreateSet, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>EKS runs nodes, block storage and load balancers.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter AutoMode { get; set; }

    /// <summary>Auto Mode's built-in node pools.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [PSDefaultValue(Help = "general-purpose, system")]
    [ValidateSet("general-purpose", "system")]
    public string[]? NodePool { get; set; }

    /// <summary>Pods of the namespaces default and kube-system run on Fargate.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter Fargate { get; set; }

    /// <summary>Fargate profiles.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [FargateProfileArgument]
    [ValidateNotNullOrEmpty]
    public FargateProfileOptions[]? FargateProfile { get; set; }

    /// <summary>Add-ons besides the default ones.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [AddonArgument]
    [ValidateNotNullOrEmpty]
    public AddonOptions[]? AddOn { get; set; }

    /// <summary>Make none of the default add-ons.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public SwitchParameter NoAddOn { get; set; }

    /// <summary>The kubeconfig file to write.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string? KubeconfigPath { get; set; }

    /// <summary>Write no kubeconfig.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = PathSet)]
    public SwitchParameter NoKubeconfig { get; set; }

    /// <summary>Return once everything is started that does not wait for something else.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = PathSet)]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Bring a cluster of an earlier version to what this version makes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RepairSet)]
    public SwitchParameter Repair { get; set; }

    /// <summary>How long the whole job may take.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(40);
}
