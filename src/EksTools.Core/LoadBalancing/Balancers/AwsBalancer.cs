using Amazon.ElasticLoadBalancing.Model;
using Amazon.ElasticLoadBalancingV2.Model;
using EksTools.Core.Accounts;

namespace EksTools.Core.LoadBalancing.Balancers;

/// <summary>A load balancer as AWS sees it.</summary>
internal sealed record AwsBalancer
{
    /// <summary>Its DNS name, in lower case.</summary>
    public required string Hostname { get; init; }

    public required string Name { get; init; }

    /// <summary>Null for a classic one.</summary>
    public string? Arn { get; init; }

    /// <summary>classic, network or application.</summary>
    public required string Type { get; init; }

    public string? Scheme { get; init; }

    public string? VpcId { get; init; }

    /// <summary>active, provisioning, active_impaired or failed.</summary>
    public string State { get; init; } = "active";

    public string? StateReason { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyList<string> Zones { get; init; } = [];

    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    public IReadOnlyList<string> Ports { get; init; } = [];

    public IReadOnlyList<string> Certificates { get; init; } = [];

    public string? TargetType { get; init; }

    public int Targets { get; init; }

    public int Healthy { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>Reads load balancers from both services of Elastic Load Balancing.</summary>
internal sealed class AwsBalancerReader(AwsAccount account)
{
    private const int TagsAtOnce = 20;

    /// <summary>Those of a VPC, without what takes a call for each.</summary>
    public async Task<IReadOnlyList<AwsBalancer>> ListAsync(string vpc, CancellationToken cancellationToken)
    {
        List<AwsBalancer> found = [];
        await foreach (LoadBalancer item in account.LoadBalancers.Paginators.DescribeLoadBalancers(new Amazon.ElasticLoadBalancingV2.Model.DescribeLoadBalancersRequest()).LoadBalancers.WithCancellation(cancellationToken))
        {
            if (item.VpcId == vpc)
            {
                found.Add(Read(item));
            }
        }

        await foreach (LoadBalancerDescription item in account.ClassicLoadBalancers.Paginators.DescribeLoadBalancers(new Amazon.ElasticLoadBalancing.Model.DescribeLoadBalancersRequest()).LoadBalancerDescriptions.WithCancellation(cancellationToken))
        {
            if (item.VPCId == vpc)
            {
                found.Add(Read(item));
            }
        }

        return found;
    }

    /// <summary>The same with their tags.</summary>
    public async Task<IReadOnlyList<AwsBalancer>> WithTagsAsync(IReadOnlyList<AwsBalancer> balancers, CancellationToken cancellationToken)
    {
        Dictionary<string, IReadOnlyDictionary<string, string>> tags = new(StringComparer.Ordinal);
        foreach (AwsBalancer[] some in balancers.Where(static one => one.Arn is not null).Chunk(TagsAtOnce))
        {
            foreach (Amazon.ElasticLoadBalancingV2.Model.TagDescription description in (await account.LoadBalancers.DescribeTagsAsync(new Amazon.ElasticLoadBalancingV2.Model.DescribeTagsRequest { ResourceArns = [.. some.Select(static one => one.Arn!)] }, cancellationToken)).TagDescriptions ?? [])
            {
                tags[description.ResourceArn] = (description.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal);
            }
        }

        foreach (AwsBalancer[] some in balancers.Where(static one => one.Arn is null).Chunk(TagsAtOnce))
        {
            foreach (Amazon.ElasticLoadBalancing.Model.TagDescription description in (await account.ClassicLoadBalancers.DescribeTagsAsync(new Amazon.ElasticLoadBalancing.Model.DescribeTagsRequest { LoadBalancerNames = [.. some.Select(static one => one.Name)] }, cancellationToken)).TagDescriptions ?? [])
            {
                tags[description.LoadBalancerName] = (description.Tags ?? []).ToDictionary(static tag => tag.Key, static tag => tag.Value ?? string.Empty, StringComparer.Ordinal);
            }
        }

        return [.. balancers.Select(one => tags.TryGetValue(one.Arn ?? one.Name, out IReadOnlyDictionary<string, string>? own) ? one with { Tags = own } : one)];
    }

    /// <summary>The same with listeners and targets.</summary>
    public async Task<AwsBalancer> WithTargetsAsync(AwsBalancer balancer, CancellationToken cancellationToken)
    {
        if (balancer.Arn is not { } arn)
        {
            List<InstanceState> states = (await account.ClassicLoadBalancers.DescribeInstanceHealthAsync(new DescribeInstanceHealthRequest { LoadBalancerName = balancer.Name }, cancellationToken)).InstanceStates ?? [];
            return balancer with { TargetType = "instance", Targets = states.Count, Healthy = states.Count(static state => state.State == "InService") };
        }

        List<Amazon.ElasticLoadBalancingV2.Model.Listener> listeners = [];
        await foreach (Amazon.ElasticLoadBalancingV2.Model.Listener listener in account.LoadBalancers.Paginators.DescribeListeners(new DescribeListenersRequest { LoadBalancerArn = arn }).Listeners.WithCancellation(cancellationToken))
        {
            listeners.Add(listener);
        }

        List<TargetGroup> groups = [];
        await foreach (TargetGroup group in account.LoadBalancers.Paginators.DescribeTargetGroups(new DescribeTargetGroupsRequest { LoadBalancerArn = arn }).TargetGroups.WithCancellation(cancellationToken))
        {
            groups.Add(group);
        }

        List<TargetHealthDescription> targets = [];
        foreach (TargetGroup group in groups)
        {
            targets.AddRange((await account.LoadBalancers.DescribeTargetHealthAsync(new DescribeTargetHealthRequest { TargetGroupArn = group.TargetGroupArn }, cancellationToken)).TargetHealthDescriptions ?? []);
        }

        return balancer with
        {
            Ports = [.. listeners.Where(static listener => listener.Port is not null).OrderBy(static listener => listener.Port).Select(static listener => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{listener.Port}/{listener.Protocol?.Value}"))],
            Certificates = [.. listeners.SelectMany(static listener => listener.Certificates ?? []).Select(static certificate => certificate.CertificateArn).Distinct(StringComparer.Ordinal)],
            TargetType = groups.Select(static group => group.TargetType?.Value).Distinct().ToArray() is [{ } one] ? one : null,
            Targets = targets.Count,
            Healthy = targets.Count(static target => target.TargetHealth?.State?.Value == "healthy"),
        };
    }

    private static AwsBalancer Read(LoadBalancer item) => new()
    {
        Hostname = Lower(item.DNSName),
        Name = item.LoadBalancerName,
        Arn = item.LoadBalancerArn,
        Type = item.Type?.Value ?? "network",
        Scheme = item.Scheme?.Value,
        VpcId = item.VpcId,
        State = item.State?.Code?.Value ?? "active",
        StateReason = item.State?.Reason,
        CreatedAt = item.CreatedTime is { } made ? new DateTimeOffset(made.ToUniversalTime()) : null,
        Zones = [.. (item.AvailabilityZones ?? []).Select(static zone => zone.ZoneName).Order(StringComparer.Ordinal)],
        SecurityGroups = [.. item.SecurityGroups ?? []],
    };

    private static AwsBalancer Read(LoadBalancerDescription item) => new()
    {
        Hostname = Lower(item.DNSName),
        Name = item.LoadBalancerName,
        Type = "classic",
        Scheme = item.Scheme,
        VpcId = item.VPCId,
        CreatedAt = item.CreatedTime is { } made ? new DateTimeOffset(made.ToUniversalTime()) : null,
        Zones = [.. (item.AvailabilityZones ?? []).Order(StringComparer.Ordinal)],
        SecurityGroups = [.. item.SecurityGroups ?? []],
        Ports = [.. (item.ListenerDescriptions ?? []).Select(static description => description.Listener).OrderBy(static listener => listener.LoadBalancerPort).Select(static listener => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{listener.LoadBalancerPort}/{listener.Protocol}"))],
        Certificates = [.. (item.ListenerDescriptions ?? []).Select(static description => description.Listener.SSLCertificateId).Where(static arn => !string.IsNullOrEmpty(arn)).Distinct(StringComparer.Ordinal)],
    };

#pragma warning disable CA1308 // DNS names are compared, and shown, in lower case.
    private static string Lower(string? name) => (name ?? string.Empty).ToLowerInvariant();
#pragma warning restore CA1308
}
