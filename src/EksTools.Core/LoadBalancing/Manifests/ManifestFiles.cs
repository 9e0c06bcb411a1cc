using EksTools.Core.Access.Kubeconfig;
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
    public static string ReadText(string path) => Guard(path, "read", () => Decode(path, out _));

    /// <summary>Replaces a file's text, whole or not at all, when it is still what it was.</summary>
    /// <exception cref="EksToolsException">It is another, or it cannot be written.</exception>
    public static void Replace(string path, string before, string after) => Guard(path, "changed", () =>
    {
        // A link stays one.
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        string now = Decode(target, out KubeconfigEncoding encoding);
        if (now != before)
            throw new EksToolsException(EksErrorKind.Conflict, "ManifestChanged", $"The manifest {path} was changed by somebody else meanwhile; nothing was written.", path, "Run the command again.");
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(encoding.Encode(after));
                stream.Flush(flushToDisk: true);
            }
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            WindowsSharing.Retry(() =>
            {
                File.Move(temporary, target, overwrite: true);
                return true;
            });
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        return true;
    });

    private static string Decode(string path, out KubeconfigEncoding encoding)
    {
        byte[] bytes = WindowsSharing.Retry(() => File.ReadAllBytes(path));
        encoding = KubeconfigEncoding.Detect(bytes);
        return encoding.Decode(bytes, path);
    }

    private static IEnumerable<string> List(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
            return [full];
        if (!Directory.Exists(full))
            throw new EksToolsException(EksErrorKind.NotFound, "ManifestNotFound", $"There is no file or folder {path}.", path, "Name a manifest, or a folder that holds some.");
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
        catch (KubeconfigException exception)
        {
            throw new EksToolsException(EksErrorKind.File, "ManifestNotText", $"The manifest {path} is no text: {exception.InnerException?.Message ?? exception.Message}", path, "Save it as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EksToolsException(EksErrorKind.File, "ManifestFailed", $"The manifest {path} cannot be {verb}: {exception.Message}", path, null, exception);
        }
    }
}
