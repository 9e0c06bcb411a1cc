namespace EksTools.Testing;

/// <summary>A clock on which pauses and deadlines pass faster, as resources do in the sandbox. The date is the system's: signatures and tokens hang on it.</summary>
/// <param name="pace">How many times faster.</param>
public sealed class PacedClock(double pace) : TimeProvider
{
    /// <summary>The pace of the engine in tests: its pauses are a tenth, and its patience is still many times what the sandbox takes.</summary>
    public const double TestPace = 10;

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)(System.GetTimestamp() * pace);

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new PacedTimer(System.CreateTimer(callback, state, Paced(dueTime), Paced(period)), this);

    /// <summary>Makes this the clock of an engine that starts in this process later.</summary>
    public void Use() => AppContext.SetData("EksTools.TimeProvider", this);

    private TimeSpan Paced(TimeSpan time) => time <= TimeSpan.Zero ? time : time / pace;

    private sealed class PacedTimer(ITimer timer, PacedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Paced(dueTime), clock.Paced(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
