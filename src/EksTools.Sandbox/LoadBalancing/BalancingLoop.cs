using System.Text.Json.Nodes;
using EksTools.Sandbox.Eks;
using EksTools.Sandbox.Kubernetes.ControlPlanes;
using EksTools.Sandbox.Kubernetes.Resources;
using EksTools.Sandbox.Kubernetes.Serving;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>
/// Runs the controllers of a cluster's load balancers after changes to what concerns them, and again after a while where they failed. They
/// run as events of the account's schedule, under its lock; in a cluster without load balancers they never do.
/// </summary>
internal sealed class BalancingLoop : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // Far beyond the longest pause, and short of what a double holds.
    private const int MostFailures = 30;

    private readonly ClusterView _view;
    private readonly IReadOnlyList<ILoadBalancerController> _controllers;
    private readonly Dictionary<string, State> _states = [];
    private readonly IAsyncDisposable _following;

    // Written by the follower and by the runs, whichever sees the first object.
    private volatile bool _watching;
    private volatile bool _ended;
    private int _scheduled;

    public BalancingLoop(Cluster cluster, IClusterObjects objects)
    {
        _view = new ClusterView(cluster, objects);
        _controllers = [new LegacyCloudProvider(_view), new LoadBalancerController(_view, ControllerDialect.LoadBalancerController), new LoadBalancerController(_view, ControllerDialect.AutoMode)];
        _following = objects.Follow(Concerns, Schedule);
    }

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await _following.DisposeAsync();
    }

    private bool Concerns(ResourceType type, JsonObject obj)
    {
        if (type == ResourceCatalog.Services || type == ClusterView.Ingresses)
        {
            var concerned = _controllers.Any(controller => controller.Concerns(obj));
            _watching |= concerned;
            return concerned || (_watching && type == ResourceCatalog.Services);
        }

        return _watching && (type == ResourceCatalog.Nodes || type == ResourceCatalog.Endpoints || type == ResourceCatalog.Deployments || type == ResourceCatalog.ServiceAccounts || type == ClusterView.IngressClasses || type.IsCustom);
    }

    private void Schedule() => Schedule(TimeSpan.Zero);

    private void Schedule(TimeSpan pause)
    {
        if (pause > TimeSpan.Zero || Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            _view.Account.After(pause, () => Run(pause == TimeSpan.Zero));
        }
    }

    private void Run(bool awaited)
    {
        if (awaited)
        {
            Interlocked.Exchange(ref _scheduled, 0);
        }

        if (_ended || _view.Cluster.Eks.Clusters.GetValueOrDefault(_view.Cluster.Name) != _view.Cluster)
        {
            return;
        }

        try
        {
            Reconcile();
        }
        catch (Exception lost) when (lost is HttpRequestException or ObjectDisposedException or StatusException)
        {
            // A real API server that does not answer: it is on its way down with its cluster, or will be back.
            if (!_ended)
            {
                Schedule(FirstPause);
            }
        }
    }

    private void Reconcile()
    {
        List<JsonObject> services = [.. _view.Objects.List(ResourceCatalog.Services).Where(service => _controllers.Any(controller => controller.Concerns(service)))];
        List<JsonObject> ingresses = [.. _view.Objects.List(ClusterView.Ingresses).Where(ingress => _controllers.Any(controller => controller.Concerns(ingress)))];
        HashSet<string> live = [];
        foreach (var controller in _controllers)
        {
            foreach (var job in controller.Plan(services, ingresses).ToList())
            {
                live.Add(job.Key);
                Attempt(job);
            }

            controller.Register(services);
        }

        foreach (var key in _states.Keys.Except(live).ToList())
        {
            _states.Remove(key);
        }

        _watching = services.Count > 0 || ingresses.Count > 0 || live.Count > 0;
    }

    private void Attempt(Job job)
    {
        var now = _view.Account.Now;
        if (!_states.TryGetValue(job.Key, out var state))
        {
            _states[job.Key] = state = new State();
        }

        if (state.Fingerprint == job.Fingerprint && (state.Due is null || now < state.Due))
        {
            return;
        }

        var again = state.Fingerprint == job.Fingerprint;
        (state.Fingerprint, state.Due) = (job.Fingerprint, now);
        try
        {
            job.Act();
            (state.Due, state.Failures) = (null, 0);
        }
        catch (Exception waits) when (waits is NotYet or ReconcileFailure)
        {
            // A failure is told; what either waits for may come without any change of the cluster. Interfaces go sooner than people come.
            state.Failures = again ? state.Failures + 1 : 0;
            var pause = FirstPause * Math.Pow(waits is NotYet ? 1.2 : 2, Math.Min(state.Failures, MostFailures));
            Retry(state, pause > LongestPause ? LongestPause : pause);
        }
    }

    private void Retry(State state, TimeSpan pause)
    {
        state.Due = _view.Account.Now + _view.Account.Scale(pause);
        Schedule(pause);
    }

    private sealed class State
    {
        public string Fingerprint { get; set; } = "";

        /// <summary>When it is tried again; null when it succeeded.</summary>
        public DateTimeOffset? Due { get; set; }

        public int Failures { get; set; }
    }
}
