using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EksTools.Aws.Tests.Wire;

/// <summary>A service on loopback that answers in order; an answer of null drops the connection.</summary>
internal sealed class LoopbackService : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public LoopbackService(params (int Status, string Body, string? ErrorType)?[] answers)
    {
        Url = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _loop = Serve(new Queue<(int, string, string?)?>(answers));
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

    private async Task Serve(Queue<(int Status, string Body, string? ErrorType)?> answers)
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
            if (answer is not { } given)
            {
                context.Response.Abort();
                continue;
            }

            context.Response.StatusCode = given.Status;
            if (given.ErrorType is not null)
                context.Response.Headers["x-amzn-ErrorType"] = given.ErrorType;
            context.Response.Close(Encoding.UTF8.GetBytes(given.Body), willBlock: true);
        }
    }
}
