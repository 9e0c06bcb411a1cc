using Amazon.EC2.Model;

namespace EksTools.Core.Clusters.Removal;

/// <summary>The network interfaces that EKS makes for a control plane, by what it writes into them (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).</summary>
internal static class ControlPlaneInterface
{
    public const string Prefix = "Amazon EKS ";

    /// <summary>The clusters whose control planes have some of these, which tell of clusters too that this principal may not describe.</summary>
    public static IReadOnlyList<string> ClustersOf(IEnumerable<NetworkInterface> interfaces) =>
        [.. interfaces.Select(ClusterOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The cluster whose control plane has an interface; null for another's.</summary>
    public static string? ClusterOf(NetworkInterface item) => item.Description is { } text && text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length > Prefix.Length ? text[Prefix.Length..] : null;
}
