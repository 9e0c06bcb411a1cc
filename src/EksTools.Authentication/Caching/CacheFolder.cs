namespace EksTools.Authentication;

/// <summary>The folder of cached credentials: the user's alone, or not used.</summary>
internal sealed class CacheFolder(string path)
{
    /// <summary>Turns the cache off, or names its folder.</summary>
    public const string Variable = "EKSTOOLS_CREDENTIAL_CACHE";

    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    // No role session is longer than twelve hours.
    private static readonly TimeSpan UselessAfter = TimeSpan.FromHours(24);

    public string Path => path;

    /// <summary>
    /// Where the environment wants it: EksTools/credentials in EKSTOOLS_CREDENTIAL_CACHE; else in %LOCALAPPDATA%, or in XDG_CACHE_HOME,
    /// ~/.cache (https://specifications.freedesktop.org/basedir-spec/latest/, which ignores a relative one).
    /// </summary>
    /// <returns>The folder, or null where no cache is wanted.</returns>
    /// <exception cref="AwsAuthenticationException">The variable makes no sense.</exception>
    public static CacheFolder? Locate(AwsEnvironment environment, bool windows)
    {
        var caches = environment[Variable] switch
        {
            null when environment[windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME"] is { } given && (windows || System.IO.Path.IsPathRooted(given)) => given,
            null => windows ? System.IO.Path.Combine(environment.Home, "AppData", "Local") : System.IO.Path.Combine(environment.Home, ".cache"),
            var said when said.ToUpperInvariant() is "OFF" or "FALSE" or "0" => null,
            var said when System.IO.Path.IsPathFullyQualified(environment.Path(said)) => environment.Path(said),
            _ => throw new AwsAuthenticationException(
                AwsAuthenticationErrorKind.Validation, $"{Variable} is neither 'off' nor an absolute path.", "Correct or remove the variable."),
        };
        return caches is null ? null : new CacheFolder(System.IO.Path.Combine(caches, "EksTools", "credentials"));
    }

    /// <summary>Makes the folder, and makes it the user's alone.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made, or is somebody else's.</exception>
    public void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsPrivacy.CreateFolder(path);
            return;
        }
        Directory.CreateDirectory(path, PrivateFolder);
        // Only its owner may do this, so a folder that somebody else put there is refused by the system itself.
        File.SetUnixFileMode(path, PrivateFolder);
    }

    /// <summary>The bytes of a file that is there and nobody else's; null otherwise.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public byte[]? Read(string name)
    {
        try
        {
            using var stream = new FileStream(FileOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > 64 * 1024 || !IsPrivate(stream))
            {
                return null;
            }
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var temporary = FileOf($"{name}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = Create(temporary, FileMode.CreateNew, FileShare.None))
            {
                stream.Write(bytes);
            }
            File.Move(temporary, FileOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Opens a file that only one process at a time can have open; the system closes it when the process ends, however it ends.</summary>
    /// <exception cref="IOException">Somebody has it, or it cannot be made.</exception>
    public FileStream Lock(string name) => Create(FileOf(name), FileMode.OpenOrCreate, FileShare.None);

    /// <summary>Deletes what can be of no more use: credentials that have ended, and what killed processes left.</summary>
    public void Sweep()
    {
        foreach (var file in Directory.EnumerateFiles(path))
        {
            // A lock that is deleted while it is held costs one call to STS and nothing else.
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > UselessAfter)
            {
                File.Delete(file);
            }
        }
    }

    private string FileOf(string name) => System.IO.Path.Combine(path, name);

    private static FileStream Create(string file, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFile;
        }
        return new FileStream(file, options);
    }

    // Asked of the open file, which nobody can exchange any more.
    private static bool IsPrivate(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsPrivacy.IsPrivate(stream);
        }
        if ((File.GetUnixFileMode(stream.SafeFileHandle) & ~PrivateFolder) != 0)
        {
            return false;
        }
        try
        {
            File.SetUnixFileMode(stream.SafeFileHandle, PrivateFile); // As above: the owner's right.
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
