using Amazon.EC2.Model;
using Amazon.EKS;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Errors;
using EksTools.Nodes;

namespace EksTools.Core.Nodes;

/// <summary>Which of EKS's images a node group has: the one that was asked for, or the Amazon Linux 2023 image that suits its instance types.</summary>
internal static class AmiTypes
{
    // Since when EKS makes images of a release, or until when it did: https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html and eks-ami-versions-windows.html, which has no table of Windows Server 2025 before 1.35
    private const int LastMinorOfAmazonLinux2 = 32, FirstMinorOfWindows2025 = 35;

    /// <summary>Chooses the image.</summary>
    /// <exception cref="EksToolsException">EC2 does not know a type, or the types need different images, or another than was asked for.</exception>
    public static async Task<AMITypes> ForAsync(AwsAccount account, NodeGroupOptions group, string kubernetesVersion, CancellationToken cancellationToken)
    {
        IReadOnlyList<InstanceTypeInfo> types = await ReadAsync(account, NodeGroupSpecification.InstanceTypesOf(group), cancellationToken);
        string[] architectures = [.. types.Select(Architecture).Distinct()];
        if (architectures.Length > 1)
        {
            throw Wrong("InstanceTypesDiffer", $"The instance types {string.Join(", ", types.Select(static type => $"{type.InstanceType} ({Architecture(type)})"))} of node group '{group.Name}' are of different architectures, and a node group has one image.", "Make a node group for each.");
        }

        if (group.AmiType is { } asked)
        {
            RequireFit(asked, types, group, kubernetesVersion);
            return AMITypes.FindValue(asked);
        }

        AMITypes[] suiting = [.. types.Select(Suiting).Distinct()];
        return suiting.Length == 1 ? suiting[0] : throw Wrong("InstanceTypesDiffer", $"The instance types {string.Join(", ", types.Select(static type => $"{type.InstanceType} ({Suiting(type).Value})"))} of node group '{group.Name}' want different images, and a node group has one.", "Make a node group for each, or say which AmiType suits all.");
    }

    private static async Task<IReadOnlyList<InstanceTypeInfo>> ReadAsync(AwsAccount account, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        DescribeInstanceTypesResponse answer = await account.Ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = [.. names.Distinct(StringComparer.Ordinal)] }, cancellationToken);
        List<InstanceTypeInfo> types = answer.InstanceTypes ?? [];
        return names.FirstOrDefault(name => !types.Exists(type => type.InstanceType == name)) is { } unknown
            ? throw new EksToolsException(EksErrorKind.Validation, "InstanceTypeNotOffered", $"EC2 does not know the instance type '{unknown}' in {account.Region}.", "NodeType")
            : [.. names.Select(name => types.Find(type => type.InstanceType == name)!)];
    }

    private static void RequireFit(string asked, IReadOnlyList<InstanceTypeInfo> types, NodeGroupOptions group, string kubernetesVersion)
    {
        if (types.FirstOrDefault(type => Architecture(type) != AmiFamily.ArchitectureOf(asked)) is { } other)
        {
            throw Wrong("AmiTypeUnfit", $"The image {asked} of node group '{group.Name}' is for {AmiFamily.ArchitectureOf(asked)}, and {other.InstanceType} is {Architecture(other)}.", "Choose an AMI type or instance types of the other architecture, or leave the AMI type out.");
        }

        if ((AmiFamily.IsForNvidia(asked) ? types.FirstOrDefault(static type => !HasNvidia(type)) : AmiFamily.IsForNeuron(asked) ? types.FirstOrDefault(static type => !HasNeuron(type)) : null) is { } without)
        {
            throw Wrong("AmiTypeUnfit", $"The image {asked} of node group '{group.Name}' is for {(AmiFamily.IsForNvidia(asked) ? "NVIDIA GPUs" : "Neuron devices")}, and {without.InstanceType} has none.", "Choose other instance types, or leave the AMI type out.");
        }

        int minor = int.Parse(kubernetesVersion.AsSpan(kubernetesVersion.IndexOf('.', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture);
        if (AmiFamily.SystemOf(asked) == NodeSystem.AmazonLinux2 && minor > LastMinorOfAmazonLinux2)
        {
            throw Wrong("AmiTypeUnfit", $"EKS makes no image {asked} for Kubernetes {kubernetesVersion}: 1.{LastMinorOfAmazonLinux2} was the last with Amazon Linux 2.", "Choose an image of Amazon Linux 2023 or Bottlerocket.");
        }

        if (asked.Contains("_2025_", StringComparison.Ordinal) && minor < FirstMinorOfWindows2025)
        {
            throw Wrong("AmiTypeUnfit", $"EKS makes no image {asked} for Kubernetes {kubernetesVersion}: 1.{FirstMinorOfWindows2025} is the first with Windows Server 2025.", "Choose Windows Server 2022, or a later -KubernetesVersion.");
        }
    }

    private static AMITypes Suiting(InstanceTypeInfo type) => (Architecture(type) == "arm64", HasNvidia(type), HasNeuron(type)) switch
    {
        (true, true, _) => AMITypes.AL2023_ARM_64_NVIDIA,
        (true, _, _) => AMITypes.AL2023_ARM_64_STANDARD,
        (_, true, _) => AMITypes.AL2023_x86_64_NVIDIA,
        (_, _, true) => AMITypes.AL2023_x86_64_NEURON,
        _ => AMITypes.AL2023_x86_64_STANDARD,
    };

    private static string Architecture(InstanceTypeInfo type) => type.ProcessorInfo?.SupportedArchitectures?.Contains("arm64") == true ? "arm64" : "x86_64";

    private static bool HasNvidia(InstanceTypeInfo type) => type.GpuInfo?.Gpus?.Any(static gpu => gpu.Manufacturer == "NVIDIA") == true;

    private static bool HasNeuron(InstanceTypeInfo type) => type.NeuronInfo?.NeuronDevices?.Count > 0 || type.InferenceAcceleratorInfo?.Accelerators?.Count > 0;

    private static EksToolsException Wrong(string id, string message, string hint) => new(EksErrorKind.Validation, id, message, "NodeType", hint);
}
