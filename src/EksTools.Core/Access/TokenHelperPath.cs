using System.Runtime.InteropServices;

namespace EksTools.Core.Access;

/// <summary>Where eks-token stands at a path that lasts.</summary>
internal static class TokenHelperPath
{
    private static string FileName => OperatingSystem.IsWindows() ? "eks-token.exe" : "eks-token";

    /// <summary>
    /// The helper that Install-EksTokenHelper put at its path per user; else that of the module's own folder, unless the folder is named
    /// by a version: the next upgrade would take it away from under every kubeconfig that names it.
    /// </summary>
    public static string? Find(string? modulePath)
    {
        if (Stable() is var stable && IsThere(stable))
        {
            return stable;
        }

        if (modulePath is null || Version.TryParse(Path.GetFileName(Path.TrimEndingDirectorySeparator(modulePath)), out _))
        {
            return null;
        }

        string path = InModule(modulePath);
        return IsThere(path) ? path : null;
    }

    /// <summary>The helper that a module's folder holds for this system, if it holds one.</summary>
    public static string InModule(string modulePath)
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return Path.Combine(modulePath, "runtimes", $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", FileName);
    }

    /// <summary>The path per user, whatever the module's version.</summary>
    public static string Stable() => Path.Combine(
        StableFolder(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), OperatingSystem.IsWindows()),
        FileName);

    /// <summary>
    /// The folder per user: %LOCALAPPDATA%\EksTools\bin, or EksTools/bin in XDG_DATA_HOME, ~/.local/share.
    /// https://specifications.freedesktop.org/basedir-spec/latest/ says that a relative XDG_DATA_HOME is to be ignored.
    /// </summary>
    internal static string StableFolder(Func<string, string?> variable, string home, bool windows)
    {
        string? said = variable(windows ? "LOCALAPPDATA" : "XDG_DATA_HOME");
        string data = !string.IsNullOrEmpty(said) && (windows || Path.IsPathRooted(said)) ? said
            : windows ? Path.Combine(home, "AppData", "Local")
            : Path.Combine(home, ".local", "share");
        return Path.Combine(data, "EksTools", "bin");
    }

    private static bool IsThere(string path) => File.Exists(path) && CanRun(path);

    /// <summary>A package carries no right to execute: unzipped by hand, the helper is there and kubectl could not start it.</summary>
    private static bool CanRun(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
