using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Amazon.EC2.Model;
using EksTools.Authentication;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>Finds clusters in many regions at once. One region's failure is one error, and the others go on.</summary>
internal static class ClusterSearch
{
    /// <summary>Regions, and clusters within a region, that are asked at once: below EKS's rate for DescribeCluster.</summary>
    private const int Parallel = 8;

    public static async IAsyncEnumerable<ClusterResult> FindAsync(AwsConnection connection, ClusterQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<ClusterResult> results = Channel.CreateBounded<ClusterResult>(64);
        Task search = SearchAsync(connection, query, results.Writer, stop.Token);
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

    private static async Task SearchAsync(AwsConnection connection, ClusterQuery query, ChannelWriter<ClusterResult> results, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string?> regions = query.AllRegion ? await AllRegionsAsync(connection, cancellationToken) : query.Region.Count > 0 ? [.. query.Region.Distinct(StringComparer.OrdinalIgnoreCase)] : [null];
            ParallelOptions options = new() { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
            ConcurrentDictionary<string, bool> found = new(StringComparer.Ordinal);
            await System.Threading.Tasks.Parallel.ForEachAsync(regions, options, async (region, token) => await SearchRegionAsync(region is null ? connection : connection.InRegion(region), query, found, results, token));
            foreach (string name in regions.Count < 2 ? [] : query.Name.Distinct(StringComparer.Ordinal).Where(name => !found.ContainsKey(name)))
            {
                await results.WriteAsync(new ClusterResult(null, ClusterReader.NotFound(name, $"any of the {regions.Count} regions asked")), cancellationToken);
            }

            results.Complete();
        }
        catch (Exception exception)
        {
            results.Complete(exception);
        }
    }

    private static async Task SearchRegionAsync(AwsConnection connection, ClusterQuery query, ConcurrentDictionary<string, bool> found, ChannelWriter<ClusterResult> results, CancellationToken cancellationToken)
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

                bool one = !query.AllRegion && query.Region.Count < 2;
                ParallelOptions options = new() { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
                await System.Threading.Tasks.Parallel.ForEachAsync(names, options, async (name, token) =>
                {
                    EksCluster? cluster = await ClusterReader.FindAsync(account, name, token);
                    if (cluster is not null)
                    {
                        found[name] = true;
                        await results.WriteAsync(new ClusterResult(cluster, null), token);
                    }
                    else if (one && query.Name.Contains(name))
                    {
                        // Looked for in many regions, a name need not be in each.
                        await results.WriteAsync(new ClusterResult(null, ClusterReader.NotFound(name, account.Region)), token);
                    }
                });
                return true;
            });
        }
        catch (EksToolsException exception)
        {
            string message = connection.Region is { } region && !exception.Message.Contains(region, StringComparison.Ordinal) ? $"{region}: {exception.Message}" : exception.Message;
            await results.WriteAsync(new ClusterResult(null, new EksToolsException(exception.Kind, exception.ErrorId, message, exception.TargetName ?? connection.Region, exception.Hint, exception)), cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string?>> AllRegionsAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        // Someone has to be asked which regions there are, also when no region is set.
        using AwsSession session = await AwsAccount.OpenSessionAsync(connection, role: null, cancellationToken);
        using AwsAccount account = await AwsAccount.OpenAsync(session.Region is null ? connection.InRegion(AwsPartition.Aws.DefaultRegion) : connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            DescribeRegionsResponse answer = await account.Ec2.DescribeRegionsAsync(new DescribeRegionsRequest(), cancellationToken);
            return (IReadOnlyList<string?>)[.. (answer.Regions ?? []).Select(static region => region.RegionName).Order(StringComparer.Ordinal)];
        });
    }
}
