using System.Text.RegularExpressions;

namespace EksTools.Core.Nodes;

/// <summary>What EKS takes for a node's labels (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set, in 63 characters with the prefix).</summary>
internal static partial class NodeLabel
{
    private const int Longest = 63;

    // The kubelet may not give its own node such labels, and so EKS refuses them: https://github.com/aws/containers-roadmap/issues/1451
    private static readonly string[] ReservedPrefixes = ["kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"];

    /// <summary>The reserved prefix that a key contains; null when there is none.</summary>
    public static string? ReservedPrefix(string key) => ReservedPrefixes.FirstOrDefault(prefix => key.Contains(prefix, StringComparison.OrdinalIgnoreCase));

    public static bool IsKey(string key) => key.Length is > 0 and <= Longest && Key().IsMatch(key);

    public static bool IsValue(string value) => value.Length is > 0 and <= Longest && Value().IsMatch(value);

    [GeneratedRegex(@"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")]
    private static partial Regex Key();

    [GeneratedRegex("^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")]
    private static partial Regex Value();
}
