using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EksTools.Core.Plans;
using EksTools.Errors;
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
            return (await KeepAsync(there), StepOutcome.Found);
        }

        string? made = null;
        AmazonServiceException? taken = null;
        try
        {
            made = await kind.CreateAsync(cancellationToken);
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "InvalidSubnet.Conflict" or "InvalidGroup.Duplicate")
        {
            // The range or the name is taken: by ours, for which the SDK asked again when an answer was lost, or by a stranger's.
            taken = exception;
        }

        // EC2's answers lag behind its acceptance: what cannot be seen yet cannot be used yet.
        List<string> seen;
        try
        {
            seen = await context.Poller.WithinAsync(Patience, patience => context.Poller.UntilAsync(SeeAsync, patience), cancellationToken);
        }
        catch (EksToolsException exception) when (taken is not null && exception.Kind == EksErrorKind.Timeout)
        {
            throw taken;
        }

        return (await KeepAsync(seen), StepOutcome.Created);

        async Task<string> KeepAsync(List<string> ids)
        {
            string kept = await OneOfAsync(ids, kind, context, cancellationToken);
            context.Resource(kept);
            return kept;
        }

        async Task<List<string>?> SeeAsync(CancellationToken token)
        {
            List<string> found = await kind.FindAsync(filters, token);
            return (made is null ? found.Count > 0 : found.Contains(made)) ? found : null;
        }
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
        Dictionary<string, string> tags = specification.Tags(component);
        tags.TryAdd("Name", $"{specification.Identity.Name}/{component}");
        foreach ((string key, string value) in more)
        {
            // What Kubernetes goes by is not for a user's tag to change.
            tags[key] = value;
        }

        return [new TagSpecification { ResourceType = type, Tags = [.. tags.Select(static pair => new Tag(pair.Key, pair.Value))] }];
    }

    /// <summary>
    /// Of several that interrupted runs made, the one in use stays, or the lowest id when none is: what others were built on refuses its deletion.
    /// </summary>
    private static async Task<string> OneOfAsync(List<string> ids, Kind kind, StepContext context, CancellationToken cancellationToken)
    {
        ids.Sort(StringComparer.Ordinal);
        string kept = ids[0];
        foreach (string id in ids.Skip(1))
        {
            if (!await TryDeleteAsync(id, kept, kind, context, cancellationToken))
            {
                bool lowestGoes = kept == ids[0] && await TryDeleteAsync(kept, id, kind, context, cancellationToken);
                if (!lowestGoes)
                {
                    context.Observer.Warn($"{id} duplicates {kept} but is in use, and stays.");
                }

                kept = lowestGoes ? id : kept;
            }
        }

        return kept;
    }

    private static async Task<bool> TryDeleteAsync(string id, string other, Kind kind, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await kind.DeleteAsync(id, cancellationToken);
            context.Observer.Verbose($"{id}: deleted, a duplicate of {other} that an interrupted run left");
            return true;
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "DependencyViolation" or "InvalidIPAddress.InUse" or "AuthFailure")
        {
            return false;
        }
    }
}
