namespace EksTools.Connections;

/// <summary>What a pipeline asks of clusters, gathered until it ends: each cluster is then gone to once.</summary>
internal sealed class ClusterRequests<T>
{
    private readonly Dictionary<(string Name, string? Region, string? Profile), (AwsConnection Connection, List<T> Requests)> clusters = [];

    /// <summary>Cluster by cluster, in the order in which they were first named.</summary>
    public IEnumerable<(string Name, AwsConnection Connection, List<T> Requests)> ByCluster => clusters.Select(static cluster => (cluster.Key.Name, cluster.Value.Connection, cluster.Value.Requests));

    /// <summary>Adds a request to its cluster's. The connection is that of the cluster's first.</summary>
    public void Add(string name, AwsConnection connection, T request)
    {
        if (!clusters.TryGetValue((name, connection.Region, connection.ProfileName), out (AwsConnection Connection, List<T> Requests) cluster))
        {
            clusters[(name, connection.Region, connection.ProfileName)] = cluster = (connection, []);
        }

        cluster.Requests.Add(request);
    }
}
