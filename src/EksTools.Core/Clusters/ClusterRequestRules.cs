using System.Text.RegularExpressions;
using EksTools.Clusters;
using EksTools.Core.ClusterAddons;
using EksTools.Core.Nodes;
using EksTools.Errors;

namespace EksTools.Core.Clusters;

/// <summary>What can be refused by looking at the request alone: one sentence each, before any call.</summary>
internal static partial class ClusterRequestRules
{
    // Of the fifty that IAM allows on a role, the cluster role needs twenty for the parameters and the lease.
    private const int MostTags = 30;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>The control plane's log types, as EKS spells them.</summary>
    public static IReadOnlyList<string> LogTypes { get; } = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

    /// <summary>By what EKS lets people in.</summary>
    public static IReadOnlyList<string> AuthenticationModes { get; } = ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"];

    /// <summary>Refuses a time that nothing can be done in, or that no clock counts.</summary>
    public static void RequireTimeout(TimeSpan timeout)
    {
        if (timeout < ShortestTimeout || timeout > LongestTimeout)
        {
            throw Wrong("InvalidTimeout", "Timeout", $"-Timeout {timeout:g} is out of range: a second to a day.", "Write hours, minutes and seconds, such as 00:40:00: a bare number counts ten-millionths of a second.");
        }
    }

    public static void Require(NewClusterRequest request) => Of(request).Require();

    /// <summary>Every rule that a request has to keep.</summary>
    public static IEnumerable<Action> Of(NewClusterRequest request) =>
    [
        () => ClusterIdentity.RequireName(request.Name),
        () => RequireVersion(request.KubernetesVersion),
        .. NetworkRequestRules.Of(request),
        .. ControlPlaneRules.Of(request),
        () => RoleRules.Require(request),
        .. AddonRules.Of(request),
        () => RequireTags(request.ResourceTags),
        .. NodeRequestRules.Of(request),
        () => RequireTimeout(request.Timeout),
        () => RequireLogTypes(request.LogType),
        () => RequireAuthenticationMode(request.AuthenticationMode),
    ];

    private static void RequireVersion(string? version)
    {
        if (version is not null && !MinorVersion().IsMatch(version))
        {
            throw Wrong("InvalidKubernetesVersion", nameof(NewClusterRequest.KubernetesVersion), $"-KubernetesVersion '{version}' is not a minor version.", "Write it as 1.34.");
        }
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
        if (mode is not null && !AuthenticationModes.Contains(mode, StringComparer.OrdinalIgnoreCase))
        {
            throw Wrong("InvalidAuthenticationMode", nameof(NewClusterRequest.AuthenticationMode), $"-AuthenticationMode '{mode}' is not API, API_AND_CONFIG_MAP or CONFIG_MAP.", null);
        }
    }

    /// <summary>Refuses tags that AWS would not take, or that are not the caller's to give.</summary>
    public static void RequireTags(IReadOnlyDictionary<string, string> tags) => TagRules.Require(tags, "-Tag", MostTags);

    private static EksToolsException Wrong(string id, string parameter, string message, string? hint) => new(EksErrorKind.Validation, id, message, parameter, hint);

    [GeneratedRegex(@"^1\.[1-9][0-9]$")]
    private static partial Regex MinorVersion();

}
