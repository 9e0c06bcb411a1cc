namespace EksTools.Sandbox.Faults;

/// <summary>The faults that wait for their calls.</summary>
public sealed class SandboxFaults
{
    private readonly Lock _gate = new();
    private readonly List<Waiting> _rules = [];

    /// <summary>Adds a fault; earlier ones strike first.</summary>
    public void Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        lock (_gate)
        {
            _rules.Add(new Waiting(rule));
        }
    }

    /// <summary>Adds a fault for an operation.</summary>
    public void Add(string service, string operation, FaultKind kind, int count = 1) =>
        Add(new FaultRule { Service = service, Operation = operation, Kind = kind, Count = count });

    /// <summary>Takes all faults away.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    /// <summary>The fault that befalls this call, if any; it counts.</summary>
    internal FaultRule? Strike(string service, string operation)
    {
        lock (_gate)
        {
            foreach (var waiting in _rules.Where(waiting => waiting.Rule.Matches(service, operation)).ToList())
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

                return waiting.Rule;
            }

            return null;
        }
    }

    private sealed class Waiting(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public int Count { get; set; } = rule.Count;

        public int Skip { get; set; } = rule.Skip;
    }
}
