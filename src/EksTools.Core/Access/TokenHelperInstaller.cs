using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EksTools.Access;
using EksTools.Errors;

namespace EksTools.Core.Access;

/// <summary>Puts eks-token at its path per user.</summary>
internal static class TokenHelperInstaller
{
    private const string MovedAside = ".old";
    private const int TextFileBusy = 26;
    private const UnixFileMode Runnable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Copies the executable and what stands beside it. Each file is replaced in one step and the executable last, so that a kubectl that
    /// starts it meanwhile gets the old one or the new one.
    /// </summary>
    /// <param name="source">The executable in the module's folder.</param>
    /// <param name="target">The executable at its path per user.</param>
    /// <param name="cancellationToken">Stops before anything is replaced.</param>
    /// <exception cref="EksToolsException">The module has none for this system, it does not start, or it cannot be written.</exception>
    public static async Task<EksTokenHelper> InstallAsync(string source, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(source))
        {
            throw new EksToolsException(
                EksErrorKind.NotFound,
                "TokenHelperNotShipped",
                $"This module holds no eks-token for {RuntimeInformation.RuntimeIdentifier}: {source} is not there.",
                source,
                "kubectl can get its tokens from PowerShell: Update-EksKubeconfig -ExecCommand PowerShell.");
        }

        try
        {
            return await CopyAsync(source, target, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EksToolsException(EksErrorKind.File, "TokenHelperNotWritten", $"eks-token cannot be put at {target}: {exception.Message}", target, "Make the folder writable for yourself, and run the command again.", exception);
        }
    }

    private static async Task<EksTokenHelper> CopyAsync(string source, string target, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(target)!;
        string[] files = [.. Directory.EnumerateFiles(Path.GetDirectoryName(source)!).Where(file => file != source), source];
        bool existed = File.Exists(target);
        if (existed && IsRunnable(target) && await AreSameAsync(files, folder, cancellationToken))
        {
            return new EksTokenHelper { Path = target, Version = await AskVersionAsync(target, cancellationToken), Change = "Unchanged" };
        }

        // Beside the target, so that moving is renaming within one file system.
        string staged = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}").FullName;
        try
        {
            foreach (string file in files)
            {
                string copy = Path.Combine(staged, Path.GetFileName(file));
                File.Copy(file, copy);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(copy, file == source ? Runnable : Runnable & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
                }
            }

            string version = await AskVersionAsync(Path.Combine(staged, Path.GetFileName(source)), cancellationToken);
            Directory.CreateDirectory(folder);
            foreach (string file in files)
            {
                Replace(Path.Combine(staged, Path.GetFileName(file)), Path.Combine(folder, Path.GetFileName(file)));
            }

            return new EksTokenHelper { Path = target, Version = version, Change = existed ? "Updated" : "Added" };
        }
        finally
        {
            Directory.Delete(staged, recursive: true);
        }
    }

    private static void Replace(string copy, string target)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.Move(copy, target, overwrite: true);
            return;
        }

        // Windows lets a file that is in use be renamed, but not be replaced or deleted. What was moved aside goes when nothing runs it any more.
        foreach (string old in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, $"{Path.GetFileName(target)}.*{MovedAside}"))
        {
            TryDelete(old);
        }

        string aside = $"{target}.{Guid.NewGuid():N}{MovedAside}";
        bool existed = File.Exists(target);
        if (existed)
        {
            File.Move(target, aside);
        }

        try
        {
            File.Move(copy, target);
        }
        catch when (existed)
        {
            File.Move(aside, target);
            throw;
        }

        TryDelete(aside);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Still running: the next installation deletes it.
        }
    }

    private static bool IsRunnable(string path) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Runnable) == Runnable;

    /// <summary>By content: two builds may call themselves by one version.</summary>
    private static async Task<bool> AreSameAsync(string[] files, string folder, CancellationToken cancellationToken)
    {
        foreach (string file in files)
        {
            FileInfo there = new(Path.Combine(folder, Path.GetFileName(file)));
            if (!there.Exists || there.Length != new FileInfo(file).Length)
            {
                return false;
            }

            byte[] shipped = await File.ReadAllBytesAsync(file, cancellationToken), installed = await File.ReadAllBytesAsync(there.FullName, cancellationToken);
            if (!shipped.AsSpan().SequenceEqual(installed))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs it: what does not start here must not take the place of what does.</summary>
    private static async Task<string> AskVersionAsync(string executable, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using Process process = new() { StartInfo = new ProcessStartInfo(executable, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, CreateNoWindow = true } };
        try
        {
            await StartAsync(process, patience.Token);
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            string said = (await output).Trim();
            return process.ExitCode == 0 && said.StartsWith("eks-token ", StringComparison.Ordinal)
                ? said["eks-token ".Length..]
                : throw DoesNotStart(executable, $"it ended with exit code {process.ExitCode}. {(await error).Trim()}".TrimEnd());
        }
        catch (Win32Exception exception)
        {
            throw DoesNotStart(executable, exception.Message, exception);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw DoesNotStart(executable, $"it did not end within {Patience.TotalSeconds:0} s.", exception);
        }
    }

    /// <summary>
    /// A child that another thread starts has this process's open files until it becomes its program: for that moment the kernel takes a
    /// file that was just copied for one that is still written to, and will not run it.
    /// </summary>
    private static async Task StartAsync(Process process, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                process.Start();
                return;
            }
            catch (Win32Exception exception) when (!OperatingSystem.IsWindows() && exception.NativeErrorCode == TextFileBusy && attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static EksToolsException DoesNotStart(string executable, string why, Exception? cause = null) => new(
        EksErrorKind.Service,
        "TokenHelperFailed",
        $"eks-token does not run on this machine: {why}",
        executable,
        "Nothing was replaced. kubectl can get its tokens from PowerShell: Update-EksKubeconfig -ExecCommand PowerShell.",
        cause);
}
