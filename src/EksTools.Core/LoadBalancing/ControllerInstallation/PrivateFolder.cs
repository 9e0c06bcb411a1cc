using EksTools.Core.Access.Kubeconfig;

namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>A folder of this process that only its user can open; it goes when it is disposed of.</summary>
internal sealed class PrivateFolder : IDisposable
{
    // On Unix the base class library makes it with mode 0700.
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ekstools-");

    /// <summary>Writes a file that only this user can read, and returns its path.</summary>
    public async Task<string> WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}-{name}");
        await using FileStream stream = OperatingSystem.IsWindows() ? WindowsPrivateFile.Create(path) : new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using StreamWriter writer = new(stream);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
        return path;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
