using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EksTools.Quickstart.Hosting;

/// <summary>Writes to two text writers, prompts for nothing, and shows progress as a line whenever its stage changes.</summary>
internal sealed class TextUserInterface(TextWriter output, TextWriter error, bool showProgress) : PSHostUserInterface
{
    private readonly object gate = new();
    private string stage = string.Empty;

    public override PSHostRawUserInterface RawUI { get; } = new TextRawUserInterface();

    public override void Write(string value) => Put(output, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Put(output, value);

    public override void WriteLine(string value) => Put(output, value + Environment.NewLine);

    public override void WriteDebugLine(string message) => Put(output, $"DEBUG: {message}{Environment.NewLine}");

    public override void WriteVerboseLine(string message) => Put(output, $"VERBOSE: {message}{Environment.NewLine}");

    public override void WriteWarningLine(string message) => Put(output, $"WARNING: {message}{Environment.NewLine}");

    public override void WriteErrorLine(string value) => Put(error, value + Environment.NewLine);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        string line = $"  [{record.PercentComplete,3}%] {record.StatusDescription}";
        lock (gate)
        {
            if (!showProgress || record.RecordType == ProgressRecordType.Completed || record.StatusDescription == stage)
            {
                return;
            }

            stage = record.StatusDescription;
            output.WriteLine(line);
        }
    }

    public override string ReadLine() => throw Unattended();

    public override SecureString ReadLineAsSecureString() => throw Unattended();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw Unattended();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Unattended();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Unattended();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Unattended();

    private static HostException Unattended() => new("Nobody is there to answer: the script runs unattended.");

    private void Put(TextWriter writer, string text)
    {
        lock (gate)
        {
            writer.Write(text);
            writer.Flush();
        }
    }
}
