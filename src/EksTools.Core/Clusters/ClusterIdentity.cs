using System.Security.Cryptography;
using System.Text;
using EksTools.Errors;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.Clusters;

/// <summary>
/// A cluster of ours by name and region, and how what belongs to it is named and tagged. IAM is global, so role names carry the region:
/// <c>demo</c> in two regions are two clusters.
/// </summary>
internal sealed record ClusterIdentity(string Name, string Region)
{
    public const string ClusterTag = "ekstools:cluster";
    public const string RegionTag = "ekstools:region";
    public const string ComponentTag = "ekstools:component";
    private const int LongestRoleName = 64;
    private const int LongestLaunchTemplateName = 128;

    public string ClusterRoleName => Shorten($"ekstools-{Name}-{Region}-cluster", LongestRoleName);

    public string NodeRoleName => Shorten($"ekstools-{Name}-{Region}-node", LongestRoleName);

    /// <summary>Of nodes with Windows, whose access entry is of another type.</summary>
    public string WindowsNodeRoleName => Shorten($"ekstools-{Name}-{Region}-windows-node", LongestRoleName);

    /// <summary>Of the nodes that EKS Auto Mode starts.</summary>
    public string AutoNodeRoleName => Shorten($"ekstools-{Name}-{Region}-auto-node", LongestRoleName);

    /// <summary>By which Fargate runs pods.</summary>
    public string FargateRoleName => Shorten($"ekstools-{Name}-{Region}-fargate", LongestRoleName);

    /// <summary>
    /// The name that a role for pods has where none was said. No two service accounts or patterns share one: a namespace has no dot, and neither has + or =,
    /// which stand for the * and ? that IAM takes in no role's name.
    /// </summary>
    public string ServiceAccountRoleName(ServiceAccountName serviceAccount) => ServiceAccountRoleName($"{serviceAccount.Namespace}.{serviceAccount.Name}".Replace('*', '+').Replace('?', '='));

    /// <summary>The name of a role for pods.</summary>
    /// <param name="serviceAccount">What tells it from others of the cluster, such as kube-system.aws-node.</param>
    public string ServiceAccountRoleName(string serviceAccount) => Shorten($"ekstools-{Name}-{Region}-{serviceAccount}", LongestRoleName);

    /// <summary>The name of a node group's launch template. No two clusters share one: a cluster's name has no dot.</summary>
    public string LaunchTemplateName(string nodeGroup) =>
        Shorten(nodeGroup == DefaultNodeGroup ? $"ekstools-{Name}-{DefaultNodeGroup}" : $"ekstools-{Name}.{nodeGroup}", LongestLaunchTemplateName);

    /// <summary>The name of the launch template that carries lease and parameters where the cluster role is the caller's. No node group's has a slash.</summary>
    public string RecordTemplateName => Shorten($"ekstools-{Name}/record", LongestLaunchTemplateName);

    /// <summary>The name of the node group that New-EksCluster makes when none is described.</summary>
    public const string DefaultNodeGroup = "default";

    /// <summary>The tags of one component.</summary>
    public Dictionary<string, string> Tags(string component) => new(StringComparer.Ordinal)
    {
        [ClusterTag] = Name,
        [RegionTag] = Region,
        [ComponentTag] = component,
    };

    /// <summary>Whether a resource's tags say that it is this cluster's.</summary>
    public bool Owns(IReadOnlyDictionary<string, string> tags) =>
        tags.TryGetValue(ClusterTag, out string? cluster) && cluster == Name && tags.TryGetValue(RegionTag, out string? region) && region == Region;

    /// <summary>Refuses what cannot be a cluster's name before any call is made.</summary>
    /// <exception cref="EksToolsException">The name breaks EKS's rule.</exception>
    public static void RequireName(string name)
    {
        if (name.Length is 0 or > 100 || !char.IsAsciiLetterOrDigit(name[0]) || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new EksToolsException(
                EksErrorKind.Validation,
                "InvalidClusterName",
                $"'{name}' cannot be the name of an EKS cluster.",
                "ClusterName",
                "Use 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit.");
        }
    }

    /// <summary>The name itself when it fits, or its beginning and a hash of the whole: the same name gives the same result for ever.</summary>
    private static string Shorten(string name, int longest)
    {
        if (name.Length <= longest)
        {
            return name;
        }

        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant()[..10];
        return $"{name[..(longest - hash.Length - 1)]}-{hash}";
    }
}
