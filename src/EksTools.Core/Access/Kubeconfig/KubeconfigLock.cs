using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace EksTools.Core.Access.Kubeconfig;

/// <summary>
/// The lock that kubectl takes: a file named after the kubeconfig with ".lock", created only if it is not there. kubectl's is empty; ours
/// says which process holds it, so that a lock left by a killed process is recognised.
/// </summary>
internal sealed class KubeconfigLock : IAsyncDisposable
{
    /// <summary>kubectl holds its lock for milliseconds: one without a living owner that is older was left behind.</summary>
    public static TimeSpan StaleAfter { get; } = TimeSpan.FromSeconds(60);

    private const int FileExists = unchecked((int)0x80070050); // ERROR_FILE_EXISTS
    private const int EEXIST = 17; // What .NET puts into HResult on Unix is errno.

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    // Writers of this process queue here rather than poll.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Gates = new(StringComparer.Ordinal);

    private readonly string _lockPath;
    private readonly SemaphoreSlim _gate;

    private KubeconfigLock(string lockPath, SemaphoreSlim gate)
    {
        _lockPath = lockPath;
        _gate = gate;
    }

    /// <summary>Takes the lock of a kubeconfig.</summary>
    /// <exception cref="KubeconfigException">Another writer kept it for longer than <paramref name="timeout"/>.</exception>
    public static async Task<KubeconfigLock> AcquireAsync(string path, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        string lockPath = path + ".lock";
        SemaphoreSlim gate = Gates.GetOrAdd(lockPath, _ => new SemaphoreSlim(1, 1));
        long started = time.GetTimestamp();
        if (!await gate.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
            throw new KubeconfigException(path, $"another command of this process has been changing the file for {timeout.TotalSeconds:0.#} s; try again when it is done.") { IsLocked = true };
        try
        {
            while (!TryCreate(lockPath))
            {
                if (RemoveIfStale(lockPath, time))
                    continue;
                if (time.GetElapsedTime(started) >= timeout)
                    throw new KubeconfigException(path, $"it is locked by {Holder.Read(lockPath)?.ToString() ?? "another program"}; wait for it, or delete {lockPath} if that program is gone.") { IsLocked = true };
                await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
            }
            return new KubeconfigLock(lockPath, gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public ValueTask DisposeAsync()
    {
        try
        {
            File.Delete(_lockPath);
        }
        finally
        {
            _gate.Release();
        }
        return ValueTask.CompletedTask;
    }

    private static bool TryCreate(string lockPath)
    {
        // Known before the file is there: a process killed in between leaves a lock that says nothing, and is waited for as kubectl's would be.
        byte[] holder = System.Text.Encoding.UTF8.GetBytes(Holder.Current.ToLine());
        FileStream stream;
        try
        {
            stream = new(lockPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (IOException exception) when (exception.HResult is FileExists or EEXIST)
        {
            return false;
        }
        catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows() && File.Exists(lockPath))
        {
            return false; // A lock that is just being deleted.
        }
        try
        {
            using (stream)
                stream.Write(holder);
            return true;
        }
        catch
        {
            File.Delete(lockPath); // A full disk must not leave a lock behind.
            throw;
        }
    }

    private static bool RemoveIfStale(string lockPath, TimeProvider time)
    {
        Holder? holder = Holder.Read(lockPath);
        DateTime written = File.GetLastWriteTimeUtc(lockPath);
        if (written.Year < 1970)
            return false; // It was given back meanwhile.
        bool stale = holder is { IsOnThisMachine: true } ? !holder.IsAlive : time.GetUtcNow().UtcDateTime - written > StaleAfter;
        if (!stale)
            return false;
        // Two waiters may find the same stale lock: whoever moves it away looks whether it is still that one before it is gone.
        string aside = $"{lockPath}.{Guid.NewGuid():N}";
        try
        {
            File.Move(lockPath, aside);
            if (File.GetLastWriteTimeUtc(aside) != written)
            {
                File.Move(aside, lockPath, overwrite: false);
                return false;
            }
            File.Delete(aside);
        }
        catch (FileNotFoundException)
        {
            return true; // The other waiter was first.
        }
        return true;
    }

    /// <summary>The process that a lock names.</summary>
    private sealed record Holder(int ProcessId, string Machine, string Program, DateTimeOffset ProcessStart)
    {
        public static Holder Current { get; } = OfThisProcess();

        public bool IsOnThisMachine => string.Equals(Machine, Environment.MachineName, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether the process runs, and is not another that was given its number.</summary>
        public bool IsAlive
        {
            get
            {
                try
                {
                    using Process process = Process.GetProcessById(ProcessId);
                    return (StartOf(process) - ProcessStart).Duration() < TimeSpan.FromSeconds(2);
                }
                catch (ArgumentException)
                {
                    return false;
                }
                catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    return true; // It ends just now, or is another user's: not ours to judge.
                }
            }
        }

        public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{ProcessId}|{Machine}|{Program}|{ProcessStart:O}\n");

        public override string ToString() => $"process {ProcessId} ({Program}) on {Machine}";

        public static Holder? Read(string lockPath)
        {
            try
            {
                using FileStream stream = new(lockPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using StreamReader reader = new(stream);
                return reader.ReadLine()?.Split('|') is [var id, var machine, var program, var start]
                    && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    && DateTimeOffset.TryParse(start, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset startedAt)
                        ? new Holder(number, machine, program, startedAt)
                        : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null; // kubectl's lock has mode 0; or the lock went away meanwhile.
            }
        }

        private static Holder OfThisProcess()
        {
            using Process process = Process.GetCurrentProcess();
            return new Holder(Environment.ProcessId, Environment.MachineName, process.ProcessName.Replace('|', '_'), StartOf(process));
        }

        private static DateTimeOffset StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUniversalTime();
    }
}
