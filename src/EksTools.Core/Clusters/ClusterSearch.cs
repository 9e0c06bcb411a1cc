using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>Finds clusters in many accounts and regions at once. One region's failure is one error, and the others go on.</summary>
internal static class ClusterSearch
{
    /// <summary>Clusters within a region that are asked for at once: below EKS's rate for DescribeCluster, which is each region's own.</summary>
    private const int Parallel = 8;

    public static async IAsyncEnumerable<ClusterResult> FindAsync(IReadOnlyList<AwsConnection> connections, ClusterQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string name in query.Name)
        {
            ClusterIdentity.RequireName(name);
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<ClusterResult> results = Channel.CreateBounded<ClusterResult>(64);
        Task search = SearchAsync(connections, query, results.Writer, stop.Token);
        try
        {
            await foreach (ClusterResult result in results.Reader.ReadAllAsync(cancellationToken))
            {
                yield return result;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await search.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SearchAsync(IReadOnlyList<AwsConnection> connections, ClusterQuery query, ChannelWriter<ClusterResult> results, CancellationToken cancellationToken)
    {
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = query.ThrottleLimit, CancellationToken = cancellationToken };
            ConcurrentBag<AwsConnection> places = [];
            await System.Threading.Tasks.Parallel.ForEachAsync(connections, options, async (connection, token) =>
            {
                foreach (AwsConnection place in await PlacesAsync(connection, query, connections.Count == 1, results, token))
                {
                    places.Add(place);
                }
            });
            bool one = places.Count == 1 && connections.Count == 1;
            ConcurrentDictionary<string, bool> found = new(StringComparer.Ordinal);
            await System.Threading.Tasks.Parallel.ForEachAsync(places, options, async (place, token) => await SearchRegionAsync(place, query, one, found, results, token));
            string where = connections.Count > 1 ? $"any of the {places.Count} regions of {connections.Count} profiles asked" : $"any of the {places.Count} regions asked";
            foreach (string name in one || places.IsEmpty ? [] : query.Name.Distinct(StringComparer.Ordinal).Where(name => !found.ContainsKey(name)))
            {
                await results.WriteAsync(new ClusterResult(null, ClusterReader.NotFound(name, where)), cancellationToken);
            }

            results.Complete();
        }
        catch (Exception exception)
        {
            results.Complete(exception);
        }
    }

    /// <summary>The regions of one account that are asked. Where there is but one account its failure is that of the whole search.</summary>
    private static async Task<IReadOnlyList<AwsConnection>> PlacesAsync(AwsConnection connection, ClusterQuery query, bool only, ChannelWriter<ClusterResult> results, CancellationToken cancellationToken)
    {
        if (!query.AllRegion)
        {
            return query.Region.Count > 0 ? [.. query.Region.Distinct(StringComparer.OrdinalIgnoreCase).Select(connection.InRegion)] : [connection];
        }

        try
        {
            return [.. (await AllRegionsAsync(connection, cancellationToken)).Select(connection.InRegion)];
        }
        catch (EksToolsException exception) when (!only)
        {
            await results.WriteAsync(Failure(connection, exception), cancellationToken);
            return [];
        }
    }

    private static async Task SearchRegionAsync(AwsConnection connection, ClusterQuery query, bool one, ConcurrentDictionary<string, bool> found, ChannelWriter<ClusterResult> results, CancellationToken cancellationToken)
    {
        try
        {
            using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
            await account.RunAsync(async () =>
            {
                List<string> names = [.. query.Name.Distinct(StringComparer.Ordinal)];
                if (query.Match is { } match)
                {
                    await foreach (string name in ClusterReader.ListNames(account).WithCancellation(cancellationToken))
                    {
                        if (!names.Contains(name) && match(name))
                        {
                            names.Add(name);
                        }
                    }
                }

                names.Sort(StringComparer.Ordinal);
                using SemaphoreSlim places = new(Parallel);
                Task<EksCluster?>[] reads = [.. names.Select(name => ReadAsync(account, name, places, cancellationToken))];
                for (int index = 0; index < names.Count; index++)
                {
                    if (await reads[index] is { } cluster)
                    {
                        found[names[index]] = true;
                        await results.WriteAsync(new ClusterResult(cluster, null, connection.ProfileName), cancellationToken);
                    }
                    else if (one && query.Name.Contains(names[index]))
                    {
                        // Looked for in many regions, a name need not be in each.
                        await results.WriteAsync(new ClusterResult(null, await ExplainAsync(account, names[index], cancellationToken)), cancellationToken);
                    }
                }

                return true;
            });
        }
        catch (EksToolsException exception)
        {
            await results.WriteAsync(Failure(connection, exception), cancellationToken);
        }
    }

    /// <summary>One region's failure, which names the profile and the region.</summary>
    private static ClusterResult Failure(AwsConnection connection, EksToolsException exception)
    {
        string[] where = [.. new[] { connection.ProfileName is { } profile ? $"profile {profile}" : null, connection.Region }.OfType<string>().Where(part => !exception.Message.Contains(part, StringComparison.Ordinal))];
        string message = where.Length == 0 ? exception.Message : $"{string.Join(", ", where)}: {exception.Message}";
        return new ClusterResult(null, new EksToolsException(exception.Kind, exception.ErrorId, message, exception.TargetName ?? connection.Region ?? connection.ProfileName, exception.Hint, exception), connection.ProfileName);
    }

    private static async Task<EksCluster?> ReadAsync(AwsAccount account, string name, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            return await ClusterReader.FindAsync(account, name, cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Why there is no cluster of a name: perhaps one was begun, or half removed, and its parts cost money.</summary>
    private static async Task<EksToolsException> ExplainAsync(AwsAccount account, string name, CancellationToken cancellationToken)
    {
        ClusterIdentity identity = new(name, account.Region);
        try
        {
            if ((await ClusterRecord.FindAsync(account, identity, ownRole: false, cancellationToken)).Tags is { } tags && identity.Owns(tags))
            {
                return new EksToolsException(EksErrorKind.NotFound, "ClusterUnfinished", $"There is no cluster {name} in {account.Region}, but parts of one that was begun or half removed are there.", name, $"New-EksCluster {name} continues it, Remove-EksCluster {name} removes the parts.");
            }
        }
        catch (AmazonServiceException)
        {
            // Whoever may list clusters may not read roles; that there is no cluster is true all the same.
        }

        return ClusterReader.NotFound(name, account.Region);
    }

    private static async Task<IReadOnlyList<string>> AllRegionsAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        // Someone has to be asked which regions there are, also when no region is set.
        using AwsSession session = await AwsAccount.OpenSessionAsync(connection, cancellationToken);
        using AwsAccount account = await AwsAccount.OpenAsync(session.Region is null ? connection.InRegion(AwsPartition.Aws.DefaultRegion) : connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            DescribeRegionsResponse answer = await account.Ec2.DescribeRegionsAsync(new DescribeRegionsRequest(), cancellationToken);
            return (IReadOnlyList<string>)[.. (answer.Regions ?? []).Select(static region => region.RegionName).Order(StringComparer.Ordinal)];
        });
    }
}
