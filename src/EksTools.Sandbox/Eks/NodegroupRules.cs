using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EksTools.Sandbox.Protocols;

namespace EksTools.Sandbox.Eks;

/// <summary>What EKS refuses of a node group before it makes anything.</summary>
internal static partial class NodegroupRules
{
    private const int MostLabels = 50, MostTaints = 50;
    private static readonly string[] ReservedPrefixes = ["kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"];

    private static readonly HashSet<string> AmiTypes =
    [
        "AL2_x86_64", "AL2_x86_64_GPU", "AL2_ARM_64", "CUSTOM", "BOTTLEROCKET_ARM_64", "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64_FIPS", "BOTTLEROCKET_x86_64_FIPS", "BOTTLEROCKET_ARM_64_NVIDIA",
        "BOTTLEROCKET_x86_64_NVIDIA", "BOTTLEROCKET_ARM_64_NVIDIA_FIPS", "BOTTLEROCKET_x86_64_NVIDIA_FIPS", "WINDOWS_CORE_2019_x86_64", "WINDOWS_FULL_2019_x86_64", "WINDOWS_CORE_2022_x86_64",
        "WINDOWS_FULL_2022_x86_64", "WINDOWS_CORE_2025_x86_64", "WINDOWS_FULL_2025_x86_64", "AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "AL2023_x86_64_NEURON", "AL2023_x86_64_NVIDIA",
        "AL2023_ARM_64_NVIDIA",
    ];

    /// <summary>Refuses what the request says wrongly of image, labels, taints or updates.</summary>
    public static void Check(JsonObject body, Func<string, AwsException> refuse)
    {
        if (body.String("amiType") is { } ami && !AmiTypes.Contains(ami))
        {
            throw refuse($"{ami} is not a valid amiType.");
        }

        var labels = body.Map("labels");
        if (labels.Count > MostLabels || (body.Objects("taints")?.Count ?? 0) > MostTaints)
        {
            throw refuse($"A node group has at most {MostLabels} labels and {MostTaints} taints.");
        }

        CheckLabels(labels, refuse);
        if (body.Object("updateConfig") is { } update)
        {
            CheckUpdate(update, refuse);
        }
    }

    /// <summary>Refuses labels that nodes cannot have.</summary>
    public static void CheckLabels(IReadOnlyDictionary<string, string> labels, Func<string, AwsException> refuse)
    {
        foreach (var (key, value) in labels)
        {
            if (ReservedPrefixes.Any(prefix => key.Contains(prefix, StringComparison.Ordinal)))
            {
                throw refuse($"Label cannot contain reserved prefixes [{string.Join(", ", ReservedPrefixes)}]");
            }

            if (key.Length is 0 or > 63 || value.Length is 0 or > 63 || !LabelValue().IsMatch(value))
            {
                throw refuse($"Invalid value: {value} : field must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
            }
        }
    }

    /// <summary>Refuses a number of nodes that may be away during an update.</summary>
    public static void CheckUpdate(JsonObject update, Func<string, AwsException> refuse)
    {
        var (count, share) = (update.Number("maxUnavailable"), update.Number("maxUnavailablePercentage"));
        if ((count is null) == (share is null) || count is < 1 or > 100 || share is < 1 or > 100)
        {
            throw refuse("updateConfig takes either maxUnavailable or maxUnavailablePercentage, 1 to 100.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")]
    private static partial Regex LabelValue();
}
