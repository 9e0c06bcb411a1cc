using System.Net;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Removal.Preflight;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EksTools.Core.Clusters.Removal;

/// <summary>What in a cluster matters to its removal.</summary>
/// <param name="Balanced">Services and Ingresses with load balancers, which are to go before their cluster.</param>
/// <param name="Budgets">Disruption budgets that let no pod go; null where they could not be looked at.</param>
/// <param name="Volumes">Persistent volumes; null where they could not be looked at.</param>
/// <param name="Unread">Why nothing of it could be looked at; null when it was.</param>
internal sealed record ClusterContents(IReadOnlyList<BalancedObject> Balanced, IReadOnlyList<DisruptionBudget>? Budgets, IReadOnlyList<V1PersistentVolume>? Volumes, string? Unread)
{
    public static ClusterContents None { get; } = new([], [], [], null);

    public static async Task<ClusterContents> ReadAsync(AwsAccount account, EksCluster? cluster, CancellationToken cancellationToken)
    {
        // Before it is up nothing was made in it, and while it goes nothing can be.
        if (cluster is not { Status: "ACTIVE" or "UPDATING", Endpoint.Length: > 0 })
        {
            return None;
        }

        try
        {
            using ClusterApi api = ClusterApi.Open(account, cluster);
            IReadOnlyList<BalancedObject> balanced = await BalancedObject.ListAsync(api, cancellationToken);
            IReadOnlyList<DisruptionBudget>? budgets = await TryAsync(() => DisruptionBudget.ListAsync(api, cancellationToken));
            V1PersistentVolumeList? volumes = await TryAsync(() => api.CallAsync((client, token) => client.CoreV1.ListPersistentVolumeAsync(cancellationToken: token), cancellationToken));
            return new ClusterContents(balanced, budgets, volumes is null ? null : [.. volumes.Items], null);
        }
        catch (HttpOperationException exception) when ((int)exception.Response.StatusCode is 401 or 403)
        {
            return new ClusterContents([], null, null, KubernetesFailure.Translate(exception).Message);
        }
        catch (Exception exception) when (ClusterApi.IsUnreachable(exception))
        {
            return new ClusterContents([], null, null, $"its API server cannot be reached from here: {exception.Message}");
        }
    }

    /// <summary>Null where this principal may not ask, or the API server is of before 1.21 and knows no policy/v1.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (HttpOperationException exception) when (exception.Response?.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
