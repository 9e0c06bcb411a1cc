using System.Reflection;

namespace EksTools.Tests.Hosting;

/// <summary>Where the build left what is tested.</summary>
internal static class BuiltModule
{
    /// <summary>The module's folder, as shipped.</summary>
    public static string Folder { get; } = Path.TrimEndingDirectorySeparator(Metadata("ModuleOutput"));

    public static string Manifest => Path.Combine(Folder, "EksTools.psd1");

    /// <summary>The stand-in for pwsh: the real engine behind pwsh's command line.</summary>
    public static string PowerShell { get; } = Path.Combine(Metadata("PowerShellHost"), OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");

    public static string Quickstart { get; } = Path.Combine(Metadata("QuickstartFolder"), OperatingSystem.IsWindows() ? "Quickstart.exe" : "Quickstart");

    private static string Metadata(string key) =>
        Path.GetFullPath(typeof(BuiltModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!);
}
