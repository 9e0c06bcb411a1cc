using EksTools.Core.Files;
using EksTools.Core.Findings;
using EksTools.Errors;

namespace EksTools.Core.Clusters.Configuration;

/// <summary>Reads and writes clusters' files.</summary>
internal static class ClusterFileStore
{
    /// <summary>The text of a file, without its BOM.</summary>
    /// <exception cref="EksToolsException">It is not there, or is no text.</exception>
    public static string Read(string path) => Guard(path, "read", () => TextFile.Read(path).Text);

    /// <summary>Makes a file or replaces it, whole or not at all. A link stays one, and a file that is there keeps its permissions.</summary>
    public static void Write(string path, string text) => Guard(path, "written", () =>
    {
        string target = File.Exists(path) ? TextFile.Target(path) : path;
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            throw new EksToolsException(EksErrorKind.NotFound, "ClusterFileNotFound", $"There is no folder {folder} to write {Path.GetFileName(target)} into.", path, $"Make it first: New-Item -ItemType Directory {PowerShellText.Argument(folder)}");
        }

        TextFile.Replace(target, TextEncoding.Default.Encode(text));
        return true;
    });

    private static T Guard<T>(string path, string verb, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidDataException exception)
        {
            throw new EksToolsException(EksErrorKind.File, "ClusterFileNotText", $"The file {path} is no text: {exception.Message}.", path, "Save it as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "ClusterFileNotFound", $"There is no file or folder for {path}.", path, "Name a file with a ClusterConfig; Export-EksCluster writes one.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EksToolsException(EksErrorKind.File, "ClusterFileFailed", $"The file {path} cannot be {verb}: {exception.Message}", path, null, exception);
        }
    }
}
