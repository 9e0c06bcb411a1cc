using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EksTools.Access;
using EksTools.Hosting;

namespace EksTools.Completion;

/// <summary>Completes the names of contexts and of EKS clusters that the kubeconfig holds.</summary>
public sealed class KubeconfigCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        try
        {
            KubeconfigNames names = Engine.Current.Access.ListKubeconfigNames(fakeBoundParameters["Path"] is { } path ? Resolve(path.ToString()!) : null);
            return CompletionWords.Matching(string.Equals(parameterName, "Alias", StringComparison.OrdinalIgnoreCase) ? names.Contexts : names.Clusters, wordToComplete).ToArray();
        }
        catch (Exception)
        {
            // Whatever fails here completes nothing; the cmdlet itself will say why.
            return [];
        }
    }

    /// <summary>A completer has no session state of its own; a nested pipeline knows the current location.</summary>
    private static string Resolve(string path)
    {
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$args[0] | ForEach-Object { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($_) }").AddArgument(path).Invoke<string>().First();
    }
}
