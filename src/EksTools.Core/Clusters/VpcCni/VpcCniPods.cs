using System.Globalization;
using System.Net;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Kubernetes;
using EksTools.Core.Plans;
using EksTools.Core.WorkloadIdentity.Roles;
using EksTools.Plans;
using EksTools.WorkloadIdentity;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.Clusters.VpcCni;

/// <summary>
/// Whether the pods of aws-node run with the role of their service account. A pod gets it when it is created, and EKS makes none anew when an add-on is given
/// a role (https://github.com/aws/amazon-vpc-cni-k8s/issues/1338): so those that are older are restarted here, a few nodes at a time as the daemon set says.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="time">The clock of the restart's mark.</param>
internal sealed class VpcCniPods(AwsAccount account, TimeProvider time)
{
    private const string DaemonSet = "aws-node";

    // A webhook that is out of reach lets pods be made without their role (failurePolicy Ignore), so that one restart may not be enough.
    private const int MostRestarts = 3;

    /// <summary>How far the pods are.</summary>
    /// <param name="Done">Each node has its pod, which runs with the role.</param>
    /// <param name="Stuck">The daemon set has nothing more to do, and yet some pods do not have the role.</param>
    /// <param name="Detail">In a few words.</param>
    public sealed record State(bool Done, bool Stuck, string Detail);

    /// <summary>Waits until every pod has the role, and restarts those that would never get it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="roleArn">The role; null for that of a Pod Identity association.</param>
    /// <param name="context">How it waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Ready; Skipped when the API server is private and cannot be reached from here.</returns>
    public async Task<StepOutcome> WaitAsync(EksCluster cluster, string? roleArn, StepContext context, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(account, cluster);
        int restarts = 0;
        try
        {
            await context.Poller.UntilAsync(TryAsync, cancellationToken);
        }
        catch (Exception exception) when (cluster.ResourcesVpcConfig is { EndpointPublicAccess: false } && ClusterApi.IsUnreachable(exception))
        {
            context.Observer.Warn($"The API server of {cluster.Name} is private and cannot be reached from here, so whether the pods of {DaemonSet} have their role cannot be seen.");
            return StepOutcome.Skipped;
        }

        return restarts > 0 ? StepOutcome.Updated : StepOutcome.Ready;

        async Task<State?> TryAsync(CancellationToken token)
        {
            State state = await LookAsync(api, roleArn, token);
            context.Detail(state.Detail);
            if (state.Stuck && restarts < MostRestarts)
            {
                await new ServiceAccountEnsure(api, time).RestartAsync(VpcCniRole.ServiceAccount, context, token);
                restarts++;
            }

            return state.Done ? state : null;
        }
    }

    /// <summary>Looks once. Null when the API server cannot be reached.</summary>
    public async Task<State?> TryLookAsync(EksCluster cluster, string? roleArn, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(account, cluster);
        try
        {
            return await LookAsync(api, roleArn, cancellationToken);
        }
        catch (Exception exception) when (ClusterApi.IsUnreachable(exception))
        {
            return null;
        }
    }

    /// <summary>What the service account's annotation says.</summary>
    /// <param name="RoleArn">The role; null when there is no annotation, or no such account.</param>
    public sealed record Annotation(string? RoleArn);

    /// <summary>Reads the annotation of the service account; null when that cannot be seen from here.</summary>
    public async Task<Annotation?> TryReadAnnotationAsync(EksCluster cluster, CancellationToken cancellationToken)
    {
        using ClusterApi api = ClusterApi.Open(account, cluster);
        try
        {
            V1ServiceAccount? there = await new ServiceAccountEnsure(api, time).FindAsync(VpcCniRole.ServiceAccount, cancellationToken);
            return new Annotation(there?.GetAnnotation(ServiceAccountEnsure.RoleAnnotation) is { Length: > 0 } role ? role : null);
        }
        catch (Exception exception) when (ClusterApi.IsUnreachable(exception) || exception is HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized })
        {
            return null;
        }
    }

    private async Task<State> LookAsync(ClusterApi api, string? roleArn, CancellationToken cancellationToken)
    {
        V1ServiceAccount? serviceAccount = await new ServiceAccountEnsure(api, time).FindAsync(VpcCniRole.ServiceAccount, cancellationToken);
        if (serviceAccount is null || (roleArn is not null && serviceAccount.GetAnnotation(ServiceAccountEnsure.RoleAnnotation) != roleArn))
        {
            return new State(Done: false, Stuck: false, $"service account {VpcCniRole.ServiceAccount} does not name the role yet");
        }

        if (await FindSetAsync(api, cancellationToken) is not { } set)
        {
            return new State(Done: false, Stuck: false, $"there is no daemon set {DaemonSet} yet");
        }

        ServiceAccountRoleMode mode = roleArn is null ? ServiceAccountRoleMode.PodIdentity : ServiceAccountRoleMode.Irsa;
        V1Pod[] pods = [.. (await ServiceAccountPods.ListAsync(api, VpcCniRole.ServiceAccount.Namespace, cancellationToken))[VpcCniRole.ServiceAccount]];
        int old = pods.Count(pod => !ServiceAccountPods.Describe(pod, mode, roleArn).IsCurrent);
        V1DaemonSetStatus? status = set.Status;
        int wanted = status?.DesiredNumberScheduled ?? 0;
        bool observed = status?.ObservedGeneration >= set.Metadata.Generation;
        bool settled = observed && (status!.UpdatedNumberScheduled ?? 0) >= wanted && (status.CurrentNumberScheduled >= wanted) && !pods.Any(static pod => pod.Metadata.DeletionTimestamp is not null);
        bool running = settled && (status!.NumberAvailable ?? 0) >= wanted && pods.Length - old >= wanted;
        return new State(running && old == 0, settled && old > 0, string.Create(CultureInfo.InvariantCulture, $"{pods.Length - old} of {Math.Max(wanted, pods.Length)} pods of {DaemonSet} have the role, {status?.NumberAvailable ?? 0} are available"));
    }

    private static async Task<V1DaemonSet?> FindSetAsync(ClusterApi api, CancellationToken cancellationToken)
    {
        try
        {
            return await api.CallAsync((client, token) => client.AppsV1.ReadNamespacedDaemonSetAsync(DaemonSet, VpcCniRole.ServiceAccount.Namespace, cancellationToken: token), cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
