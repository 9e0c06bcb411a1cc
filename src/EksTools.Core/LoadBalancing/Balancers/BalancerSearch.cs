using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.ControllerInstallation;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Live;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing.Balancers;

/// <summary>Finds the load balancers of a cluster, in Kubernetes and in AWS.</summary>
internal sealed class BalancerSearch(AwsAccount account, EksCluster cluster, ClusterApi api)
{
    private const int AtOnce = 8;

    public async Task<IReadOnlyList<EksLoadBalancer>> FindAsync(LoadBalancerQuery query, IJobObserver observer, CancellationToken cancellationToken)
    {
        BalancerReader reader = new(api);
        Task<ControllerFacts> finding = new LiveFacts(account, cluster, api).ReadAsync(null, cancellationToken);
        Task<IReadOnlyList<ControllerState>> installed = new ControllerReader(api, null).ReadAsync(observer, cancellationToken);
        Task<IReadOnlyList<BalancedObject>> listing = reader.ListAsync(query, cancellationToken);
        await Task.WhenAll(finding, installed, listing);
        BalancerList list = new(cluster, finding.Result, kind => kind != EksLoadBalancerControllerKind.Lbc || installed.Result.Any(static state => state.ReadyReplicas > 0));
        BalancedObject[] objects = [.. listing.Result.Where(item => (query.Match?.Invoke(item.Object.Name) ?? true) && list.Concerns(item)).OrderBy(static item => item.Object.Namespace, StringComparer.Ordinal).ThenBy(static item => item.Object.Name, StringComparer.Ordinal)];
        IReadOnlyList<AwsBalancer>? aws = query.Orphaned || objects.Any(static item => item.Object.Hostname is not null) ? await AskAsync(observer, cancellationToken) : [];
        ILookup<string, EksLoadBalancerEvent> events = objects.Length > 0 ? await reader.EventsAsync(query, cancellationToken) : Array.Empty<(string, EksLoadBalancerEvent)>().ToLookup(static pair => pair.Item1, static pair => pair.Item2);
        Dictionary<string, AwsBalancer> byName = await DetailAsync(aws ?? [], objects, cancellationToken);
        List<EksLoadBalancer> found = [.. objects.Select(item => list.Describe(item, item.Object.Hostname is { } name ? byName.GetValueOrDefault(Lower(name)) : null, aws is not null, [.. events[item.Uid]]))];
        if (query.Orphaned && aws is not null)
        {
            // Those that objects outside of the query have are no orphans either.
            IReadOnlyList<BalancedObject> all = query is { Kind: null, Namespace: null } ? listing.Result : await reader.ListAsync(new LoadBalancerQuery { ClusterName = cluster.Name }, cancellationToken);
            HashSet<string> held = new(all.Select(static item => item.Object.Hostname).OfType<string>().Select(Lower), StringComparer.Ordinal);
            IReadOnlyList<AwsBalancer> free = await new AwsBalancerReader(account).WithTagsAsync([.. aws.Where(one => !held.Contains(one.Hostname))], cancellationToken);
            found.AddRange(free.Where(one => BalancerList.IsOf(one, cluster.Name)).Select(list.Orphan));
        }

        return found;
    }

    /// <summary>The load balancers of the VPC; null where this principal may not ask.</summary>
    private async Task<IReadOnlyList<AwsBalancer>?> AskAsync(IJobObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return await new AwsBalancerReader(account).ListAsync(cluster.ResourcesVpcConfig?.VpcId ?? string.Empty, cancellationToken);
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            observer.Warn($"Elastic Load Balancing was not asked, and only what Kubernetes knows is told: {(await account.TranslateAsync(exception)).Message}");
            return null;
        }
    }

    /// <summary>Listeners and targets of those that the objects have, by DNS name.</summary>
    private async Task<Dictionary<string, AwsBalancer>> DetailAsync(IReadOnlyList<AwsBalancer> aws, BalancedObject[] objects, CancellationToken cancellationToken)
    {
        HashSet<string> wanted = new(objects.Select(static item => item.Object.Hostname).OfType<string>().Select(Lower), StringComparer.Ordinal);
        AwsBalancerReader reader = new(account);
        Dictionary<string, AwsBalancer> byName = new(StringComparer.Ordinal);
        foreach (AwsBalancer[] some in aws.Where(one => wanted.Contains(one.Hostname)).Chunk(AtOnce))
        {
            foreach (AwsBalancer one in await Task.WhenAll(some.Select(one => reader.WithTargetsAsync(one, cancellationToken))))
            {
                byName[one.Hostname] = one;
            }
        }

        return byName;
    }

#pragma warning disable CA1308 // DNS names are compared, and shown, in lower case.
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
}
