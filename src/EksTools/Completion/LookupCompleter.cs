using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EksTools.Connections;

namespace EksTools.Completion;

/// <summary>Completes what AWS or a cluster must be asked for. Gives up after two seconds: a completion must not hang the prompt.</summary>
public abstract class LookupCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        try
        {
            (object? stored, string? region) = ReadSession();
            object? credential = fakeBoundParameters["Credential"];
            AwsConnection connection = new()
            {
                ProfileLocation = Bound(fakeBoundParameters, "ProfileLocation"),
                Credential = credential is null ? null : CredentialBridge.ToKeySource(credential, "-Credential"),
                SessionCredential = stored is null ? null : CredentialBridge.ToKeySource(stored, "$StoredAWSCredentials"),
                SessionRegion = region,
                ProfileName = Bound(fakeBoundParameters, "ProfileName"),
                AccessKey = Bound(fakeBoundParameters, "AccessKey"),
                SecretKey = Bound(fakeBoundParameters, "SecretKey"),
                SessionToken = Bound(fakeBoundParameters, "SessionToken"),
                Region = Bound(fakeBoundParameters, "Region"),
                EndpointUrl = Uri.TryCreate(Bound(fakeBoundParameters, "EndpointUrl"), UriKind.Absolute, out Uri? url) ? url : null,
            };
            using CancellationTokenSource patience = new(Patience);
            IReadOnlyList<string> names = Task.Run(() => ListAsync(connection, fakeBoundParameters, patience.Token)).WaitAsync(Patience).GetAwaiter().GetResult();
            return CompletionWords.Matching(names, wordToComplete).ToArray();
        }
        catch (Exception)
        {
            // Whatever fails here (no credentials, no network, too slow) completes nothing; the cmdlet itself will say why.
            return [];
        }
    }

    /// <summary>AWS.Tools' session defaults. A completer has no session state of its own; a nested pipeline reads it.</summary>
    private static (object? Credentials, string? Region) ReadSession()
    {
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        PSObject?[] values = [.. shell.AddScript("$global:StoredAWSCredentials, $global:StoredAWSRegion").Invoke()];
        return values is [var credentials, var region] ? (credentials?.BaseObject, region?.ToString()) : (null, null);
    }

    /// <summary>What there is.</summary>
    /// <param name="connection">Whom to ask.</param>
    /// <param name="parameters">What stands on the command line already.</param>
    /// <param name="cancellationToken">Ends when it takes too long.</param>
    internal abstract Task<IReadOnlyList<string>> ListAsync(AwsConnection connection, IDictionary parameters, CancellationToken cancellationToken);

    /// <summary>A parameter that stands on the command line already.</summary>
    internal static string? Bound(IDictionary parameters, string name) => (parameters[name] is object[] values ? values.FirstOrDefault() : parameters[name])?.ToString();
}
