using System.IO.Enumeration;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>Which pods Fargate profiles take.</summary>
internal static class FargateCoverage
{
    private static readonly Dictionary<string, string> CoreDnsLabels = new(StringComparer.Ordinal) { ["k8s-app"] = "kube-dns", ["eks.amazonaws.com/component"] = "coredns" };

    /// <summary>Whether every pod of kube-system runs on Fargate by a profile.</summary>
    public static bool RunsSystemPods(FargateProfileOptions profile) => profile.Selector.Any(static selector => selector.Label.Count == 0 && TakesSystemNamespace(selector));

    /// <summary>Whether the pods of coredns run on Fargate, given leave to.</summary>
    public static bool RunsCoreDns(IReadOnlyList<FargateProfileOptions> profiles) => profiles.Any(static profile => profile.Selector.Any(static selector =>
        TakesSystemNamespace(selector) && selector.Label.All(static pair => CoreDnsLabels.GetValueOrDefault(pair.Key) == pair.Value)));

    private static bool TakesSystemNamespace(FargateSelector selector) => FileSystemName.MatchesSimpleExpression(selector.Namespace, "kube-system", ignoreCase: false);
}
