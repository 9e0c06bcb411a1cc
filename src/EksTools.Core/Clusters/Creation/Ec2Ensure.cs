using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Plans;
using EksTools.Plans;

namespace EksTools.Core.Clusters.Creation;

/// <summary>
/// Makes EC2 resources that have neither a unique name nor a client token exactly once: looked for by their tags, made with them, and when
/// an interrupted run left two, the lowest id stays and the empty others go.
/// </summary>
internal static class Ec2Ensure
{
    /// <summary>How long EC2 may take to show what it has made.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>One sort of resource: how it is found, made and taken away.</summary>
    /// <param name="FindAsync">The ids that match the filters and are not on their way out.</param>
    public sealed record Kind(
        Func<List<Filter>, CancellationToken, Task<List<string>>> FindAsync,
        Func<CancellationToken, Task<string>> CreateAsync,
        Func<string, CancellationToken, Task> DeleteAsync);

    public static async Task<(string Id, StepOutcome Outcome)> OneAsync(ClusterIdentity identity, string component, Kind kind, StepContext context, CancellationToken cancellationToken)
    {
        List<Filter> filters = Filters(identity, component);
        List<string> there = await kind.FindAsync(filters, cancellationToken);
        if (there.Count > 0)
        {
            return (await LowestAsync(there, kind, context, cancellationToken), StepOutcome.Found);
        }

        string? made = await CreateAsync(component, kind, context, cancellationToken);

        // EC2's answers lag behind its acceptance: what cannot be seen yet cannot be used yet.
        List<string> seen = await context.Poller.WithinAsync(
            Patience,
            patience => context.Poller.UntilAsync(
                async token =>
                {
                    List<string> found = await kind.FindAsync(filters, token);
                    return made is null ? (found.Count > 0 ? found : null) : found.Contains(made) ? found : null;
                },
                patience),
            cancellationToken);
        return (await LowestAsync(seen, kind, context, cancellationToken), StepOutcome.Created);
    }

    /// <summary>Filters for the resources of a cluster, of one component if one is said.</summary>
    public static List<Filter> Filters(ClusterIdentity identity, string? component = null)
    {
        List<Filter> filters =
        [
            new Filter { Name = $"tag:{ClusterIdentity.ClusterTag}", Values = [identity.Name] },
            new Filter { Name = $"tag:{ClusterIdentity.RegionTag}", Values = [identity.Region] },
        ];
        if (component is not null)
        {
            filters.Add(new Filter { Name = $"tag:{ClusterIdentity.ComponentTag}", Values = [component] });
        }

        return filters;
    }

    /// <summary>Tags for a resource at its creation.</summary>
    public static List<TagSpecification> TagSpecifications(ClusterSpecification specification, ResourceType type, string component, params (string Key, string Value)[] more)
    {
        List<Tag> tags = [.. specification.Tags(component).Select(static pair => new Tag(pair.Key, pair.Value))];
        tags.Add(new Tag("Name", $"{specification.Identity.Name}/{component}"));
        tags.AddRange(more.Select(static pair => new Tag(pair.Key, pair.Value)));
        return [new TagSpecification { ResourceType = type, Tags = tags }];
    }

    /// <summary>The id of what was made; null when it was made already by a call whose answer was lost.</summary>
    private static async Task<string?> CreateAsync(string component, Kind kind, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            string made = await kind.CreateAsync(cancellationToken);
            context.Observer.Verbose($"{component}: made {made}");
            return made;
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode == "InvalidSubnet.Conflict")
        {
            // The range is taken: by ours, which the SDK asked for again, or by a stranger's, which will never be found by our tags.
            context.Observer.Verbose($"{component}: {exception.Message}");
            return null;
        }
    }

    private static async Task<string> LowestAsync(List<string> ids, Kind kind, StepContext context, CancellationToken cancellationToken)
    {
        ids.Sort(StringComparer.Ordinal);
        foreach (string duplicate in ids.Skip(1))
        {
            try
            {
                await kind.DeleteAsync(duplicate, cancellationToken);
                context.Observer.Verbose($"{duplicate}: deleted, a duplicate of {ids[0]} that an interrupted run left");
            }
            catch (AmazonServiceException exception) when (exception.ErrorCode is "DependencyViolation")
            {
                context.Observer.Warn($"{duplicate} duplicates {ids[0]} but is in use, and stays.");
            }
        }

        return ids[0];
    }
}
