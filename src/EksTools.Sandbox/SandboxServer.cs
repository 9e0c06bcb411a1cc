using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using EksTools.Sandbox.Account;
using EksTools.Sandbox.Faults;
using EksTools.Sandbox.Protocols;
using EksTools.Sandbox.Sts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EksTools.Sandbox;

/// <summary>An offline AWS with EKS, IAM, STS and EC2 on loopback, and a Kubernetes API for each of its clusters.</summary>
public sealed partial class SandboxServer : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) } };
    private readonly WebApplication _application;
    private readonly AwsAccount _account;
    private readonly RequestLog _log = new();

    private SandboxServer(SandboxOptions options)
    {
        _account = new AwsAccount(options);
        var gateway = new Gateway(_account, Faults, _log);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        _application = builder.Build();
        _application.Run(context => context.Request.Path.StartsWithSegments("/_sandbox", out var rest) ? ControlAsync(context, rest)
            : OidcIssuerDocuments.Serves(context.Request.Path) ? OidcIssuerDocuments.HandleAsync(context, _account)
            : gateway.HandleAsync(context));
    }

    /// <summary>Where the sandbox listens, <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Endpoint => _account.Endpoint ?? throw new InvalidOperationException("The sandbox has not started.");

    /// <summary>The administrator's access key id.</summary>
    public string AccessKey => _account.Administrator.Id;

    /// <summary>The administrator's secret access key.</summary>
    public string SecretKey => _account.Administrator.Secret;

    /// <summary>The environment that points AWS tools at this sandbox.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = Endpoint.OriginalString,
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
        ["AWS_REGION"] = _account.Home.Name,
        ["AWS_DEFAULT_REGION"] = _account.Home.Name,
    };

    /// <summary>The requests so far, oldest first.</summary>
    public IReadOnlyList<SandboxRequest> Requests => _log.Snapshot();

    /// <summary>The faults that wait for their calls.</summary>
    public SandboxFaults Faults => _account.Faults;

    /// <summary>What the real kube-apiserver of a cluster has logged so far; null without one.</summary>
    /// <param name="clusterName">The cluster, in the region of <see cref="Environment"/>.</param>
    public string? FindServerLog(string clusterName)
    {
        lock (_account.Gate)
        {
            return _account.Eks(_account.Home.Name).Clusters.GetValueOrDefault(clusterName)?.Workloads.Api?.ServerLog;
        }
    }

    /// <summary>Every operation that is served, as <c>service:Operation</c>.</summary>
    public static IReadOnlyList<string> Operations => Route.Served;

    /// <summary>Starts a sandbox.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Speed > 0) || double.IsInfinity(options.Speed))
        {
            throw new ArgumentException($"The speed must be more than 0, not {options.Speed}.", nameof(options));
        }

        if (options.AccountId.Length != 12 || !options.AccountId.All(char.IsAsciiDigit))
        {
            throw new ArgumentException($"An account id has twelve digits; '{options.AccountId}' does not.", nameof(options));
        }

        var server = new SandboxServer(options);
        try
        {
            await server._application.StartAsync(cancellationToken);
            server._account.Endpoint = new Uri(server._application.Urls.Single());
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Empties the account, the log and the faults; the keys stay.</summary>
    public async Task ResetAsync()
    {
        await _account.ResetAsync();
        Faults.Clear();
        _log.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _account.DisposeAsync();
    }

    private async Task ControlAsync(HttpContext context, PathString path)
    {
        // A browser's page must not reach in through a name that points at loopback.
        if (!IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var host) ? context.Request.Host.Host != "localhost" : !IPAddress.IsLoopback(host))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        switch (context.Request.Method, path.Value)
        {
            case ("GET", "/requests"):
                await context.Response.WriteAsJsonAsync(Requests, Json, context.RequestAborted);
                break;
            case ("GET", "/pod-token"):
                await WritePodThingAsync(context, token: true);
                break;
            case ("GET", "/node-credentials"):
                await WritePodThingAsync(context, token: false);
                break;
            case ("POST", "/faults"):
                await AddFaultAsync(context);
                break;
            case ("POST", "/reset"):
                await ResetAsync();
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync<FaultBody>(context.Request.Body, Json, context.RequestAborted) ?? throw new JsonException("The fault is null.");
            Faults.Add(new FaultRule { Service = body.Service, Operation = body.Operation, Concerning = body.Concerning, Kind = body.Kind ?? throw new JsonException("A fault needs a kind."), Count = body.Count ?? 1, Skip = body.Skip ?? 0, Delay = TimeSpan.FromSeconds(body.Delay ?? 0), Code = body.Code, Message = body.Message });
        }
        catch (JsonException error)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(error.Message, context.RequestAborted);
        }
    }

    private sealed record FaultBody(string? Service, string? Operation, string? Concerning, FaultKind? Kind, int? Count, int? Skip, double? Delay, string? Code, string? Message);

    /// <summary>The sandbox's owner starts and ends it: no console messages, no signal handlers.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
