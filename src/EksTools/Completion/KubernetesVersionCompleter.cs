using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EksTools.Completion;

/// <summary>Completes Kubernetes versions that EKS offered when this module was released; DescribeClusterVersions has the last word.</summary>
public sealed class KubernetesVersionCompleter : IArgumentCompleter
{
    private static readonly string[] Versions = ["1.35", "1.34", "1.33", "1.32", "1.31"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionWords.Matching(Versions, wordToComplete);
}
