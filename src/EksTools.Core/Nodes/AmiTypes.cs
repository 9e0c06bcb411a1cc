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
    public static async Task<AMITypes> ForAsync(AwsAccount account, NodeGroupOptions group, CancellationToken cancellationToken) =>
        group.AmiType is { } asked ? AMITypes.FindValue(asked) : await SuitingAsync(account, NodeGroupSpecification.InstanceTypesOf(group)[0], cancellationToken);

    private static async Task<AMITypes> SuitingAsync(AwsAccount account, string instanceType, CancellationToken cancellationToken)
    {
        DescribeInstanceTypesResponse answer = await account.Ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = [instanceType] }, cancellationToken);
        InstanceTypeInfo type = answer.InstanceTypes?.FirstOrDefault()
            ?? throw new EksToolsException(EksErrorKind.Validation, "InstanceTypeNotOffered", $"EC2 does not know the instance type '{instanceType}' in {account.Region}.", "NodeType");
        bool arm = type.ProcessorInfo?.SupportedArchitectures?.Contains("arm64") == true;
        bool nvidia = type.GpuInfo?.Gpus?.Any(static gpu => gpu.Manufacturer == "NVIDIA") == true;
        bool neuron = type.NeuronInfo?.NeuronDevices?.Count > 0 || type.InferenceAcceleratorInfo?.Accelerators?.Count > 0;
        return (arm, nvidia, neuron) switch
        {
            (true, true, _) => AMITypes.AL2023_ARM_64_NVIDIA,
            (true, _, _) => AMITypes.AL2023_ARM_64_STANDARD,
            (_, true, _) => AMITypes.AL2023_x86_64_NVIDIA,
            (_, _, true) => AMITypes.AL2023_x86_64_NEURON,
            _ => AMITypes.AL2023_x86_64_STANDARD,
        };
    }
}
