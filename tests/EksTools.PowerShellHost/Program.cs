using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EksTools.Quickstart.Hosting;

// pwsh [-NoLogo] [-NoProfile] [-NonInteractive] -Command WORDS... : all that follows -Command is joined with spaces and parsed, as pwsh does.
int command = Array.FindIndex(args, static arg => string.Equals(arg, "-Command", StringComparison.OrdinalIgnoreCase));
if (command < 0 || args[..command].FirstOrDefault(static arg => arg is not ("-NoLogo" or "-NoProfile" or "-NonInteractive")) is { } unknown)
{
    await Console.Error.WriteLineAsync("usage: pwsh [-NoLogo] [-NoProfile] [-NonInteractive] -Command WORDS...");
    return 64;
}

InitialSessionState state = InitialSessionState.CreateDefault2();
if (OperatingSystem.IsWindows())
{
    state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
}

TextHost host = new(Console.Out, Console.Error, showProgress: false);
using Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
runspace.Open();
using PowerShell shell = PowerShell.Create(runspace);
shell.AddScript("$PSStyle.OutputRendering = 'PlainText'").Invoke();
shell.Commands.Clear();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    shell.BeginStop(null, null);
};
shell.AddScript(string.Join(' ', args[(command + 1)..])).AddCommand("Out-Default");
shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
try
{
    shell.Invoke();
    return host.ExitCode ?? (shell.HadErrors ? 1 : 0);
}
catch (PipelineStoppedException)
{
    return 130;
}
catch (RuntimeException exception)
{
    await Console.Error.WriteLineAsync(exception.ErrorRecord.ErrorDetails?.Message ?? exception.Message);
    return host.ExitCode ?? 1;
}
