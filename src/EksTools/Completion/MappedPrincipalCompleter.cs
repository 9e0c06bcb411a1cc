using System.Collections;
using EksTools.Access;
using EksTools.Connections;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes the ARNs and accounts that are mapped in the cluster of the command line.</summary>
public sealed class MappedPrincipalCompleter : LookupCompleter
{
    internal override async Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken)
    {
        if ((Bound(parameters, "ClusterName") ?? Bound(parameters, "Name")) is not { } cluster)
        {
            return [];
        }

        EksIamMappingList list = await Engine.Current.Mappings.ListAsync(connection, cluster, new EksIamMappingFilter(), cancellationToken);
        return [.. list.Mappings.Select(static mapping => mapping.ToString()).Where(static name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
