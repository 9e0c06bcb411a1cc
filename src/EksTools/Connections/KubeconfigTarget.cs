using System.Management.Automation;
using EksTools.Access;
using EksTools.Hosting;

namespace EksTools.Connections;

/// <summary>What a kubeconfig entry needs to know of this session: the file as PowerShell resolves it, and where the module is.</summary>
internal static class KubeconfigTarget
{
    public static KubeconfigRequest Create(PSCmdlet cmdlet, string? path) => new()
    {
        Path = path is null ? null : cmdlet.GetUnresolvedProviderPathFromPSPath(path),
        ModulePath = Engine.ModulePath,
        ModuleIsInstalled = IsOnModulePath(Engine.ModulePath),
    };

    /// <summary>True for ROOT/EksTools and ROOT/EksTools/1.2.3 with ROOT in PSModulePath: kubectl's pwsh then finds the module by name.</summary>
    private static bool IsOnModulePath(string module)
    {
        string folder = Path.TrimEndingDirectorySeparator(module);
        if (Version.TryParse(Path.GetFileName(folder), out _))
        {
            folder = Path.GetDirectoryName(folder) ?? folder;
        }

        StringComparison comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        string[] roots = (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return string.Equals(Path.GetFileName(folder), "EksTools", comparison)
            && roots.Any(root => string.Equals(Path.TrimEndingDirectorySeparator(root), Path.GetDirectoryName(folder), comparison));
    }
}
