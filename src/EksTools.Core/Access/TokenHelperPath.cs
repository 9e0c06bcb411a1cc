using System.Runtime.InteropServices;

namespace EksTools.Core.Access;

/// <summary>Where eks-token stands at a path that lasts.</summary>
internal static class TokenHelperPath
{
    /// <summary>
    /// The helper of the module's own folder, unless the folder is named by a version: the next upgrade would take it away from under every
    /// kubeconfig that names it.
    /// </summary>
    public static string? Find(string? modulePath)
    {
        if (modulePath is null || Version.TryParse(Path.GetFileName(Path.TrimEndingDirectorySeparator(modulePath)), out _))
        {
            return null;
        }

        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string file = OperatingSystem.IsWindows() ? "eks-token.exe" : "eks-token";
        string path = Path.Combine(modulePath, "runtimes", $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", file);
        return File.Exists(path) && CanRun(path) ? path : null;
    }

    /// <summary>A package carries no right to execute: unzipped by hand, the helper is there and kubectl could not start it.</summary>
    private static bool CanRun(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
