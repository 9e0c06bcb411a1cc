using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EksTools.Authentication.Tests.Sessions;

/// <summary>A small HTTP server on loopback that plays STS, the SSO portal, a container agent or IMDS, and remembers what it was asked.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, Response> _answer;
    private readonly Task _accepting;

    public Loopback(Func<Request, Response> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public ConcurrentQueue<Request> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            var start = (await reader.ReadLineAsync(_stop.Token) ?? "").Split(' ');
            if (start.Length < 2)
            {
                return;
            }
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
            }
            var body = new char[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
            if (body.Length > 0)
            {
                await reader.ReadBlockAsync(body, _stop.Token);
            }
            var request = new Request(start[0], start[1], headers, new string(body));
            Requests.Enqueue(request);
            var response = _answer(request);
            var bytes = Encoding.UTF8.GetBytes(response.Body);
            var head = $"HTTP/1.1 {response.Status} X\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n{response.Headers}\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
            await client.GetStream().WriteAsync(bytes, _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A client that went away, or the end of the test.
        }
    }
}

internal sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A parameter of a form body.</summary>
    public string? this[string name] => Body.Split('&').Select(p => p.Split('=', 2)).FirstOrDefault(p => p[0] == name) is { } pair
        ? WebUtility.UrlDecode(pair[1]) : null;

    public string Authorization => Headers.GetValueOrDefault("Authorization", "");
}

internal sealed record Response(int Status, string Body, string Headers = "")
{
    /// <summary>What STS answers to AssumeRole…: keys named after the role and session, so that a chain can be followed.</summary>
    public static Response Sts(Request request, DateTimeOffset? expiration = null)
    {
        var action = request["Action"]!;
        if (action == "GetCallerIdentity")
        {
            return new(200, $"<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Arn>arn:aws:iam::111122223333:user/me</Arn><UserId>AIDA</UserId><Account>111122223333</Account></{action}Result></{action}Response>");
        }
        var name = request["RoleArn"]!.Split('/')[^1].ToUpperInvariant();
        var end = (expiration ?? new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new(200, $"<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials><AccessKeyId>ASIA{name}</AccessKeyId><SecretAccessKey>{TestHome.Secret}{name}</SecretAccessKey><SessionToken>{TestHome.Token}{name}</SessionToken><Expiration>{end}</Expiration></Credentials></{action}Result></{action}Response>");
    }

    public static Response StsError(int status, string code, string message) => new(
        status, $"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>");

    /// <summary>Keys as container agents and IMDS give them.</summary>
    public static Response Keys(string access) => new(
        200, $$"""{"Code":"Success","AccessKeyId":"{{access}}","SecretAccessKey":"{{TestHome.Secret}}","Token":"{{TestHome.Token}}","Expiration":"2040-01-01T00:00:00Z"}""");
}
