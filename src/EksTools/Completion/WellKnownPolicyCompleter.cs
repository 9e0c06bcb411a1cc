using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes the names of well-known policies.</summary>
public sealed class WellKnownPolicyCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionWords.Matching(Engine.Current.WorkloadIdentity.WellKnownPolicyNames, wordToComplete);
}
