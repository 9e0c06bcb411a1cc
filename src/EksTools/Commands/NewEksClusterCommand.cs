using System.Collections;
using System.Management.Automation;
using EksTools.Access;
using EksTools.ClusterAddons;
using EksTools.Clusters;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.Nodes;
using EksTools.Pipeline;
using EksTools.Plans;

namespace EksTools.Commands;

/// <summary>Creates an EKS cluster with its network, roles, add-ons, nodes and kubeconfig.</summary>
[Cmdlet(VerbsCommon.New, "EksCluster", DefaultParameterSetName = CreateSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EksCluster), typeof(EksPlanStep))]
public sealed partial class NewEksClusterCommand : RegionCmdlet
{
    private const string CreateSet = "Create", RepairSet = "Repair", PathSet = "Path";
    private readonly List<NodeGroupOptions> groups = [];
    private NewClusterRequest request = null!;
    private bool groupsCome, failed;
    private ClusterFile? file;

    /// <inheritdoc/>
    protected override object? ErrorTarget => ClusterName ?? Path;

    internal override string? RegionName => Region ?? file?.Region;

    /// <inheritdoc/>
    protected override string? StoppedNote =>
        $"What AWS has accepted for cluster {ClusterName} runs on there. Run the same command again to continue{(Repair ? "." : $", or Remove-EksCluster {ClusterName} to take it away.")}";

    /// <summary>The pipeline brings one cluster's node groups, and not clusters' names: the cluster is made when the last has come.</summary>
    protected override void BeginProcessing() =>
        groupsCome = MyInvocation.ExpectingInput && MyInvocation.BoundParameters.ContainsKey(nameof(ClusterName)) && !MyInvocation.BoundParameters.ContainsKey(nameof(NodeGroup));

    internal override void PrepareRecord()
    {
        if (Path is not null)
        {
            RequireFileAlone(Path);
            file = ReadFile(Path);
            ClusterName = file.Request.Name;
        }

        else if (ClusterName is null)
        {
            throw new EksToolsException(EksErrorKind.Validation, "ClusterNameMissing", "New-EksCluster was told neither the cluster's name nor a file that has it.", nameof(ClusterName), "Say -ClusterName NAME, or -Path FILE.");
        }

        base.PrepareRecord();
        if (groupsCome)
        {
            groups.AddRange(Read(InputObject));
        }
        else
        {
            groups.Clear();
            groups.AddRange(NodeGroup ?? []);
        }

        request = Repair ? null! : file is null ? CreateRequest() : CreateRequest(file);
    }

    internal override Task ProcessRecordAsync(CommandPipeline pipeline, CancellationToken cancellationToken) =>
        groupsCome ? Task.CompletedTask : file is null ? CreateAsync(pipeline, cancellationToken) : CreateAsync(file, pipeline, cancellationToken);

    internal override Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken) =>
        groupsCome && !failed && groups.Count > 0 ? CreateAsync(pipeline, cancellationToken) : Task.CompletedTask;

    /// <summary>What AWS tells to be wrong with what a file says is told in the file's words.</summary>
    private async Task CreateAsync(ClusterFile from, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            await CreateAsync(pipeline, cancellationToken);
        }
        catch (EksToolsException exception) when (Engine.Current.ClusterFiles.InWordsOf(from, exception) is var told && told != exception)
        {
            throw told;
        }
    }

    private async Task CreateAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (Repair)
        {
            await RepairAsync(pipeline, cancellationToken);
            return;
        }

        if (file is not null)
        {
            await Engine.Current.ClusterFiles.RequireNetworkAsync(Connection, file, cancellationToken);
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

    /// <summary>With a file goes what its schema has no field for; the rest it says itself.</summary>
    private void RequireFileAlone(string path)
    {
        string[] others = [.. MyInvocation.BoundParameters.Keys.Where(static name => typeof(NewEksClusterCommand).GetProperty(name) is { } property && property.DeclaringType == typeof(NewEksClusterCommand)
            && !property.GetCustomAttributes(typeof(ParameterAttribute), inherit: false).Cast<ParameterAttribute>().Any(static attribute => attribute.ParameterSetName is PathSet or ParameterAttribute.AllParameterSets))];
        if (others.Length > 0)
        {
            string[] fields = [.. others.Select(name => Engine.Current.ClusterFiles.FieldOf(name)).OfType<string>().Distinct(StringComparer.Ordinal)];
            throw new EksToolsException(
                EksErrorKind.Validation,
                "ParameterBesideFile",
                $"{string.Join(", ", others.Select(static name => $"-{name}"))} cannot be said beside -Path: the file describes the cluster.",
                path,
                $"Leave {(others.Length == 1 ? "it" : "them")} out{(fields.Length > 0 ? $", and write {string.Join(", ", fields)} in {path}" : string.Empty)}.");
        }
    }

    private ClusterFile ReadFile(string path)
    {
        ClusterFile read = Engine.Current.ClusterFiles.Read(GetUnresolvedProviderPathFromPSPath(path), forCreation: true);
        return Region is null || read.Region is null || read.Region.Equals(Region.Trim(), StringComparison.OrdinalIgnoreCase) ? read : throw new EksToolsException(
            EksErrorKind.Validation,
            "RegionDiffersFromFile",
            $"-Region is {Region}, and metadata.region of {read.Path} is {read.Region}.",
            read.Path,
            "Leave one of them out, or write the same.");
    }

    /// <summary>What a file says, and what its schema has no field for.</summary>
    private NewClusterRequest CreateRequest(ClusterFile read) => read.Request with
    {
        DeletionProtection = DeletionProtection,
        RolePath = RolePath,
        NoWait = NoWait,
        Timeout = Timeout,
        Kubeconfig = NoKubeconfig ? null : KubeconfigTarget.Create(this, KubeconfigPath) with { SetCurrentContext = true },
    };

    private NewClusterRequest CreateRequest() => new()
    {
        Name = ClusterName,
        KubernetesVersion = KubernetesVersion,
        VpcCidr = VpcCidr,
        NatGateway = Said(nameof(NatGateway), NatGateway),
        Zone = Zone ?? [],
        ZoneCount = Said(nameof(ZoneCount), ZoneCount),
        SubnetId = SubnetId ?? [],
        SecurityGroupId = SecurityGroupId ?? [],
        IpFamily = Said(nameof(IpFamily), IpFamily),
        ServiceCidr = ServiceCidr,
        EndpointAccess = Said(nameof(EndpointAccess), EndpointAccess),
        PublicAccessCidr = PublicAccessCidr ?? [],
        PrivateCluster = PrivateCluster,
        EndpointService = EndpointService ?? [],
        LogType = LogType ?? [],
        LogRetention = Said(nameof(LogRetention), LogRetention),
        KmsKeyArn = KmsKeyArn,
        SupportType = SupportType,
        DeletionProtection = DeletionProtection,
        ControlPlaneTier = ControlPlaneTier,
        ZonalShift = ZonalShift,
        AuthenticationMode = AuthenticationMode,
        AdministratorArn = AdministratorArn ?? [],
        NoCreatorAdmin = NoCreatorAdmin,
        ClusterRoleArn = ClusterRoleArn,
        NodeRoleArn = NodeRoleArn,
        AutoModeNodeRoleArn = AutoModeNodeRoleArn,
        PermissionsBoundary = PermissionsBoundary,
        RolePath = RolePath,
        ResourceTags = Connections.ResourceTags.Read(Tag),
        NoNodeGroup = NoNodeGroup,
        NodeType = [.. (NodeType ?? []).Select(static type => type.ToLowerInvariant())],
        NodeAmiType = NodeAmiType,
        NodeCount = Said(nameof(NodeCount), NodeCount),
        MinNodes = Said(nameof(MinNodes), MinNodes),
        MaxNodes = Said(nameof(MaxNodes), MaxNodes),
        NodeDiskSize = Said(nameof(NodeDiskSize), NodeDiskSize),
        Spot = Spot,
        NodeGroup = [.. groups],
        AutoMode = AutoMode,
        NodePool = NodePool ?? [],
        Fargate = Fargate,
        FargateProfile = FargateProfile ?? [],
        AddOn = AddOn ?? [],
        NoAddOn = NoAddOn,
        NoWait = NoWait,
        Timeout = Timeout,
        Kubeconfig = NoKubeconfig ? null : KubeconfigTarget.Create(this, KubeconfigPath) with { SetCurrentContext = true },
    };

    private NodeGroupOptions[] Read(PSObject? row)
    {
        try
        {
            return OptionsArgument<NodeGroupOptions>.Of(row, "node group");
        }
        catch (ArgumentTransformationMetadataException exception)
        {
            // A cluster without one of the groups that were meant is no cluster that was meant.
            failed = true;
            throw new EksToolsException(EksErrorKind.Validation, "InvalidNodeGroup", exception.Message, nameof(NodeGroup), innerException: exception);
        }
    }

    /// <summary>A parameter's value, or null when the caller did not say it.</summary>
    private T? Said<T>(string parameter, T value)
        where T : struct => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : null;
}
