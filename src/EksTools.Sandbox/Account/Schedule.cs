namespace EksTools.Sandbox.Account;

/// <summary>
/// What will happen later. Everything due happens before the next request is answered, and a timer wakes it when nobody asks;
/// so a fake clock loses nothing. While something happens, the time is the moment at which it was due.
/// </summary>
internal sealed class Schedule(TimeProvider time, Lock gate) : IDisposable
{
    [ThreadStatic]
    private static DateTimeOffset? s_eventTime;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly PriorityQueue<Event, (DateTimeOffset Due, long Order)> _events = new();
    private readonly SemaphoreSlim _settling = new(1);
    private ITimer? _timer;
    private Exception? _failure;
    private long _order;
    private int _generation;

    /// <summary>Now, or the moment of the event that is happening.</summary>
    public DateTimeOffset Now => s_eventTime ?? time.GetUtcNow();

    /// <summary>Lets something happen later, under the account's gate.</summary>
    /// <param name="before">What must have ended before, awaited outside the gate.</param>
    public void After(TimeSpan delay, Action happen, Task? before = null)
    {
        lock (gate)
        {
            var due = Now + delay;
            _events.Enqueue(new Event(happen, before, _generation), (due, _order++));
            Wake();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (gate)
        {
            _events.Clear();
            _generation++;
            _failure = null;
        }
    }

    /// <summary>Lets everything happen that is due.</summary>
    public async Task SettleAsync()
    {
        if (_failure is not null)
        {
            throw new InvalidOperationException("A scheduled change of the account failed before.", _failure);
        }

        await _settling.WaitAsync();
        try
        {
            while (TakeDue(out var due) is { } next)
            {
                if (next.Before is not null)
                {
                    await next.Before;
                }

                lock (gate)
                {
                    if (next.Generation != _generation)
                    {
                        continue;
                    }

                    s_eventTime = due;
                    try
                    {
                        next.Happen();
                    }
                    finally
                    {
                        s_eventTime = null;
                    }
                }
            }
        }
        finally
        {
            _settling.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            _events.Clear();
            _generation++;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private Event? TakeDue(out DateTimeOffset due)
    {
        lock (gate)
        {
            if (_events.TryPeek(out var next, out var priority) && priority.Due <= time.GetUtcNow())
            {
                _events.Dequeue();
                due = priority.Due;
                return next;
            }

            due = default;
            Wake();
            return null;
        }
    }

    private void Wake()
    {
        if (!_events.TryPeek(out _, out var priority))
        {
            return;
        }

        var wait = priority.Due - time.GetUtcNow();
        // A timer cannot wait for months; woken early, it finds nothing and waits on.
        wait = wait > LongestWait ? LongestWait : wait;
        // A millisecond more, since timers round down and would find nothing due.
        wait = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait + TimeSpan.FromMilliseconds(1);
        _timer ??= time.CreateTimer(_ => _ = SettleInBackgroundAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private async Task SettleInBackgroundAsync()
    {
        try
        {
            await SettleAsync();
        }
        catch (Exception failure)
        {
            // Nobody awaits the timer: the next request says it.
            _failure ??= failure;
        }
    }

    private sealed record Event(Action Happen, Task? Before, int Generation);
}
