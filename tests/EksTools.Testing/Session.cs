using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EksTools.Quickstart.Hosting;

namespace EksTools.Testing;

/// <summary>A PowerShell session in the real engine with the built module imported.</summary>
public sealed class Session : IDisposable
{
    private readonly Runspace runspace;
    private readonly StringWriter screen = new();

    static Session() => new PacedClock(PacedClock.TestPace).Use();

    /// <summary>Opens it, with the module imported unless told otherwise.</summary>
    public Session(bool import = true)
    {
        runspace = RunspaceFactory.CreateRunspace(new TextHost(screen, screen, showProgress: false), InitialSessionState.CreateDefault2());
        runspace.Open();

        // The file system's drives are those that the machine tells at that moment; with mounts coming and going beside it the root has been missed.
        if (!OperatingSystem.IsWindows() && runspace.SessionStateProxy.Drive.GetAll().All(static drive => drive.Name != "/"))
        {
            runspace.SessionStateProxy.Drive.New(new PSDriveInfo("/", runspace.SessionStateProxy.Provider.GetOne("FileSystem"), "/", string.Empty, null), "global");
        }

        Run("$PSStyle.OutputRendering = 'PlainText'");
        if (import)
        {
            Run($"Import-Module '{BuiltModule.Manifest}' -ErrorAction Stop");
        }
    }

    /// <summary>What the host was told to show: tables, and what a stopped command leaves as its last word.</summary>
    public string Screen => screen.ToString();

    /// <summary>Runs a script and collects every stream.</summary>
    public Answer Run(string script, params object?[] arguments)
    {
        using PowerShell shell = Create(script, arguments);
        Exception? thrown = null;
        PSDataCollection<PSObject> output = [];
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException exception)
        {
            thrown = exception;
        }

        return new Answer([.. output], [.. shell.Streams.Error], [.. shell.Streams.Warning.Select(static record => record.Message)], [.. shell.Streams.Verbose.Select(static record => record.Message)], [.. shell.Streams.Progress], thrown);
    }

    /// <summary>Runs a script through the formatter and returns what a user would read.</summary>
    public string Show(string script)
    {
        screen.GetStringBuilder().Clear();
        using PowerShell shell = Create(script, []);
        shell.AddCommand("Out-Default");
        shell.Invoke();
        return Screen;
    }

    /// <summary>A script that the test runs by itself, to stop it.</summary>
    public PowerShell Create(string script, params object?[] arguments)
    {
        PowerShell shell = PowerShell.Create(runspace).AddScript(script);
        foreach (object? argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runspace.Dispose();
        screen.Dispose();
    }
}

/// <summary>What a script wrote, stream by stream.</summary>
public sealed record Answer(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<ProgressRecord> Progress,
    Exception? Thrown)
{
    /// <summary>The output, after making sure that nothing failed.</summary>
    public IReadOnlyList<PSObject> Good()
    {
        Assert.Null(Thrown);
        Assert.True(Errors.Count == 0, string.Join('\n', Errors.Select(static error => error.ToString())));
        return Output;
    }
}
