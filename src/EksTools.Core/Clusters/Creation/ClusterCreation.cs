using EksTools.Access;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>The plan of a new cluster: settles what it will be and puts the steps of every subject together.</summary>
internal sealed class ClusterCreation
{
    private const string Kubeconfig = "kubeconfig";

    private ClusterCreation(Plan plan) => Plan = plan;

    public Plan Plan { get; }

    /// <summary>Looks at what is there and settles the plan. Changes nothing.</summary>
    public static async Task<ClusterCreation> PrepareAsync(AwsConnection connection, AwsAccount account, NewClusterRequest request, ClusterLease lease, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = new(request.Name, account.Region);
        RequirePrincipal(account, request.Kubeconfig);
        if (request.Kubeconfig is { } kubeconfig)
        {
            KubeconfigWriter.RequireReadable(kubeconfig.Path);
        }

        Task<EksCluster?> there = ClusterReader.FindAsync(account, identity.Name, cancellationToken);
        Dictionary<string, string>? roleTags = await ClusterRoles.ReadTagsAsync(account, identity.ClusterRoleName, cancellationToken);
        if (await there is { } cluster)
        {
            ClusterOwnership.Require(identity, cluster);
        }

        ClusterRoles.RequireOurs(identity, identity.ClusterRoleName, roleTags);
        ClusterSpecification specification = await new ClusterParameters(identity, request, roleTags ?? []).SettleAsync(account, cancellationToken);
        ClusterBuild build = new(account, specification);
        return new ClusterCreation(CreatePlan(connection, build, request, lease));
    }

    private static Plan CreatePlan(AwsConnection connection, ClusterBuild build, NewClusterRequest request, ClusterLease lease)
    {
        NetworkSteps network = new(build);
        NodeGroupSteps nodes = new(build, network);
        string? nodesReady = build.Specification.NodeGroup is null or { Desired: 0 } ? null : NodeGroupSteps.Active;
        List<PlanStep> steps =
        [
            .. new RoleSteps(build, lease).Create(),
            .. network.Create(RoleSteps.ClusterRole),
            .. new ControlPlaneSteps(build, network).Create(),
            .. new AddonSteps(build).Create(nodesReady),
            .. nodes.Create(RoleSteps.ClusterRole),
        ];
        if (request.Kubeconfig is { } kubeconfig)
        {
            steps.Add(new PlanStep
            {
                Id = Kubeconfig,
                Needs = [ControlPlaneSteps.Active],
                Description = $"kubeconfig entry{(kubeconfig.Path is null ? string.Empty : $" in {kubeconfig.Path}")}",
                Ensure = (context, token) => WriteKubeconfigAsync(connection, build, kubeconfig, context, token),
            });
        }

        return new Plan($"Creating cluster {build.Identity.Name} in {build.Identity.Region}", request.NoWait ? WithoutLastWaits(steps) : steps);
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

    private static async Task<StepOutcome> WriteKubeconfigAsync(AwsConnection connection, ClusterBuild build, KubeconfigRequest kubeconfig, StepContext context, CancellationToken cancellationToken)
    {
        EksKubeconfigEntry entry;
        try
        {
            entry = await KubeconfigWriter.WriteAsync(connection, build.Account.Session, build.Cluster!, kubeconfig, cancellationToken);
        }
        catch (EksToolsException exception)
        {
            // No reason to stop a cluster's creation: the file can be written at any time.
            context.Observer.Warn($"{exception.Message} The kubeconfig was not written; Update-EksKubeconfig {build.Identity.Name} does it later.");
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
