using EksTools.Core.Errors;
using EksTools.Plans;

namespace EksTools.Core.Plans;

/// <summary>
/// Runs a step again when what stopped it passes by itself: throttling that outlasted the SDK's own retries, a broken connection, a service's
/// 5xx, or IAM's eventual consistency; and once after each renewal when its credentials have ended and there are others.
/// </summary>
/// <param name="time">The clock of its pauses.</param>
/// <param name="renew">Gets other credentials; false when there are none but those that have ended. Null where they cannot be renewed.</param>
internal sealed class TransientRetry(TimeProvider time, Func<CancellationToken, Task<bool>>? renew)
{
    private const int Attempts = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <summary>Runs the work, again while it fails in a way that passes.</summary>
    public async Task<T> RunAsync<T>(string name, Func<CancellationToken, Task<T>> work, IJobObserver observer, CancellationToken cancellationToken)
    {
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await work(cancellationToken);
            }
            catch (Exception exception) when (attempt < Attempts && renew is not null && !cancellationToken.IsCancellationRequested && AwsFailure.IsExpired(exception))
            {
                if (!await renew(cancellationToken))
                {
                    throw;
                }

                observer.Verbose($"{name}: goes on with renewed credentials: {exception.Message}");
                continue;
            }
            catch (Exception exception) when (attempt < Attempts && !cancellationToken.IsCancellationRequested && AwsFailure.IsTransient(exception))
            {
                observer.Verbose($"{name}: will try again in {pause.TotalSeconds:0.#} s: {exception.Message}");
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }
}
