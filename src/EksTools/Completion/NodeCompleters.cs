using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EksTools.Connections;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes the EC2 instance types that the region offers.</summary>
public sealed class InstanceTypeCompleter : LookupCompleter
{
    internal override Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken) =>
        Engine.Current.Nodes.ListInstanceTypesAsync(connection, cancellationToken);
}

/// <summary>Completes EKS's AMI types.</summary>
public sealed class AmiTypeCompleter : IArgumentCompleter
{
    private static readonly string[] Types =
    [
        "AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "AL2023_x86_64_NVIDIA", "AL2023_ARM_64_NVIDIA", "AL2023_x86_64_NEURON",
        "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64", "BOTTLEROCKET_x86_64_FIPS", "BOTTLEROCKET_ARM_64_FIPS",
        "BOTTLEROCKET_x86_64_NVIDIA", "BOTTLEROCKET_ARM_64_NVIDIA", "BOTTLEROCKET_x86_64_NVIDIA_FIPS", "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
        "WINDOWS_CORE_2025_x86_64", "WINDOWS_FULL_2025_x86_64", "WINDOWS_CORE_2022_x86_64", "WINDOWS_FULL_2022_x86_64", "WINDOWS_CORE_2019_x86_64", "WINDOWS_FULL_2019_x86_64",
        "AL2_x86_64", "AL2_x86_64_GPU", "AL2_ARM_64",
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionWords.Matching(Types, wordToComplete);
}
