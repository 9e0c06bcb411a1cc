using System.Reflection;

namespace EksTools.Testing;

/// <summary>Where the build left what is tested.</summary>
public static class BuiltModule
{
    /// <summary>The module's folder, as shipped.</summary>
    public static string Folder { get; } = Path.TrimEndingDirectorySeparator(Metadata("ModuleOutput"));

    /// <summary>The module's manifest.</summary>
    public static string Manifest => Path.Combine(Folder, "EksTools.psd1");

    /// <summary>The stand-in for pwsh: the real engine behind pwsh's command line.</summary>
    public static string PowerShell { get; } = Path.Combine(Metadata("PowerShellHost"), OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");

    /// <summary>The process that runs one job of the engine, to be killed.</summary>
    public static string JobHost { get; } = Path.Combine(Metadata("JobHostFolder"), OperatingSystem.IsWindows() ? "job-host.exe" : "job-host");

    /// <summary>The stand-in for helm.</summary>
    public static string Helm { get; } = Path.Combine(Metadata("HelmStandInFolder"), OperatingSystem.IsWindows() ? "helm.exe" : "helm");

    /// <summary>The quickstart's executable.</summary>
    public static string Quickstart { get; } = Path.Combine(Metadata("QuickstartFolder"), OperatingSystem.IsWindows() ? "Quickstart.exe" : "Quickstart");

    private static string Metadata(string key) =>
        Path.GetFullPath(typeof(BuiltModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!);
}
