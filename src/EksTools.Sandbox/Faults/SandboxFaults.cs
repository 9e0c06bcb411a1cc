namespace EksTools.Sandbox.Faults;

/// <summary>The faults that wait for their calls.</summary>
public sealed class SandboxFaults
{
    private readonly Lock _gate = new();
    private readonly List<Pending> _rules = [];
    private readonly Dictionary<string, int> _kubernetes = new(StringComparer.Ordinal);
    private bool _cut;
    private TaskCompletionSource _whenCut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether a fault has cut the sandbox off, so that nothing gets through until <see cref="Clear"/>.</summary>
    public bool IsCut
    {
        get
        {
            lock (_gate)
            {
                return _cut;
            }
        }
    }

    /// <summary>The faults that still wait for a call, or for more calls.</summary>
    public IReadOnlyList<FaultRule> Waiting
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules.Select(static waiting => waiting.Rule)];
            }
        }
    }

    /// <summary>How often the clusters' API servers (the built-in ones) were called, harmed or not, by operation.</summary>
    public IReadOnlyDictionary<string, int> KubernetesCalls
    {
        get
        {
            lock (_gate)
            {
                return _kubernetes.ToDictionary();
            }
        }
    }

    /// <summary>How many faults still wait for a call.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rules.Count;
            }
        }
    }

    /// <summary>Adds a fault; earlier ones strike first.</summary>
    public void Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        lock (_gate)
        {
            _rules.Add(new Pending(rule));
        }
    }

    /// <summary>Adds a fault for an operation.</summary>
    public void Add(string service, string operation, FaultKind kind, int count = 1) =>
        Add(new FaultRule { Service = service, Operation = operation, Kind = kind, Count = count });

    /// <summary>Ends when a fault has cut the sandbox off, and the service has acted on that call if it was to: the moment to kill the caller.</summary>
    public Task WhenCutAsync()
    {
        lock (_gate)
        {
            return _whenCut.Task;
        }
    }

    /// <summary>Takes all faults away.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
            _cut = false;
            if (_whenCut.Task.IsCompleted)
            {
                _whenCut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>A call was dropped, after the service has done whatever it was to do about it.</summary>
    internal void Dropped(FaultRule fault)
    {
        lock (_gate)
        {
            if (fault.Cuts)
            {
                _whenCut.TrySetResult();
            }
        }
    }

    /// <summary>The fault that befalls this call, if any; it counts.</summary>
    internal FaultRule? Strike(string service, string operation, string path, string body)
    {
        lock (_gate)
        {
            if (service == KubernetesFaults.Service)
            {
                _kubernetes[operation] = _kubernetes.GetValueOrDefault(operation) + 1;
            }

            if (_cut)
            {
                return new FaultRule { Kind = FaultKind.DropBefore };
            }

            foreach (var waiting in _rules.Where(waiting => waiting.Rule.Matches(service, operation, path, body)).ToList())
            {
                if (waiting.Skip > 0)
                {
                    waiting.Skip--;
                    continue;
                }

                if (--waiting.Count <= 0)
                {
                    _rules.Remove(waiting);
                }

                _cut = waiting.Rule.Kind is FaultKind.CutBefore or FaultKind.CutAfter;
                return waiting.Rule.Kind switch
                {
                    FaultKind.CutBefore => waiting.Rule with { Kind = FaultKind.DropBefore, Cuts = true },
                    FaultKind.CutAfter => waiting.Rule with { Kind = FaultKind.DropAfter, Cuts = true },
                    _ => waiting.Rule,
                };
            }

            return null;
        }
    }

    private sealed class Pending(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public int Count { get; set; } = rule.Count;

        public int Skip { get; set; } = rule.Skip;
    }
}
