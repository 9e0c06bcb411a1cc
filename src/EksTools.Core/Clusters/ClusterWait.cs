using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Kubernetes;
using EksTools.Core.Nodes;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Nodes;
using EksTools.Plans;
using Amazon.EKS.Model;

namespace EksTools.Core.Clusters;

/// <summary>Waiting for a cluster that exists: a plan of waits alone.</summary>
internal static class ClusterWait
{
    public static Plan CreatePlan(AwsAccount account, WaitClusterRequest request)
    {
        PlanStep state = request.Condition == ClusterCondition.Deleted
            ? new PlanStep { Id = "deleted", Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(4), Description = "cluster is gone", Ensure = (context, token) => WaitGoneAsync(account, request.Name, context, token) }
            : new PlanStep { Id = "active", Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(9), Description = "control plane is active", Ensure = (context, token) => WaitActiveAsync(account, request.Name, context, token) };
        List<PlanStep> steps = [state];
        if (request.Condition == ClusterCondition.NodesReady)
        {
            steps.Add(new PlanStep { Id = "nodes-ready", Needs = [state.Id], Kind = StepKind.Wait, Typical = TimeSpan.FromMinutes(3), Description = "nodes are ready in Kubernetes", Ensure = (context, token) => WaitNodesAsync(account, request.Name, context, token) });
        }

        return new Plan($"Waiting for cluster {request.Name} in {account.Region}", steps);
    }

    /// <summary>Waits until EKS knows the cluster no more.</summary>
    public static async Task<StepOutcome> WaitGoneAsync(AwsAccount account, string name, StepContext context, CancellationToken cancellationToken)
    {
        bool going = false;
        await context.Poller.UntilAsync(
            async token =>
            {
                EksCluster? cluster = await ClusterReader.FindAsync(account, name, token);
                context.Detail(cluster is null ? "gone" : $"{cluster.Status} {string.Join(" ", cluster.HealthIssues)}".TrimEnd());
                if (going && cluster is { Status: not "DELETING" })
                {
                    throw new EksToolsException(EksErrorKind.Service, "ClusterDeleteFailed", $"EKS did not delete cluster {name}: it is {cluster.Status} again. {string.Join(" ", cluster.HealthIssues)}".TrimEnd(), name);
                }

                going |= cluster is { Status: "DELETING" };
                return cluster is null ? string.Empty : null;
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private static async Task<StepOutcome> WaitActiveAsync(AwsAccount account, string name, StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                EksCluster cluster = await ClusterReader.GetAsync(account, name, token);
                context.Detail($"{cluster.Status} {string.Join(" ", cluster.HealthIssues)}".TrimEnd());
                return cluster.Status switch
                {
                    "ACTIVE" => cluster,
                    "FAILED" or "DELETING" => throw new EksToolsException(EksErrorKind.Service, "ClusterFailed", $"Cluster {name} is {cluster.Status}. {string.Join(" ", cluster.HealthIssues)}".TrimEnd(), name),
                    _ => null,
                };
            },
            cancellationToken);
        return StepOutcome.Ready;
    }

    private static async Task<StepOutcome> WaitNodesAsync(AwsAccount account, string name, StepContext context, CancellationToken cancellationToken)
    {
        EksCluster cluster = await ClusterReader.GetAsync(account, name, cancellationToken);
        using ClusterApi api = ClusterApi.Open(account, cluster);
        try
        {
            await context.Poller.UntilAsync(token => LookAsync(account, api, cluster, context, token), cancellationToken);
        }
        catch (Exception exception) when (cluster.ResourcesVpcConfig?.EndpointPublicAccess == false && ClusterApi.IsUnreachable(exception))
        {
            context.Observer.Warn($"The API server of {name} is private and cannot be reached from here, so its nodes cannot be seen.");
            return StepOutcome.Skipped;
        }

        return StepOutcome.Ready;
    }

    /// <summary>The nodes, once every group has as many ready as it wants; null until then.</summary>
    private static async Task<IReadOnlyList<EksNode>?> LookAsync(AwsAccount account, ClusterApi api, EksCluster cluster, StepContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<EksNode> nodes = await NodeReader.ListAsync(api, cluster, cancellationToken);
        List<string> lacking = [];
        await foreach (string group in account.Eks.Paginators.ListNodegroups(new ListNodegroupsRequest { ClusterName = cluster.Name }).Nodegroups.WithCancellation(cancellationToken))
        {
            Nodegroup? there = await NodeGroupReader.FindAsync(account, cluster.Name, group, cancellationToken);
            if (there?.Status?.Value is "CREATE_FAILED" or "DEGRADED")
            {
                throw new EksToolsException(EksErrorKind.Service, "NodeGroupFailed", $"The node group {group} is {there.Status.Value}. {NodeGroupReader.Health(there)}".TrimEnd(), group);
            }

            int wanted = there?.ScalingConfig?.DesiredSize ?? 0;
            int ready = nodes.Count(node => node.NodegroupName == group && node.Status.StartsWith("Ready", StringComparison.Ordinal));
            if (ready < wanted)
            {
                lacking.Add($"{group}: {ready} of {wanted} are ready");
            }
        }

        context.Detail(lacking.Count == 0 ? "all are ready" : string.Join("; ", lacking));
        return lacking.Count == 0 ? nodes : null;
    }
}
