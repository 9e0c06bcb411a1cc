using EksTools.Core.Files;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>Reads and replaces kubeconfig files: under kubectl's lock, whole or not at all, private to the user.</summary>
internal static class KubeconfigFile
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;

    /// <summary>How long an update waits for another writer unless told otherwise.</summary>
    public static TimeSpan DefaultLockTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The file's text without a BOM, or null when there is no file.</summary>
    /// <exception cref="KubeconfigException">The file cannot be read, or its bytes are no text.</exception>
    public static string? Read(string path)
    {
        try
        {
            return ReadBytes(path) is { } bytes ? TextEncoding.Detect(bytes).Decode(bytes) : null;
        }
        catch (InvalidDataException exception)
        {
            throw new KubeconfigException(path, $"{exception.Message}; save the file as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException(path, $"the file cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces the file's text by what <paramref name="edit"/> makes of it, atomically and under the lock that kubectl takes too.</summary>
    /// <param name="path">The file. A symbolic link stays a link; its target is replaced.</param>
    /// <param name="edit">Gets the text, or null when there is no file, and returns the new text; when it is equal, nothing is written.</param>
    /// <param name="cancellationToken">Stops waiting for the lock; a replacement that has begun is finished.</param>
    /// <returns>Whether the file changed.</returns>
    /// <exception cref="KubeconfigException">The file is not one to write to, or another process holds its lock.</exception>
    public static Task<bool> UpdateAsync(string path, Func<string?, string> edit, CancellationToken cancellationToken) =>
        UpdateAsync(path, edit, DefaultLockTimeout, TimeProvider.System, cancellationToken);

    /// <inheritdoc cref="UpdateAsync(string, Func{string?, string}, CancellationToken)"/>
    public static async Task<bool> UpdateAsync(
        string path, Func<string?, string> edit, TimeSpan lockTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await UpdateLockedAsync(path, edit, lockTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw new KubeconfigException(path, $"{exception.Message}; save the file as UTF-8.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException(path, $"the file cannot be changed: {exception.Message}", exception);
        }
    }

    private static async Task<bool> UpdateLockedAsync(
        string path, Func<string?, string> edit, TimeSpan lockTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(path);
        string target = ResolveLink(full);
        RefuseSpecial(target);
        CreateDirectory(Path.GetDirectoryName(full)!);
        CreateDirectory(Path.GetDirectoryName(target)!);
        await using KubeconfigLock outer = await KubeconfigLock.AcquireAsync(full, lockTimeout, time, cancellationToken).ConfigureAwait(false);
        // kubectl locks the name it was given; somebody may have been given the target's.
        await using KubeconfigLock? inner = target == full
            ? null
            : await KubeconfigLock.AcquireAsync(target, lockTimeout, time, cancellationToken).ConfigureAwait(false);

        byte[]? bytes = ReadBytes(target);
        TextEncoding encoding = bytes is null ? TextEncoding.Default : TextEncoding.Detect(bytes);
        string? before = bytes is null ? null : encoding.Decode(bytes);
        string after = edit(before);
        if (string.Equals(before, after, StringComparison.Ordinal))
            return false;
        TextFile.Replace(target, encoding.Encode(after), CreatePrivate, PrivateFile);
        return true;
    }

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            return TextFile.ReadBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string ResolveLink(string path)
    {
        try
        {
            return TextFile.Target(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return path;
        }
        catch (IOException exception)
        {
            throw new KubeconfigException(path, $"the symbolic link cannot be followed: {exception.Message}", exception);
        }
    }

    private static void RefuseSpecial(string path)
    {
        if (Directory.Exists(path))
            throw new KubeconfigException(path, "this is a directory; name a file.");
        // Renaming over /dev/null would replace the device for everybody.
        if (!OperatingSystem.IsWindows() && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal)))
            throw new KubeconfigException(path, "this is not a regular file and cannot hold a kubeconfig; name another file or unset KUBECONFIG.");
    }

    private static void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, PrivateDirectory);
    }

    private static FileStream CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            return WindowsPrivateFile.Create(path);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = PrivateFile,
        });
    }
}
