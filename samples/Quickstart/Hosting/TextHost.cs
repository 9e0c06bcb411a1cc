using System.Globalization;
using System.Management.Automation.Host;

namespace EksTools.Quickstart.Hosting;

/// <summary>A PowerShell host that writes plain text: what a console host shows, without a console.</summary>
public sealed class TextHost(TextWriter output, TextWriter error, bool showProgress = true) : PSHost
{
    /// <inheritdoc/>
    public override string Name => "EksTools quickstart";

    /// <inheritdoc/>
    public override Version Version => new(1, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.GetCultureInfo("en-US");

    /// <inheritdoc/>
    public override PSHostUserInterface UI { get; } = new TextUserInterface(output, error, showProgress);

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no prompt.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("This host has no prompt.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
        // Native programs write to the process's own streams, which this host does not own.
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
        // See NotifyBeginApplication.
    }

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <summary>What the script gave to <c>exit</c>; null when it did not.</summary>
    public int? ExitCode { get; private set; }
}
