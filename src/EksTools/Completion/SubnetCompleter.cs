using System.Collections;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.Networking;

namespace EksTools.Completion;

/// <summary>Completes the subnets of the VPC of the cluster of the command line.</summary>
public sealed class SubnetCompleter : LookupCompleter
{
    internal override async Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken) =>
        (Bound(parameters, "ClusterName") ?? Bound(parameters, "Name")) is { } cluster
            ? [.. (await Engine.Current.Networking.ReviewSubnetsAsync(connection, new SubnetReviewRequest { ClusterName = cluster }, cancellationToken)).Subnets.Select(static subnet => subnet.SubnetId)]
            : [];
}
