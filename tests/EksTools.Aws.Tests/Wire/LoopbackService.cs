using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EksTools.Aws.Tests.Wire;

/// <summary>An answer of a service.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="ErrorType">The error's code in the header; null for none.</param>
/// <param name="IsCut">Whether the connection drops in the middle of the body.</param>
internal sealed record Answer(int Status, string Body, string? ErrorType = null, bool IsCut = false);

/// <summary>A service on loopback that answers in order; an answer of null drops the connection.</summary>
internal sealed class LoopbackService : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public LoopbackService(params Answer?[] answers)
    {
        Url = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _loop = Serve(new Queue<Answer?>(answers));
    }

    public string Url { get; }

    public List<(string Path, string Body, string Authorization)> Requests { get; } = [];

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task Serve(Queue<Answer?> answers)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            Requests.Add((context.Request.RawUrl!, await reader.ReadToEndAsync(), context.Request.Headers["Authorization"] ?? ""));
            var answer = answers.Dequeue();
            if (answer is null)
            {
                context.Response.Abort();
                continue;
            }

            context.Response.StatusCode = answer.Status;
            if (answer.ErrorType is not null)
                context.Response.Headers["x-amzn-ErrorType"] = answer.ErrorType;
            if (answer.IsCut)
            {
                context.Response.ContentLength64 = Encoding.UTF8.GetByteCount(answer.Body);
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body[..(answer.Body.Length / 2)]));
                await context.Response.OutputStream.FlushAsync();
                context.Response.Abort();
                continue;
            }

            context.Response.Close(Encoding.UTF8.GetBytes(answer.Body), willBlock: true);
        }
    }
}
