using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;

namespace EksTools.Aws.Tests.Wire;

/// <summary>The tests that share one <c>moto_server</c>.</summary>
[CollectionDefinition(nameof(MotoServer))]
public sealed class MotoCollection : ICollectionFixture<MotoServer>;

/// <summary>A <c>moto_server</c> on a free port, gone with the tests that use it.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private Process? _process;
    private string _problem = "";

    public string Url { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var port = LoopbackService.FreePort();
        Url = $"http://127.0.0.1:{port}";
        try
        {
            _process = Process.Start(new ProcessStartInfo("moto_server", ["-H", "127.0.0.1", "-p", $"{port}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            _problem = e.Message;
            return;
        }

        // Nobody reads its log, and a full pipe would stop it.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(s_patience);
        while (!await Answers(port, limit.Token))
            await Task.Delay(50, limit.Token);
    }

    /// <summary>Skips the test where there is no moto, and fails it under <c>CI=true</c>.</summary>
    public void Require()
    {
        if (_process is null)
            Tools.Missing($"moto_server is needed: {_problem}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> Answers(int port, CancellationToken cancellationToken)
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"moto_server ended with {_process.ExitCode} before it listened.");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
