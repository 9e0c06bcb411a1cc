using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EksTools.Sandbox.Kubernetes.Serving;

/// <summary>Kestrel on a free loopback port, with the cluster's certificate.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _stopping;

    private ApiServer(WebApplication application, X509Certificate2 certificate, string authority, CancellationTokenSource stopping, Uri endpoint)
    {
        CertificateAuthority = authority;
        _application = application;
        _certificate = certificate;
        _stopping = stopping;
        Endpoint = endpoint;
    }

    public Uri Endpoint { get; }

    /// <summary>The authority of its certificate, PEM.</summary>
    public string CertificateAuthority { get; }

    public static async Task<ApiServer> StartAsync(RequestDelegate handler, CancellationToken cancellationToken)
    {
        using var authority = new CertificateAuthority();
        var certificate = authority.IssueServer().Load();
        var stopping = new CancellationTokenSource();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        var application = builder.Build();
        application.Run(async context =>
        {
            // Watches are open-ended: the stop of the server ends them, not the time-out of a graceful shutdown.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping.Token);
            context.RequestAborted = ending.Token;
            await handler(context).ConfigureAwait(false);
        });
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(application, certificate, authority.Pem, stopping, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _certificate.Dispose();
        _stopping.Dispose();
    }
}
