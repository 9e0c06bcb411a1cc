using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings;

/// <summary>Reads who may enter a cluster: its access entries, and its aws-auth where the cluster looks at that.</summary>
internal static class AccessReader
{
    /// <summary>Reads all of it. An API server that cannot be asked is no failure: <see cref="ClusterAccess.ConfigMapUnreadable"/> then says why.</summary>
    /// <exception cref="EksToolsException">EKS knows no such cluster.</exception>
    public static async Task<ClusterAccess> ReadAsync(AwsAccount account, string clusterName, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        return await ReadAsync(account, await ClusterReader.GetAsync(account, clusterName, cancellationToken), static _ => true, cancellationToken);
    }

    /// <summary>Reads aws-auth and those access entries whose principal's ARN is wanted.</summary>
    public static async Task<ClusterAccess> ReadAsync(AwsAccount account, EksCluster cluster, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        ClusterAccess access = Begin(cluster);
        Task<IReadOnlyList<EksIamMapping>> entries = access.UsesEntries
            ? AccessEntryReader.ListAsync(account, cluster, wanted, cancellationToken)
            : Task.FromResult<IReadOnlyList<EksIamMapping>>([]);
        (AwsAuthMap? map, EksToolsException? failure) = access.UsesConfigMap ? await TryReadConfigMapAsync(account, cluster, cancellationToken) : (null, null);
        return access with { Entries = await entries, ConfigMap = map, ConfigMapUnreadable = failure?.Message };
    }

    /// <summary>The cluster and its mode, before anything else was read. A cluster that tells no mode is older than access entries.</summary>
    public static ClusterAccess Begin(EksCluster cluster) => new()
    {
        Cluster = cluster,
        AuthenticationMode = cluster.AccessConfig?.AuthenticationMode ?? ClusterAccess.ConfigMapMode,
    };

    /// <summary>aws-auth, or why it cannot be read; neither when the cluster has none.</summary>
    public static async Task<(AwsAuthMap? Map, EksToolsException? Failure)> TryReadConfigMapAsync(AwsAccount account, EksCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            using ClusterApi api = ClusterApi.Open(account, cluster);
            AwsAuthObject? found = await new ClusterAwsAuth(account, api, cluster.Name).ReadAsync(cancellationToken);
            return (found is null ? null : AwsAuthMap.Parse(found.Data), null);
        }
        catch (EksToolsException exception)
        {
            return (null, exception);
        }
    }
}
