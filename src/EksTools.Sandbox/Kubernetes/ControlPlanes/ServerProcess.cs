using System.Diagnostics;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>A server that runs as long as the sandbox does, and no longer: it is killed with it, however the sandbox ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int LastLines = 12;

    // The shell becomes the server, and a child of it waits for the end of a pipe that only the sandbox holds open.
    private const string Guarded = "exec 3<&0; { cat <&3 >/dev/null; kill -9 $$ 2>/dev/null; } & exec \"$0\" \"$@\" 3<&- </dev/null";

    private readonly Process _process;
    private readonly StringWriter _log = new();
    private readonly string _name;

    private ServerProcess(string program, Process process)
    {
        _name = Path.GetFileName(program);
        _process = process;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has written so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public static ServerProcess Start(string program, IEnumerable<string> arguments) => new(program, new Process
    {
        StartInfo = new ProcessStartInfo("/bin/sh", ["-c", Guarded, program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
    });

    /// <summary>Waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or the time is over.</exception>
    public async Task WaitAsync(Func<CancellationToken, Task<bool>> isReady, TimeSpan patience, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await isReady(cancellationToken).ConfigureAwait(false))
        {
            if (_process.HasExited || clock.Elapsed > patience)
            {
                var lines = Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                throw new InvalidOperationException($"{_name} {(_process.HasExited ? "ended while it started" : $"was not ready within {patience.TotalSeconds} s")}. Its last lines: {string.Join('\n', lines.TakeLast(LastLines))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            if (line.Data is not null)
            {
                _log.WriteLine(line.Data);
            }
        }
    }
}
