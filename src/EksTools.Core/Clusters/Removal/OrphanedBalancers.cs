using Amazon.ElasticLoadBalancingV2.Model;
using Amazon.Runtime;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Core.Errors;
using EksTools.Core.LoadBalancing.Balancers;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using DeleteClassicRequest = Amazon.ElasticLoadBalancing.Model.DeleteLoadBalancerRequest;

namespace EksTools.Core.Clusters.Removal;

/// <summary>Load balancers of a cluster that no Service or Ingress in it has, or can be seen to have.</summary>
/// <param name="Items">Those that are provably the cluster's: they stand in its VPC with its tags, and are no older than it.</param>
/// <param name="Doubtful">Those that carry its name and are older than it: of another cluster of that name.</param>
/// <param name="Unread">Why none could be looked for; null when they were.</param>
internal sealed record OrphanedBalancers(IReadOnlyList<AwsBalancer> Items, IReadOnlyList<AwsBalancer> Doubtful, string? Unread)
{
    private const int TagsAtOnce = 20;
    private static readonly string[] OwnerTags = ["service.k8s.aws/stack", "ingress.k8s.aws/stack", "gateway.k8s.aws/stack", "service.eks.amazonaws.com/stack", "ingress.eks.amazonaws.com/stack", "kubernetes.io/service-name"];

    public static OrphanedBalancers None { get; } = new([], [], null);

    /// <summary>All load balancers of the cluster's VPC, whosever they are; with their tags, but for those of its Services and Ingresses.</summary>
    public IReadOnlyList<AwsBalancer> Present { get; init; } = [];

    /// <summary>Those of the items that Elastic Load Balancing refuses to delete.</summary>
    public IReadOnlyList<AwsBalancer> Protected { get; init; } = [];

    /// <summary>Target groups of the items alone, and those with the cluster's tags that no load balancer has: of one that is gone already.</summary>
    public IReadOnlyList<TargetGroup> TargetGroups { get; init; } = [];

    public static async Task<OrphanedBalancers> ReadAsync(AwsAccount account, ClusterInventory inventory, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> vpcs = inventory.HomeVpcs;
        if (vpcs.Count == 0)
        {
            return None;
        }

        try
        {
            AwsBalancerReader reader = new(account);
            List<AwsBalancer> all = [];
            foreach (string vpc in vpcs)
            {
                all.AddRange(await reader.ListAsync(vpc, cancellationToken));
            }

            HashSet<string> held = new(inventory.Contents.Balanced.SelectMany(static item => item.Hostnames), StringComparer.OrdinalIgnoreCase);
            IReadOnlyList<AwsBalancer> tagged = await reader.WithTagsAsync([.. all.Where(one => !held.Contains(one.Hostname))], cancellationToken);
            AwsBalancer[] free = [.. tagged.Where(one => BalancerList.IsOf(one, inventory.Identity.Name))];
            AwsBalancer[] items = [.. free.Where(one => IsYounger(one, inventory))];
            return new OrphanedBalancers(items, [.. free.Where(one => !IsYounger(one, inventory))], null)
            {
                Present = [.. all.Where(one => held.Contains(one.Hostname)), .. tagged],
                Protected = inventory.Unmanaged is null ? await ProtectedAsync(account, items, cancellationToken) : [],
                TargetGroups = await GroupsAsync(account, vpcs, [.. items.Select(static one => one.Arn).OfType<string>()], inventory.Identity.Name, cancellationToken),
            };
        }
        catch (AmazonServiceException exception) when (AwsFailure.Translate(exception).Kind == EksErrorKind.Denied)
        {
            return None with { Unread = (await account.TranslateAsync(exception)).Message };
        }
    }

    /// <summary>Whether an interface that Elastic Load Balancing made is of a load balancer.</summary>
    public static bool Holds(AwsBalancer balancer, string? description) => description is not null
        && (description == $"ELB {balancer.Name}" || (balancer.Arn is { } arn && description.StartsWith("ELB ", StringComparison.Ordinal) && arn.EndsWith($":loadbalancer/{description["ELB ".Length..]}", StringComparison.Ordinal)));

    /// <summary>What it was made for, as its tags say; empty where they do not.</summary>
    public static string MadeFor(AwsBalancer balancer) => OwnerTags.Select(balancer.Tags.GetValueOrDefault).OfType<string>().FirstOrDefault() is { } owner ? $", made for {owner}" : string.Empty;

    private static async Task<IReadOnlyList<AwsBalancer>> ProtectedAsync(AwsAccount account, IEnumerable<AwsBalancer> items, CancellationToken cancellationToken)
    {
        List<AwsBalancer> found = [];
        foreach (AwsBalancer item in items.Where(static one => one.Arn is not null))
        {
            try
            {
                List<LoadBalancerAttribute> attributes = (await account.LoadBalancers.DescribeLoadBalancerAttributesAsync(new DescribeLoadBalancerAttributesRequest { LoadBalancerArn = item.Arn }, cancellationToken)).Attributes ?? [];
                if (attributes.Exists(static one => one.Key == "deletion_protection.enabled" && one.Value == "true"))
                {
                    found.Add(item);
                }
            }
            catch (LoadBalancerNotFoundException)
            {
                // It went between the two looks.
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<TargetGroup>> GroupsAsync(AwsAccount account, IReadOnlyList<string> vpcs, HashSet<string> going, string cluster, CancellationToken cancellationToken)
    {
        List<TargetGroup> found = [], free = [];
        await foreach (TargetGroup group in account.LoadBalancers.Paginators.DescribeTargetGroups(new DescribeTargetGroupsRequest()).TargetGroups.WithCancellation(cancellationToken))
        {
            List<string> balancers = group.LoadBalancerArns ?? [];
            if (vpcs.Contains(group.VpcId) && balancers.TrueForAll(going.Contains))
            {
                (balancers.Count == 0 ? free : found).Add(group);
            }
        }

        foreach (TargetGroup[] some in free.Chunk(TagsAtOnce))
        {
            try
            {
                foreach (TagDescription tagged in (await account.LoadBalancers.DescribeTagsAsync(new DescribeTagsRequest { ResourceArns = [.. some.Select(static one => one.TargetGroupArn)] }, cancellationToken)).TagDescriptions ?? [])
                {
                    if (BalancerList.IsOf((tagged.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal), cluster))
                    {
                        found.Add(some.First(one => one.TargetGroupArn == tagged.ResourceArn));
                    }
                }
            }
            catch (TargetGroupNotFoundException)
            {
                // A controller that still runs took one away meanwhile: it takes the others too.
            }
        }

        return found;
    }

    /// <summary>In a VPC of the cluster's own nothing is older than it; elsewhere a cluster of its name may have been before it.</summary>
    private static bool IsYounger(AwsBalancer balancer, ClusterInventory inventory) =>
        (balancer.VpcId is { } vpc && inventory.Vpcs.Contains(vpc)) || (balancer.CreatedAt is { } made && inventory.Since is { } since && made >= since);
}

/// <summary>Deletes load balancers that nobody in the cluster has any more, when no controller of it is left that would make them anew.</summary>
internal sealed class OrphanedBalancerRemoval(AwsAccount account, ClusterInventory inventory)
{
    /// <summary>The steps after which the load balancers and target groups are gone; the interfaces go some time later. By their VPC target groups are found again.</summary>
    public IReadOnlyList<string> Gone => [.. inventory.Orphans.Items.Select(Id), .. inventory.Orphans.TargetGroups.Select(Id)];

    public IEnumerable<PlanStep> Create(IReadOnlyList<string> controlPlaneGone) => inventory.Orphans.Items.Select(item => new PlanStep
    {
        Id = Id(item),
        Needs = controlPlaneGone,
        Description = $"{item.Type} load balancer {item.Name}{OrphanedBalancers.MadeFor(item)}, which {(inventory.Contents.Unread is null ? "no Service or Ingress has" : "nobody will have any more")}",
        Ensure = (context, token) => item.Arn is { } arn ? DeleteAsync(arn, token) : DeleteClassicAsync(item.Name, token),
    }).Concat(inventory.Orphans.TargetGroups.Select(group => new PlanStep
    {
        Id = Id(group),
        Needs = [.. controlPlaneGone, .. inventory.Orphans.Items.Select(Id)],
        Description = $"target group {group.TargetGroupName}, which no load balancer will have any more",
        Ensure = (context, token) => DeleteAsync(group, context, token),
    }));

    private static string Id(AwsBalancer item) => $"load-balancer-{item.Name}";

    private static string Id(TargetGroup group) => $"target-group-{group.TargetGroupName}";

    private async Task<StepOutcome> DeleteClassicAsync(string name, CancellationToken cancellationToken)
    {
        // Deleting one that is gone succeeds.
        await account.ClassicLoadBalancers.DeleteLoadBalancerAsync(new DeleteClassicRequest { LoadBalancerName = name }, cancellationToken);
        return StepOutcome.Deleted;
    }

    private async Task<StepOutcome> DeleteAsync(string arn, CancellationToken cancellationToken)
    {
        try
        {
            await account.LoadBalancers.DeleteLoadBalancerAsync(new DeleteLoadBalancerRequest { LoadBalancerArn = arn }, cancellationToken);
            return StepOutcome.Deleted;
        }
        catch (LoadBalancerNotFoundException)
        {
            return StepOutcome.Skipped;
        }
    }

    private async Task<StepOutcome> DeleteAsync(TargetGroup group, StepContext context, CancellationToken cancellationToken)
    {
        // Deleting one that is gone succeeds.
        await context.Poller.UntilAsync(token => TryDeleteAsync(group, context, token), cancellationToken);
        return StepOutcome.Deleted;
    }

    /// <summary>Null while listeners of the load balancer still hold the group.</summary>
    private async Task<string?> TryDeleteAsync(TargetGroup group, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await account.LoadBalancers.DeleteTargetGroupAsync(new DeleteTargetGroupRequest { TargetGroupArn = group.TargetGroupArn }, cancellationToken);
            return string.Empty;
        }
        catch (ResourceInUseException exception)
        {
            context.Detail($"target group {group.TargetGroupName}: {exception.Message}");
            return null;
        }
    }
}
