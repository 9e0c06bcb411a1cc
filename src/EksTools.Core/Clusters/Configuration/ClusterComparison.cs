using EksTools.Clusters;
using EksTools.Core.Clusters.Configuration.Live;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>Holds a cluster that runs against its file.</summary>
internal static class ClusterComparison
{
    // What AWS chooses where a file says nothing, and what only counts where it says something.
    private static readonly string[] ChosenByAws =
    [
        "metadata.version", "availabilityZones", "vpc.cidr", "kubernetesNetworkConfig.serviceIPv4CIDR", "iam.serviceRoleARN", "autoModeConfig.nodeRoleARN", "cloudWatch.clusterLogging.logRetentionInDays",
        "version", "releaseVersion", "volumeIOPS", "volumeThroughput", "volumeEncrypted", "volumeKmsKeyID", "subnets", "maxPodsPerNode", "iam.instanceRoleARN", "serviceAccountRoleARN", "podExecutionRoleARN",
    ];

    /// <param name="file">The file.</param>
    /// <param name="live">The cluster.</param>
    /// <param name="options">What counts.</param>
    /// <param name="profile">The profile that the cluster was found with, for commands; null for the session's.</param>
    public static IReadOnlyList<EksClusterDifference> Compare(ClusterFile file, LiveCluster live, ClusterComparisonOptions options, string? profile = null)
    {
        Dictionary<string, string?> wanted = ClusterSettings.Of(file.Request), there = ClusterSettings.Of(live.Request with { NoAddOn = true });
        foreach ((string name, string version) in live.AddonVersions)
        {
            // Also of an add-on that a file of our own cluster would not name.
            there[$"addons[{name}]"] = ClusterSettings.Present;
            there[$"addons[{name}].version"] = version;
        }

        string[] differing = [.. wanted.Keys.Concat(there.Keys).Distinct(StringComparer.Ordinal).Where(path => wanted.GetValueOrDefault(path) is var expected && expected != there.GetValueOrDefault(path) && Counts(path, expected, file, live, options, wanted, there))];
        ClusterFixes fixes = new(file, live, differing, options.IncludeDesiredSize, profile);
        return [.. differing.Select(Tell).OrderBy(static one => one.Line).ThenBy(static one => one.Where, StringComparer.Ordinal)];

        EksClusterDifference Tell(string path)
        {
            string? expected = wanted.GetValueOrDefault(path), actual = there.GetValueOrDefault(path);
            ClusterFix fix = fixes.Of(path, OwnerOf(path), expected, actual);
            return new EksClusterDifference
            {
                ClusterName = file.Request.Name,
                Region = live.Region,
                Path = file.Path,
                Line = LineOf(file, path),
                Where = path,
                Expected = expected,
                Actual = actual,
                Fix = fix.Command,
                Advice = fix.Advice,
            };
        }
    }

    private static bool Counts(string path, string? expected, ClusterFile file, LiveCluster live, ClusterComparisonOptions options, Dictionary<string, string?> wanted, Dictionary<string, string?> there)
    {
        string owner = OwnerOf(path), field = owner.Length == 0 ? path : path[(owner.Length + 1)..];
        bool ownerOnBothSides = owner.Length == 0 || (wanted.ContainsKey(owner) && there.ContainsKey(owner));
        return path switch
        {
            // The whole thing is missing or too many: its fields say nothing more.
            _ when !ownerOnBothSides => false,
            _ when live.Unknown.Any(unknown => path == unknown || path.StartsWith($"{unknown}.", StringComparison.Ordinal)) => false,
            _ when expected is null && (ChosenByAws.Contains(field) || IsTag(path)) => false,
            _ when expected is null && owner.Length == 0 && path.StartsWith("addons[", StringComparison.Ordinal) && file.Request is { NoAddOn: false } && path == "addons[metrics-server]" => false,
            _ when field == "version" && expected == "latest" => false,
            _ when field == "desiredCapacity" && !options.IncludeDesiredSize => !Within(there.GetValueOrDefault(path), wanted, owner),
            _ when field == "availabilityZones" && owner.Length == 0 => file.Request.Zone.Count > 0 && live.Network is null,
            "vpc.subnets" or "vpc.nat.gateway" => expected is not null && !(path == "vpc.subnets" && live.Network is not null && file.Network is not null && SameSubnets(file, live)),
            _ => true,
        };
    }

    /// <summary>managedNodeGroups[web] of managedNodeGroups[web].maxSize; empty for what is the cluster's own.</summary>
    private static string OwnerOf(string path)
    {
        int end = path.IndexOf("].", StringComparison.Ordinal);
        return end < 0 ? string.Empty : path[..(end + 1)];
    }

    private static bool IsTag(string path) => path.StartsWith("metadata.tags.", StringComparison.Ordinal) || path.Contains("].tags.", StringComparison.Ordinal);

    /// <summary>An autoscaler moves the count between the limits.</summary>
    private static bool Within(string? actual, Dictionary<string, string?> wanted, string group) =>
        int.TryParse(actual, out int count) && int.TryParse(wanted.GetValueOrDefault($"{group}.minSize"), out int min) && int.TryParse(wanted.GetValueOrDefault($"{group}.maxSize"), out int max) && count >= min && count <= max;

    private static bool SameSubnets(ClusterFile file, LiveCluster live) => file.Request.SubnetId.ToHashSet(StringComparer.Ordinal).SetEquals(live.Request.SubnetId);

    private static int LineOf(ClusterFile file, string path)
    {
        string at = path;
        while (at.Length > 0)
        {
            if (file.Lines.TryGetValue(at, out int line))
            {
                return line;
            }

            int bracket = at.LastIndexOf('['), dot = at.LastIndexOf('.');
            int end = at.EndsWith(']') ? bracket : dot;
            at = end > 0 ? at[..end] : string.Empty;
        }

        return 1;
    }
}
