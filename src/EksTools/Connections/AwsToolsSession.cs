using System.Management.Automation;

namespace EksTools.Connections;

/// <summary>The defaults that AWS.Tools keeps in the session: Set-AWSCredential and Set-DefaultAWSRegion.</summary>
internal sealed record AwsToolsSession(AwsKeySource? Credential, string? Region)
{
    private object? Stored { get; init; }

    /// <param name="cmdlet">Whose session.</param>
    /// <param name="before">What was read for the record before; its source of keys is taken over while the session's default is the same.</param>
    public static AwsToolsSession Read(PSCmdlet cmdlet, AwsToolsSession? before)
    {
        PSVariableIntrinsics variables = cmdlet.SessionState.PSVariable;
        object? stored = variables.GetValue("StoredAWSCredentials");
        string? region = variables.GetValue("StoredAWSRegion")?.ToString();
        AwsKeySource? source = stored is null ? null : before is not null && ReferenceEquals(before.Stored, stored) ? before.Credential : ToKeySource(cmdlet, stored);
        return new AwsToolsSession(source, string.IsNullOrEmpty(region) ? null : region) { Stored = stored };
    }

    private static AwsKeySource ToKeySource(PSCmdlet cmdlet, object stored) =>
        CredentialBridge.ToKeySource(AskAwsTools(cmdlet) ?? stored, "$StoredAWSCredentials");

    /// <summary>Get-AWSCredential is the public way to what the variable hides. AWS.Tools is never imported for it.</summary>
    private static object? AskAwsTools(PSCmdlet cmdlet)
    {
        CommandInfo? command = cmdlet.InvokeCommand.GetCommand("AWS.Tools.Common\\Get-AWSCredential", CommandTypes.Cmdlet | CommandTypes.Function);
        if (command?.Module is null)
        {
            return null;
        }

        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        foreach (PSObject? found in shell.AddCommand(command).Invoke())
        {
            return found?.BaseObject;
        }

        return null;
    }
}
