using EksTools.Errors;

namespace EksTools.Core.Plans;

/// <summary>
/// Waits for a state. The pause grows with the time waited, so that the wait ends within a few per cent of the event whether it takes a second
/// or ten minutes, and is jittered so that many waiters do not ask in step.
/// </summary>
internal sealed class Poller(TimeProvider time, Random random)
{
    private const double Share = 0.04;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    public Poller(TimeProvider time)
        : this(time, Random.Shared)
    {
    }

    /// <summary>Asks until <paramref name="look"/> has an answer.</summary>
    /// <param name="look">Null means not yet. What it throws ends the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> UntilAsync<T>(Func<CancellationToken, Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        long start = time.GetTimestamp();
        while (true)
        {
            if (await look(cancellationToken) is { } answer)
            {
                return answer;
            }

            await Task.Delay(Pause(time.GetElapsedTime(start)), time, cancellationToken);
        }
    }

    /// <summary>Waits as between the first two looks.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Pause(TimeSpan.Zero), time, cancellationToken);

    /// <summary>Runs work that is cancelled after a time of this poller's clock.</summary>
    /// <exception cref="EksToolsException">The time was over.</exception>
    public async Task<T> WithinAsync<T>(TimeSpan patience, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EksToolsException(EksErrorKind.Timeout, "WaitTimedOut", $"What was waited for did not happen within {patience:g}.", innerException: exception);
        }
    }

    internal TimeSpan Pause(TimeSpan waited)
    {
        TimeSpan pause = waited * Share;
        pause = pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
        return pause * (0.9 + (0.2 * random.NextDouble()));
    }
}
