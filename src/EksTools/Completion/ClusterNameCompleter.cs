using System.Collections;
using EksTools.Connections;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes the names of the region's clusters.</summary>
public sealed class ClusterNameCompleter : LookupCompleter
{
    internal override Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken) =>
        Engine.Current.Clusters.ListNamesAsync(connection, cancellationToken);
}
