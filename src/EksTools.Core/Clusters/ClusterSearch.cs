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

/// <summary>Finds clusters in many regions at once. One region's failure is one error, and the others go on.</summary>
internal static class ClusterSearch
{
    /// <summary>Regions, and clusters within a region, that are asked at once: below EKS's rate for DescribeCluster.</summary>
    private const int Parallel = 8;

    public static async IAsyncEnumerable<ClusterResult> FindAsync(AwsConnection connection, ClusterQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string name in query.Name)
        {
            ClusterIdentity.RequireName(name);
        }

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
                names.Sort(StringComparer.Ordinal);
                using SemaphoreSlim places = new(Parallel);
                Task<EksCluster?>[] reads = [.. names.Select(name => ReadAsync(account, name, places, cancellationToken))];
                for (int index = 0; index < names.Count; index++)
                {
                    if (await reads[index] is { } cluster)
                    {
                        found[names[index]] = true;
                        await results.WriteAsync(new ClusterResult(cluster, null), cancellationToken);
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
            string message = connection.Region is { } region && !exception.Message.Contains(region, StringComparison.Ordinal) ? $"{region}: {exception.Message}" : exception.Message;
            await results.WriteAsync(new ClusterResult(null, new EksToolsException(exception.Kind, exception.ErrorId, message, exception.TargetName ?? connection.Region, exception.Hint, exception)), cancellationToken);
        }
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

    private static async Task<IReadOnlyList<string?>> AllRegionsAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        // Someone has to be asked which regions there are, also when no region is set.
        using AwsSession session = await AwsAccount.OpenSessionAsync(connection, cancellationToken);
        using AwsAccount account = await AwsAccount.OpenAsync(session.Region is null ? connection.InRegion(AwsPartition.Aws.DefaultRegion) : connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            DescribeRegionsResponse answer = await account.Ec2.DescribeRegionsAsync(new DescribeRegionsRequest(), cancellationToken);
            return (IReadOnlyList<string?>)[.. (answer.Regions ?? []).Select(static region => region.RegionName).Order(StringComparer.Ordinal)];
        });
    }
}
