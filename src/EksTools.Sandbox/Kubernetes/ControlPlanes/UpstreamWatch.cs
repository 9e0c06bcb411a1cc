using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.ControlPlanes;

/// <summary>Watches types of a real kube-apiserver, one connection each, and begins again where a watch ends.</summary>
internal sealed class UpstreamWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _one = new();
    private readonly Task _tasks;

    public UpstreamWatch(UpstreamClient client, IEnumerable<ResourceType> types, Func<ResourceType, JsonObject, bool> concerns, Action act) =>
        _tasks = Task.WhenAll(types.Select(type => Task.Run(() => WatchAsync(client, type, concerns, act))));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _tasks.ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task WatchAsync(UpstreamClient client, ResourceType type, Func<ResourceType, JsonObject, bool> concerns, Action act)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in client.WatchAsync(type, _ending.Token).ConfigureAwait(false))
                {
                    if (change.Object("object") is not { } obj)
                    {
                        continue;
                    }

                    (obj["apiVersion"], obj["kind"]) = (type.ApiVersion, type.Kind);
                    lock (_one)
                    {
                        if (concerns(type, obj))
                        {
                            act();
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException)
            {
                // The server is on its way up or down; a new watch lists everything again.
            }

            await Task.Delay(Pause, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
