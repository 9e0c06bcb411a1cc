using EksTools.Sandbox.Ec2;
using EksTools.Sandbox.Kubernetes;
using EksTools.Sandbox.Sts;

namespace EksTools.Sandbox.Eks;

/// <summary>The account as a cluster's authenticator sees it.</summary>
internal sealed class AccountIdentity(Cluster cluster) : IClusterIdentity
{
    // Read without the account's gate: the API asks while it holds locks of its own.
    private volatile IReadOnlyList<AccessEntry> _entries = [];
    private volatile IReadOnlySet<(string, string)> _associated = new HashSet<(string, string)>();
    private volatile string _mode = cluster.AuthenticationMode;

    /// <inheritdoc/>
    public string AuthenticationMode => _mode;

    /// <inheritdoc/>
    public string Partition => cluster.Eks.Account.Partition;

    /// <inheritdoc/>
    public IReadOnlyList<AccessEntry> AccessEntries => _entries;

    /// <inheritdoc/>
    public string? Region => cluster.Eks.Region.Name;

    /// <inheritdoc/>
    public bool BalancesLoad => cluster.LoadBalancing;

    /// <inheritdoc/>
    public bool IsAssociated(string ns, string serviceAccount) => _associated.Contains((ns, serviceAccount));

    /// <summary>Tells the cluster's API what the access entries and the Pod Identity associations are now.</summary>
    public void Publish()
    {
        _mode = cluster.AuthenticationMode;
        _associated = cluster.PodIdentityAssociations.Values.Select(static association => (association.Namespace, association.ServiceAccount)).ToHashSet();
        _entries = [.. cluster.AccessEntries.Values.Select(entry => entry.ToAccessEntry())];
    }

    /// <inheritdoc/>
    public Task<CallerIdentityReply> GetCallerIdentityAsync(Uri presignedUrl, string clusterId, CancellationToken cancellationToken) =>
        Task.FromResult(CallerIdentityReplay.Send(cluster.Eks.Account, presignedUrl, clusterId));

    /// <inheritdoc/>
    public string? FindPrivateDnsName(string instanceId)
    {
        lock (cluster.Eks.Account.Gate)
        {
            return cluster.Eks.Ec2.Find<Instance>(instanceId)?.PrivateDnsName;
        }
    }
}
