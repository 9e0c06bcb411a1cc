using System.Text.RegularExpressions;
using EksTools.Clusters;
using EksTools.Core.ClusterAddons;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What can be refused by looking at the request alone: one sentence each, before any call.</summary>
internal static partial class ClusterRequestRules
{
    // AWS: https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html ; keys of its own are reserved.
    private const int LongestTagKey = 128, LongestTagValue = 256;

    // Of the fifty that IAM allows on a role, the cluster role needs twenty for the parameters and the lease.
    private const int MostTags = 30;

    // Of an EBS gp3 volume: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html ; the AL2023 image needs 20.
    private const int SmallestDisk = 20, LargestDisk = 16384;

    // Of one node group: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    private const int MostNodes = 450;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>The control plane's log types, as EKS spells them.</summary>
    public static IReadOnlyList<string> LogTypes { get; } = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

    /// <summary>Refuses a time that nothing can be done in, or that no clock counts.</summary>
    public static void RequireTimeout(TimeSpan timeout)
    {
        if (timeout < ShortestTimeout || timeout > LongestTimeout)
        {
            throw Wrong("InvalidTimeout", "Timeout", $"-Timeout {timeout:g} is out of range: a second to a day.", "Write hours, minutes and seconds, such as 00:40:00: a bare number counts ten-millionths of a second.");
        }
    }

    public static void Require(NewClusterRequest request)
    {
        ClusterIdentity.RequireName(request.Name);
        if (request.KubernetesVersion is { } version && !MinorVersion().IsMatch(version))
        {
            throw Wrong("InvalidKubernetesVersion", nameof(request.KubernetesVersion), $"-KubernetesVersion '{version}' is not a minor version.", "Write it as 1.34.");
        }

        NetworkRequestRules.Require(request);
        ControlPlaneRules.Require(request);
        RoleRules.Require(request);
        AddonRules.Require(request);
        RequireNodes(request);
        RequireTags(request.ResourceTags);
        RequireTimeout(request.Timeout);
        RequireLogTypes(request.LogType);
        RequireAuthenticationMode(request.AuthenticationMode);
    }

    /// <summary>Refuses what is no log of a control plane.</summary>
    public static void RequireLogTypes(IReadOnlyList<string> types)
    {
        if (types.FirstOrDefault(static type => !LogTypes.Contains(type, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Wrong("InvalidLogType", nameof(NewClusterRequest.LogType), $"-LogType '{unknown}' is no log of a control plane.", $"They are {string.Join(", ", LogTypes)}.");
        }
    }

    /// <summary>Refuses what is no authentication mode.</summary>
    public static void RequireAuthenticationMode(string? mode)
    {
        if (mode?.ToUpperInvariant() is not (null or "API" or "API_AND_CONFIG_MAP" or "CONFIG_MAP"))
        {
            throw Wrong("InvalidAuthenticationMode", nameof(NewClusterRequest.AuthenticationMode), $"-AuthenticationMode '{mode}' is not API, API_AND_CONFIG_MAP or CONFIG_MAP.", null);
        }
    }

    private static void RequireNodes(NewClusterRequest request)
    {
        (string Name, bool Said)[] nodeParameters =
        [
            ("-NodeType", request.NodeType.Count > 0), ("-NodeAmiType", request.NodeAmiType is not null), ("-NodeCount", request.NodeCount is not null), ("-MinNodes", request.MinNodes is not null),
            ("-MaxNodes", request.MaxNodes is not null), ("-NodeDiskSize", request.NodeDiskSize is not null), ("-Spot", request.Spot),
        ];
        if (request.NoNodeGroup && nodeParameters.FirstOrDefault(static parameter => parameter.Said) is { Name: not null } said)
        {
            throw Wrong("ContradictoryNodes", nameof(request.NoNodeGroup), $"-NoNodeGroup and {said.Name} contradict each other.", "Leave one of them out.");
        }

        if (request.NodeGroup.Count > 0 && (request.NoNodeGroup ? "-NoNodeGroup" : nodeParameters.FirstOrDefault(static parameter => parameter.Said).Name) is { } besides)
        {
            throw Wrong("ContradictoryNodes", nameof(request.NodeGroup), $"-NodeGroup and {besides} contradict each other: {besides} is about the default node group, which -NodeGroup replaces.", "Leave one of them out; what the parameter says can stand in the node group.");
        }

        if (request.NodeType.FirstOrDefault(static type => !InstanceType().IsMatch(type)) is { } type)
        {
            throw Wrong("InvalidNodeType", nameof(request.NodeType), $"-NodeType '{type}' is not an EC2 instance type.", "Types look like m5.large.");
        }

        (int desired, int min, int max) = NodeGroupSpecification.Sizes(SaidParameters.DefaultGroupSizes(request));
        if (min < 0 || max < 1 || min > desired || desired > max)
        {
            throw Wrong("InvalidNodeCounts", nameof(request.NodeCount), $"The node counts do not fit: {min} at least, {desired} to start with, {max} at most.", "They must rise: -MinNodes, -NodeCount, -MaxNodes, the last 1 or more.");
        }

        if (max > MostNodes)
        {
            throw Wrong("TooManyNodes", nameof(request.MaxNodes), $"{max} nodes are too many for one node group; EKS allows {MostNodes}.", null);
        }

        if (request.NodeDiskSize is { } disk && disk is < SmallestDisk or > LargestDisk)
        {
            throw Wrong("InvalidNodeDiskSize", nameof(request.NodeDiskSize), $"-NodeDiskSize {request.NodeDiskSize} is out of range: {SmallestDisk} to {LargestDisk} GiB.", null);
        }
    }

    /// <summary>Refuses tags that AWS would not take, or that are not the caller's to give.</summary>
    public static void RequireTags(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > MostTags)
        {
            throw Wrong("TooManyTags", nameof(NewClusterRequest.ResourceTags), $"-Tag has {tags.Count} tags; {MostTags} are the most that fit beside EksTools' own.", null);
        }

        if (tags.Keys.GroupBy(static key => key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw Wrong("InvalidTag", nameof(NewClusterRequest.ResourceTags), $"The tags {string.Join(" and ", twice.Select(static key => $"'{key}'"))} differ in case alone, which IAM does not allow.", "Leave one of them out.");
        }

        foreach ((string key, string value) in tags)
        {
            if (key.Length is 0 or > LongestTagKey || value.Length > LongestTagValue)
            {
                throw Wrong("InvalidTag", nameof(NewClusterRequest.ResourceTags), $"The tag '{key}' is too long or empty: keys have 1 to {LongestTagKey} characters, values {LongestTagValue} at most.", null);
            }

            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase) || key.StartsWith("ekstools:", StringComparison.OrdinalIgnoreCase))
            {
                throw Wrong("ReservedTag", nameof(NewClusterRequest.ResourceTags), $"The tag '{key}' begins with a reserved prefix (aws: or ekstools:).", "Choose another key.");
            }

            if (!TagText().IsMatch(key) || !TagText().IsMatch(value))
            {
                throw Wrong("InvalidTag", nameof(NewClusterRequest.ResourceTags), $"The tag '{key}' has a character that IAM does not allow in tags.", "Use letters, digits, spaces and _ . : / = + - @.");
            }
        }
    }

    private static EksToolsException Wrong(string id, string parameter, string message, string? hint) => new(EksErrorKind.Validation, id, message, parameter, hint);

    [GeneratedRegex(@"^1\.[1-9][0-9]$")]
    private static partial Regex MinorVersion();

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\.[a-z0-9-]+$")]
    private static partial Regex InstanceType();

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$")]
    private static partial Regex TagText();
}
