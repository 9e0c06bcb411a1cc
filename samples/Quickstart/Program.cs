using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using EksTools.Quickstart.Hosting;
using EksTools.Sandbox;

// Time runs so much faster in the sandbox: its nine minutes for a control plane are under four seconds here.
const double Speed = 150;
string module = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "ModuleOutput").Value!;
string script = Path.Combine(AppContext.BaseDirectory, "quickstart.ps1");
string folder = Directory.CreateTempSubdirectory("ekstools-quickstart-").FullName;
Stopwatch watch = Stopwatch.StartNew();
try
{
    await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = Speed }, CancellationToken.None);
    foreach ((string name, string value) in sandbox.Environment)
    {
        Environment.SetEnvironmentVariable(name, value);
    }

    Console.WriteLine($"The sandbox stands in for AWS at {sandbox.Endpoint}.");
    bool done = Run(Path.Combine(module, "EksTools.psd1"), Path.Combine(folder, "kubeconfig"));
    Console.WriteLine($"{(done ? "Done" : "Failed")} after {watch.Elapsed.TotalSeconds:0.0} seconds.");
    return done ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

bool Run(string manifest, string kubeconfig)
{
    InitialSessionState state = InitialSessionState.CreateDefault2();
    if (OperatingSystem.IsWindows())
    {
        state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
    }

    using Runspace runspace = RunspaceFactory.CreateRunspace(new TextHost(Console.Out, Console.Error), state);
    runspace.Open();
    using PowerShell shell = PowerShell.Create(runspace);
    shell.AddScript("$PSStyle.OutputRendering = 'PlainText'").Invoke();
    shell.Commands.Clear();
    shell.AddCommand(script).AddParameter("ModulePath", manifest).AddParameter("Kubeconfig", kubeconfig).AddCommand("Out-Default");
    try
    {
        shell.Invoke();
        return true;
    }
    catch (RuntimeException exception)
    {
        ErrorRecord error = exception.ErrorRecord;
        Console.Error.WriteLine($"{error.ErrorDetails?.Message ?? exception.Message} {error.ErrorDetails?.RecommendedAction}".TrimEnd());
        return false;
    }
}
