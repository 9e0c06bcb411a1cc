using System.Reflection;
using Amazon.EKS;

namespace EksTools.Core.Nodes;

/// <summary>An image's operating system.</summary>
internal enum NodeSystem
{
    AmazonLinux2023,
    AmazonLinux2,
    Bottlerocket,
    Windows,
}

/// <summary>What an AMI type of EKS says of its nodes (https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html).</summary>
internal static class AmiFamily
{
    // An image of one's own needs a launch template of one's own.
    private static readonly string[] Values =
    [
        .. typeof(AMITypes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => field.GetValue(null)).OfType<AMITypes>().Select(static type => type.Value).Where(static type => type != AMITypes.CUSTOM.Value).Order(StringComparer.Ordinal),
    ];

    /// <summary>The AMI types whose images are EKS's.</summary>
    public static IReadOnlyList<string> Names => Values;

    /// <summary>The AMI type as EKS spells it; null when it is none of these.</summary>
    public static string? Find(string text) => Values.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase));

    public static NodeSystem SystemOf(string amiType) => amiType switch
    {
        _ when amiType.StartsWith("WINDOWS_", StringComparison.Ordinal) => NodeSystem.Windows,
        _ when amiType.StartsWith("BOTTLEROCKET_", StringComparison.Ordinal) => NodeSystem.Bottlerocket,
        _ when amiType.StartsWith("AL2_", StringComparison.Ordinal) => NodeSystem.AmazonLinux2,
        _ => NodeSystem.AmazonLinux2023,
    };

    /// <summary>As EC2 calls it: arm64 or x86_64.</summary>
    public static string ArchitectureOf(string amiType) => amiType.Contains("ARM_64", StringComparison.Ordinal) ? "arm64" : "x86_64";

    public static bool IsForNvidia(string amiType) => amiType.Contains("NVIDIA", StringComparison.Ordinal) || amiType == AMITypes.AL2_x86_64_GPU.Value;

    public static bool IsForNeuron(string amiType) => amiType.Contains("NEURON", StringComparison.Ordinal);

    /// <summary>The least that the volume of <see cref="DataDevice"/> holds, in GiB: the image's own snapshot.</summary>
    public static int SmallestDisk(NodeSystem system) => system == NodeSystem.Windows ? 50 : 20;

    /// <summary>The device that pods and their images are on: that of the root, but for Bottlerocket, whose root holds the system alone.</summary>
    public static string DataDevice(NodeSystem system) => system switch
    {
        NodeSystem.Bottlerocket => "/dev/xvdb",
        NodeSystem.Windows => "/dev/sda1",
        _ => "/dev/xvda",
    };

    /// <summary>The device of the system where it is not <see cref="DataDevice"/>; null otherwise.</summary>
    public static string? SystemDevice(NodeSystem system) => system == NodeSystem.Bottlerocket ? "/dev/xvda" : null;
}
