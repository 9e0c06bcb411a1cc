namespace EksTools.Core.Files;

/// <summary>Text files that belong to people: read in the encoding that they have, replaced whole or not at all.</summary>
internal static class TextFile
{
    /// <summary>The text without its BOM, and how it was written.</summary>
    /// <exception cref="InvalidDataException">The bytes are no text.</exception>
    public static (string Text, TextEncoding Encoding) Read(string path)
    {
        byte[] bytes = ReadBytes(path);
        TextEncoding encoding = TextEncoding.Detect(bytes);
        return (encoding.Decode(bytes), encoding);
    }

    public static byte[] ReadBytes(string path) => WindowsSharing.Retry(() => File.ReadAllBytes(path));

    /// <summary>The file that a path names: behind a link, which stays one.</summary>
    public static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    /// <summary>Makes a file or replaces it, at once; one that is there keeps its permissions.</summary>
    /// <param name="target">No link.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="create">Makes a new file to write to; null for one with the permissions that new files get.</param>
    /// <param name="permissions">The most that a file on Unix may keep; null for all.</param>
    public static void Replace(string target, byte[] bytes, Func<string, FileStream>? create = null, UnixFileMode? permissions = null)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = create?.Invoke(temporary) ?? new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target) & (permissions ?? (UnixFileMode)~0));
            }

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
    }
}
