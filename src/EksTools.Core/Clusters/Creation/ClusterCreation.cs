using EksTools.Access;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Configuration.Live;
using EksTools.Core.Clusters.VpcCni;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The plan of a new cluster: settles what it will be and puts the steps of every subject together.</summary>
internal sealed class ClusterCreation
{
    private const string Kubeconfig = "kubeconfig", AsAsked = "as-asked";

    private ClusterCreation(Plan plan) => Plan = plan;

    public Plan Plan { get; }

    /// <summary>Looks at what is there and settles the plan. Changes nothing.</summary>
    public static async Task<ClusterCreation> PrepareAsync(AwsConnection connection, AwsAccount account, NewClusterRequest request, ClusterLease lease, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = new(request.Name, account.Region);
        RequirePrincipal(account, request.Kubeconfig);
        ControlPlaneRules.RequireKey(request.KmsKeyArn, account.Partition.Name, account.Region);
        await Administrators.RequireAsync(account, request.AdministratorArn, cancellationToken);
        await RoleRules.RequireAsync(account, request, cancellationToken);
        if (request.Kubeconfig is { } kubeconfig)
        {
            KubeconfigWriter.RequireReadable(kubeconfig.Path);
        }

        VpcCniAccess vpcCniAccess = VpcCniAccess.OwnRole;
        Task<EksCluster?> there = ClusterReader.FindAsync(account, identity.Name, cancellationToken);
        (ClusterRecord record, Dictionary<string, string>? roleTags) = await ClusterRecord.FindAsync(account, identity, request.ClusterRoleArn is not null, cancellationToken);
        if (await there is { } cluster)
        {
            ClusterOwnership.Require(identity, cluster);
            vpcCniAccess = await VpcCniAccessReader.ReadAsync(account, identity, cancellationToken);
        }
        else if (request.KmsKeyArn is { } key)
        {
            await KeyRequirements.RequireAsync(account, key, cancellationToken);
        }

        record.RequireOurs(roleTags);
        lease.Record = record;
        ClusterSpecification specification;
        try
        {
            specification = await new ClusterParameters(identity, request, roleTags ?? []).SettleAsync(account, cancellationToken);
        }
        catch (EksToolsException exception) when (exception.ErrorId == ClusterParameters.Differ && request.IsComplete)
        {
            // What it was begun with is what the record says, and what it is by now may be what the file says: others changed it meanwhile.
            if (await there is not { Status: "ACTIVE" or "UPDATING" } changed || await LiveAgreement.FindAsync(account, request, cancellationToken) is not { } counts)
            {
                throw;
            }

            return new ClusterCreation(CreatePlan(connection, account, changed, request.Kubeconfig, counts));
        }

        ClusterBuild build = new(account, specification, VpcCniAccessReader.For(specification, vpcCniAccess));
        return new ClusterCreation(CreatePlan(connection, build, request, lease, begun: roleTags is not null));
    }

    /// <summary>Nothing but the kubeconfig: the cluster is as the file says.</summary>
    private static Plan CreatePlan(AwsConnection connection, AwsAccount account, EksCluster cluster, KubeconfigRequest? kubeconfig, IReadOnlyList<EksClusterDifference> counts)
    {
        List<PlanStep> steps =
        [
            new PlanStep { Id = AsAsked, Description = $"cluster {cluster.Name}, which is as the file says although it was begun otherwise", Ensure = (context, _) => TellAsync(context, counts) },
        ];
        if (kubeconfig is not null)
        {
            steps.Add(KubeconfigStep(connection, account, () => cluster, kubeconfig, AsAsked));
        }

        return new Plan($"Looking at cluster {cluster.Name} in {account.Region}", steps);
    }

    private static Task<StepOutcome> TellAsync(StepContext context, IReadOnlyList<EksClusterDifference> counts)
    {
        foreach (EksClusterDifference count in counts)
        {
            context.Observer.Warn($"{count.Where} is {count.Actual}, and {count.Expected} in the file: New-EksCluster leaves it, as what an autoscaler decides. To change it: {count.Fix}");
        }

        return Task.FromResult(StepOutcome.Found);
    }

    private static PlanStep KubeconfigStep(AwsConnection connection, AwsAccount account, Func<EksCluster> cluster, KubeconfigRequest kubeconfig, string needs) => new()
    {
        Id = Kubeconfig,
        Needs = [needs],
        Description = $"kubeconfig entry{(kubeconfig.Path is null ? string.Empty : $" in {kubeconfig.Path}")}",
        Ensure = (context, token) => WriteKubeconfigAsync(connection, account, cluster(), kubeconfig, context, token),
    };

    private static Plan CreatePlan(AwsConnection connection, ClusterBuild build, NewClusterRequest request, ClusterLease lease, bool begun)
    {
        VpcCniRole cniRole = new(build.Account, build.Identity, build.Specification.UserTags, build.Specification.Placement, build.Specification.IpFamily == ClusterIpFamily.IPv6);
        NetworkSteps network = new(build);
        (NodeGroupSpecification Group, NodeGroupSteps Steps)[] groups = [.. build.Specification.NodeGroups.Select(group => (group, new NodeGroupSteps(build, network, group)))];
        string[] nodesReady = [.. groups.Where(static pair => pair.Group.RunsPods).Select(static pair => pair.Steps.Active)];
        RoleSteps roles = new(build, lease);
        FargateSteps fargate = new(build, network, roles);
        nodesReady = [.. nodesReady, .. fargate.SystemPodsReady, .. build.Specification is { AutoMode: true, NodePools.Count: > 0 } ? AutoModeReady(network) : []];
        List<PlanStep> steps =
        [
            .. roles.Create(),
            .. new AutoModeSteps(build, roles).Create(),
            .. network.Create(RoleSteps.ClusterRole),
            .. LogGroup.Create(build, RoleSteps.ClusterRole),
            .. new ControlPlaneSteps(build, network).Create(),
            .. new AdministratorSteps(build).Create(),
            .. build.VpcCniAccess == VpcCniAccess.OwnRole ? cniRole.Create([ControlPlaneSteps.Active], () => build.Cluster!) : [],
            .. new AddonSteps(build, cniRole).Create(nodesReady),
            .. groups.SelectMany(static pair => pair.Steps.Create(RoleSteps.ClusterRole)),
            .. new WindowsSteps(build, roles).Create(),
            .. fargate.Create(),
        ];
        if (begun && build is { VpcCniAccess: VpcCniAccess.OwnRole, Specification: { HasLinuxGroups: true, NodeRoleArn: null } })
        {
            steps.Add(new PlanStep
            {
                Id = NodeRoleRelease.Step,
                Needs = [RoleSteps.NodePolicies, AddonSteps.Made(VpcCniRole.Addon)],
                Description = "the node role without what aws-node's own role allows",
                Ensure = (context, token) => ReleaseNodeRoleAsync(build, cniRole, context, token),
            });
        }

        if (request.Kubeconfig is { } kubeconfig)
        {
            steps.Add(KubeconfigStep(connection, build.Account, () => build.Cluster!, kubeconfig, ControlPlaneSteps.Active));
        }

        return new Plan($"Creating cluster {build.Identity.Name} in {build.Identity.Region}", request.NoWait ? WithoutLastWaits(steps) : steps);
    }

    /// <summary>Auto Mode starts a node for the first pod that needs one: once it can be reached.</summary>
    private static IReadOnlyList<string> AutoModeReady(NetworkSteps network) => [ControlPlaneSteps.Active, .. network.RouteSteps];

    /// <summary>A run of an earlier version may have begun with the policy on the nodes' role.</summary>
    private static async Task<StepOutcome> ReleaseNodeRoleAsync(ClusterBuild build, VpcCniRole cniRole, StepContext context, CancellationToken cancellationToken)
    {
        if (!build.NodeRoleHasCniPolicy)
        {
            return StepOutcome.Skipped;
        }

        return await new VpcCniPods(build.Account, TimeProvider.System).WaitAsync(build.Cluster!, cniRole.Arn, context, cancellationToken) == StepOutcome.Skipped
            ? StepOutcome.Skipped
            : await new NodeRoleRelease(build.Account, build.Identity, cniRole).DetachAsync(cancellationToken);
    }

    /// <summary>Leaves out the waits that no change needs.</summary>
    private static List<PlanStep> WithoutLastWaits(List<PlanStep> steps)
    {
        List<PlanStep> kept = [.. steps];
        while (kept.RemoveAll(step => step.Kind == StepKind.Wait && !kept.Any(other => other.Needs.Contains(step.Id))) > 0)
        {
            // Each round may leave another wait that nothing needs any more.
        }

        return kept;
    }

    private static async Task<StepOutcome> WriteKubeconfigAsync(AwsConnection connection, AwsAccount account, EksCluster cluster, KubeconfigRequest kubeconfig, StepContext context, CancellationToken cancellationToken)
    {
        EksKubeconfigEntry entry;
        try
        {
            entry = await KubeconfigWriter.WriteAsync(connection, account.Session, cluster, kubeconfig, cancellationToken);
        }
        catch (EksToolsException exception)
        {
            // No reason to stop a cluster's creation: the file can be written at any time.
            context.Observer.Warn($"{exception.Message} The kubeconfig was not written; Update-EksKubeconfig {cluster.Name} does it later.");
            return StepOutcome.Skipped;
        }

        foreach (string warning in entry.Warnings)
        {
            context.Observer.Warn(warning);
        }

        context.Observer.Verbose($"{Kubeconfig}: context {entry.Context} in {entry.Path}");
        return entry.Change switch
        {
            "Added" => StepOutcome.Created,
            "Updated" => StepOutcome.Updated,
            _ => StepOutcome.Found,
        };
    }

    private static void RequirePrincipal(AwsAccount account, KubeconfigRequest? kubeconfig)
    {
        if (kubeconfig?.RoleArn is { } arn)
        {
            PrincipalArn.RequireRole(arn, account.Partition.Name, "RoleArn");
        }
    }
}
