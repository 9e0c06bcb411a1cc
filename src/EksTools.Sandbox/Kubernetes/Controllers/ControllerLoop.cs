using EksTools.Sandbox.Kubernetes.Store;

namespace EksTools.Sandbox.Kubernetes.Controllers;

/// <summary>Runs the cluster's controllers until nothing changes any more: after every write, and on demand.</summary>
internal sealed class ControllerLoop : IAsyncDisposable
{
    // A chain such as deployment, replica set, pod, node, status settles in a few rounds; more means that two controllers fight.
    private const int MaxRounds = 50;

    private readonly ObjectStore _store;
    private readonly IReadOnlyList<Action> _controllers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _task;

    public ControllerLoop(ObjectApi api, string certificateAuthority)
    {
        _store = api.Store;
        _controllers =
        [
            new NamespaceController(api, certificateAuthority).Run,
            new CustomResourceController(api).Run,
            new GarbageCollector(api).Run,
            new DeploymentController(api).Run,
            new ReplicaController(api).Run,
            new DaemonSetController(api).Run,
            new JobController(api).Run,
            new Scheduler(api).Run,
            new Kubelet(api).Run,
            new EndpointController(api).Run,
            new DisruptionController(api).Run,
        ];
        _task = Task.Run(FollowAsync);
    }

    /// <summary>Runs the controllers now, to the end. No client writes between, so that what a controller has read is what is.</summary>
    public void Settle() => _store.Atomically(() =>
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var before = _store.Revision;
            foreach (var controller in _controllers)
            {
                controller();
            }

            if (_store.Revision == before)
            {
                return true;
            }
        }

        throw new InvalidOperationException($"The controllers of the sandbox cluster did not settle in {MaxRounds} rounds: two of them undo each other's changes.");
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _task.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        _store.TryFollow(_store.Revision, out var changes);
        try
        {
            while (await changes.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
            {
                while (changes.Reader.TryRead(out _))
                {
                }

                Settle();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The cluster is being disposed of.
        }
        finally
        {
            _store.Unfollow(changes);
        }
    }
}
