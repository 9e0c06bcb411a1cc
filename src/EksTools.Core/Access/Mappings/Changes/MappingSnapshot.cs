using EksTools.Access;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Errors;

namespace EksTools.Core.Access.Mappings.Changes;

/// <summary>What a change of mappings begins with: who may enter the cluster, and who asks for the change. Holds the way to the API server open.</summary>
internal sealed class MappingSnapshot : IDisposable
{
    private readonly ClusterApi? api;

    private MappingSnapshot(ClusterAccess access, CallerIdentity caller, ClusterApi? api, IAwsAuthStore? store, AwsAuthObject? found, EksToolsException? failure)
    {
        this.api = api;
        Access = access;
        Caller = caller;
        Store = store;
        Found = found;
        Failure = failure;
    }

    /// <summary>The cluster's mode, its aws-auth, and its access entries; of those that a change cannot touch, and that tell nothing of who administers it, the ARN alone.</summary>
    public ClusterAccess Access { get; }

    /// <summary>Who makes the change.</summary>
    public CallerIdentity Caller { get; }

    /// <summary>aws-auth; null when the cluster does not look at it.</summary>
    public IAwsAuthStore? Store { get; }

    /// <summary>aws-auth as it was found; null when there is none, or when it was not or could not be read.</summary>
    public AwsAuthObject? Found { get; }

    /// <summary>Why aws-auth could not be read.</summary>
    public EksToolsException? Failure { get; }

    /// <summary>Reads it.</summary>
    /// <param name="account">The account.</param>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="keys">The principals of the change, by their keys.</param>
    /// <param name="readConfigMap">Read aws-auth even where the cluster does not look at it.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    public static async Task<MappingSnapshot> ReadAsync(AwsAccount account, string clusterName, IReadOnlySet<string> keys, bool readConfigMap, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
        if (cluster.Status is not ("ACTIVE" or "UPDATING"))
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ClusterNotActive", $"Cluster {clusterName} is {cluster.Status}, and EKS changes no mappings of a cluster that is not ACTIVE.", clusterName, $"Wait for it: Wait-EksCluster {clusterName}.");
        }

        CallerIdentity caller = await account.Session.GetCallerIdentityAsync(cancellationToken);
        ClusterAccess access = AccessReader.Begin(cluster);
        if (access.UsesEntries)
        {
            access = access with { Entries = await ReadEntriesAsync(account, cluster, keys, IamPrincipal.Parse(caller.Arn), cancellationToken) };
        }

        if (!access.UsesConfigMap && !readConfigMap)
        {
            return new MappingSnapshot(access, caller, null, null, null, null);
        }

        ClusterApi api = ClusterApi.Open(account, cluster);
        try
        {
            ClusterAwsAuth store = new(account, api, clusterName);
            AwsAuthObject? found = await store.ReadAsync(cancellationToken);
            return new MappingSnapshot(access with { ConfigMap = found is null ? null : AwsAuthMap.Parse(found.Data) }, caller, api, store, found, null);
        }
        catch (EksToolsException exception)
        {
            api.Dispose();
            return new MappingSnapshot(access with { ConfigMapUnreadable = exception.Message }, caller, null, null, null, exception);
        }
        catch
        {
            api.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => api?.Dispose();

    /// <summary>
    /// Of thousands of entries only those are described that matter: of the principals at hand, of the caller, and of administrators. Of the others
    /// it counts that they are there: rows of aws-auth about their principals have no effect.
    /// </summary>
    private static async Task<IReadOnlyList<EksIamMapping>> ReadEntriesAsync(AwsAccount account, EksCluster cluster, IReadOnlySet<string> keys, IamPrincipal? caller, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<string>> listing = AccessEntryReader.ListArnsAsync(account, cluster.Name, policy: null, cancellationToken);
        HashSet<string> administrators = [.. await AccessEntryReader.ListArnsAsync(account, cluster.Name, AccessPolicies.Arn(account.Partition.Name, MappingIntent.ClusterAdmin), cancellationToken)];
        ILookup<bool, string> arns = (await listing).ToLookup(arn => administrators.Contains(arn) || (AccessIndex.KeyOf(arn) is { } key && (keys.Contains(key) || key == caller?.Key)));
        return
        [
            .. await AccessEntryReader.DescribeAsync(account, cluster, arns[true], cancellationToken),
            .. arns[false].Select(arn => new EksIamMapping
            {
                ClusterName = cluster.Name,
                Region = cluster.Region,
                Source = EksIamMappingSource.AccessEntry,
                Kind = IamPrincipal.Parse(arn)?.Kind ?? EksIamPrincipalKind.Role,
                PrincipalArn = arn,
            }),
        ];
    }
}
