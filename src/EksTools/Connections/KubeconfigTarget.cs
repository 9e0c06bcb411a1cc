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

    /// <summary>True for …/EksTools and …/EksTools/1.2.3 in a folder of PSModulePath: kubectl's pwsh then finds the module by name.</summary>
    private static bool IsOnModulePath(string module)
    {
        string?[] homes = [Path.GetDirectoryName(module), Path.GetDirectoryName(Path.GetDirectoryName(module))];
        string[] roots = (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return roots.Select(static root => Path.TrimEndingDirectorySeparator(root)).Any(root => homes.Contains(root));
    }
}
