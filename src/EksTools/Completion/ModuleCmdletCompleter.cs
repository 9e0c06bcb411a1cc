using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;

namespace EksTools.Completion;

/// <summary>The names of the module's cmdlets.</summary>
internal static class ModuleCmdlets
{
    /// <summary>In order.</summary>
    public static string[] Names { get; } = [.. typeof(ModuleCmdlets).Assembly.GetExportedTypes().Select(static type => type.GetCustomAttribute<CmdletAttribute>()).OfType<CmdletAttribute>().Select(static name => $"{name.VerbName}-{name.NounName}").Order(StringComparer.Ordinal)];
}

/// <summary>Completes the names of the module's cmdlets.</summary>
public sealed class ModuleCmdletCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionWords.Matching(ModuleCmdlets.Names, wordToComplete);
}
