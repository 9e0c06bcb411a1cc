using EksTools.Core.Files;
using EksTools.Errors;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Manifests;

/// <summary>Finds, reads and replaces manifest files.</summary>
internal static class ManifestFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, MaxRecursionDepth = 32, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.System };

    /// <summary>The manifests of all sources, each file once, those of a folder in the order of their names.</summary>
    /// <exception cref="EksToolsException">A path is not there, or a file cannot be read.</exception>
    public static IEnumerable<ManifestFile> Read(IReadOnlyList<LoadBalancerManifestSource> sources, CancellationToken cancellationToken)
    {
        HashSet<string> seen = new(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (LoadBalancerManifestSource source in sources)
        {
            if (source.Text is { } text)
                yield return ManifestReader.Read(source.Path, text);
            foreach (string path in source.Text is null ? List(source.Path!) : [])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (seen.Add(path))
                    yield return ManifestReader.Read(path, ReadText(path));
            }
        }
    }

    /// <summary>The text of a file, without its BOM.</summary>
    public static string ReadText(string path) => Guard(path, "read", () => TextFile.Read(path).Text);

    /// <summary>Replaces a file's text, whole or not at all, when it is still what it was.</summary>
    /// <exception cref="EksToolsException">It is another, or it cannot be written.</exception>
    public static void Replace(string path, string before, string after) => Guard(path, "changed", () =>
    {
        string target = TextFile.Target(path);
        (string now, TextEncoding encoding) = TextFile.Read(target);
        if (now != before)
            throw new EksToolsException(EksErrorKind.Conflict, "ManifestChanged", $"The manifest {path} was changed by somebody else meanwhile; nothing was written.", path, "Run the command again.");
        TextFile.Replace(target, encoding.Encode(after));
        return true;
    });

    private static IEnumerable<string> List(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
            return [full];
        if (!Directory.Exists(full))
            throw new EksToolsException(EksErrorKind.NotFound, "ManifestNotFound", $"There is no file or folder {path}.", path, "Name a manifest, or a folder that holds some; a cluster is named by -ClusterName.");
        return Guard(path, "listed", () => Directory.EnumerateFiles(full, "*", Everywhere)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !IsHidden(full, file))
            .Order(StringComparer.Ordinal).ToArray());
    }

    // .git, .terraform and their like hold copies that nobody applies.
    private static bool IsHidden(string root, string file) => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(static part => part.StartsWith('.'));

    private static T Guard<T>(string path, string verb, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidDataException exception)
        {
            throw new EksToolsException(EksErrorKind.File, "ManifestNotText", $"The manifest {path} is no text: {exception.Message}.", path, "Save it as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EksToolsException(EksErrorKind.File, "ManifestFailed", $"The manifest {path} cannot be {verb}: {exception.Message}", path, null, exception);
        }
    }
}
