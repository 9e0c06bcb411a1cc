using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes keys of load balancer annotations, whole or without their prefix.</summary>
public sealed class AnnotationCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] keys = [.. Engine.Current.LoadBalancing.Annotations.Select(static one => one.Annotation.Split('{')[0])];
        CompletionResult[] whole = [.. CompletionWords.Matching(keys, wordToComplete)];
        return whole.Length > 0 ? whole : CompletionWords.Matching(keys.Select(static key => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct(StringComparer.Ordinal), wordToComplete);
    }
}

/// <summary>Completes names of security policies.</summary>
public sealed class SslPolicyCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionWords.Matching(Engine.Current.LoadBalancing.SslPolicies, wordToComplete);
}
