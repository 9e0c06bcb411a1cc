using Amazon.EC2.Model;
using EksTools.Clusters;
using EksTools.Core.Accounts;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Removal.Preflight;

/// <summary>What is looked at before anything of a cluster is removed.</summary>
internal sealed record RemovalPreflight
{
    public required ClusterInventory Inventory { get; init; }

    public NetworkOccupants Network { get; init; } = NetworkOccupants.None;

    /// <summary>Nodes that EKS does not end: of Karpenter, of Auto Scaling groups, launched by hand.</summary>
    public IReadOnlyList<Instance> OtherNodes { get; init; } = [];

    public IReadOnlyList<GroupReference> References { get; init; } = [];

    public IReadOnlyList<StayingVolume> Volumes { get; init; } = [];

    /// <summary>Null where they could not be looked at.</summary>
    public IReadOnlyList<StayingLogGroup>? LogGroups { get; init; } = [];

    public static async Task<RemovalPreflight> ReadAsync(AwsAccount account, ClusterInventory inventory, CancellationToken cancellationToken)
    {
        string cluster = inventory.Identity.Name;
        Task<NetworkOccupants> network = NetworkOccupants.ReadAsync(account, inventory, cancellationToken);
        Task<List<Instance>> nodes = NetworkOccupants.ListInstancesAsync(account, new Filter { Name = "tag-key", Values = [$"kubernetes.io/cluster/{cluster}", $"k8s.io/cluster/{cluster}"] }, cancellationToken);
        Task<List<Instance>> named = NetworkOccupants.ListInstancesAsync(account, new Filter { Name = "tag:eks:eks-cluster-name", Values = [cluster] }, cancellationToken);
        Task<IReadOnlyList<GroupReference>> references = StayingThings.ReadReferencesAsync(account, inventory, cancellationToken);
        Task<IReadOnlyList<StayingVolume>> volumes = StayingThings.ReadVolumesAsync(account, cluster, inventory.Contents.Volumes ?? [], cancellationToken);
        Task<IReadOnlyList<StayingLogGroup>?> logs = StayingThings.ReadLogGroupsAsync(account, cluster, cancellationToken);
        await Task.WhenAll(network, nodes, named, references, volumes, logs);
        IReadOnlyList<string> vpcs = inventory.HomeVpcs;
        return new RemovalPreflight
        {
            Inventory = inventory,
            Network = await network,

            // A cluster of this name in another VPC, as there may have been one, has nodes of its own.
            OtherNodes = [.. (await nodes).Concat(await named).DistinctBy(static instance => instance.InstanceId).Where(instance => vpcs.Contains(instance.VpcId) && ClusterNodes.KindOf(ClusterNodes.TagsOf(instance.Tags), cluster) is NodeKind.Karpenter or NodeKind.SelfManaged)],
            References = await references,
            Volumes = await volumes,
            LogGroups = await logs,
        };
    }

    /// <summary>Refuses a removal that findings stand in the way of, before anything is removed.</summary>
    /// <exception cref="EksToolsException">They do; the message names all of them.</exception>
    public static void Require(ClusterIdentity identity, IReadOnlyList<EksRemovalFinding> findings, bool force)
    {
        EksRemovalFinding[] against = [.. findings.Where(finding => IsAgainst(finding, force))];
        if (against.Length == 0)
        {
            return;
        }

        // One rule has an id of its own; several at once have one together, and each is named.
        string[] rules = [.. against.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)];
        string forced = against.All(static finding => finding.Effect == EksRemovalEffect.NeedsForce) ? " Or go on with -Force." : string.Empty;
        EksToolsException refused = new(
            EksErrorKind.Conflict, "ClusterRemovalRefused", $"Nothing of cluster {identity.Name} in {identity.Region} was removed. {string.Join(' ', against.Select(static finding => finding.Message))}", identity.Name, $"{Advise(against)}{forced}");
        throw rules.Length > 1 ? refused : new EksToolsException(refused.Kind, rules[0], refused.Message, refused.TargetName, refused.Hint);
    }

    /// <summary>What takes away, and then what only shows.</summary>
    private static string Advise(IReadOnlyList<EksRemovalFinding> against)
    {
        string[] mends = [.. against.Where(static finding => !finding.FixOnlyShows).Select(static finding => finding.Fix).Distinct(StringComparer.Ordinal)];
        string[] shows = [.. against.Where(static finding => finding.FixOnlyShows).Select(static finding => finding.Fix).Distinct(StringComparer.Ordinal)];
        return string.Join(' ', new[] { mends.Length == 0 ? null : $"{string.Join("; ", mends)}.", shows.Length == 0 ? null : $"To see what holds: {string.Join("; ", shows)}." }.OfType<string>());
    }

    /// <summary>Whether a finding stands in the way.</summary>
    public static bool IsAgainst(EksRemovalFinding finding, bool force) => finding.Effect == EksRemovalEffect.Refuses || (finding.Effect == EksRemovalEffect.NeedsForce && !force);
}
