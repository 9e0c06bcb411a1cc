using System.Diagnostics;
using System.Globalization;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;

namespace EksTools.Core.Clusters;

/// <summary>
/// One run works on a cluster at a time: it holds a lease, which is tags on the cluster's record (its name is unique), and renews it. A
/// lease whose process on this machine is gone is taken over at once; any other when it was not renewed for its duration by the taker's own clock:
/// the wall clocks of two machines are never compared.
/// </summary>
internal sealed class ClusterLease(AwsAccount account, ClusterIdentity identity, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The tags of a lease.</summary>
    public static IReadOnlyList<string> Tags { get; } = [RunTag, HolderTag, ExpiryTag];

    private const string RunTag = "ekstools:lease-run", HolderTag = "ekstools:lease-holder", ExpiryTag = "ekstools:lease-expires";
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(40);

    // A machine that sleeps stops its timers, not the date: looked at so often, and taken for sleep when they differ by so much.
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(5), Sleep = TimeSpan.FromSeconds(30);

    // Two runs that take a free lease at once both see their own tags first; a little later both see the same.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private readonly string run = Guid.NewGuid().ToString("n");
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource lost = new();
    private readonly SemaphoreSlim looking = new(1, 1);
    private Task renewing = Task.CompletedTask;
    private DateTimeOffset seen;
    private bool tried;

    /// <summary>What carries the lease. Set before the lease is taken, when it is not the cluster role.</summary>
    public ClusterRecord Record { get; set; } = new RoleRecord(account, identity);

    /// <summary>Cancelled when another run has taken the lease, or it could not be renewed: this one must stop.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>The lease's tags for a record that is made now. AWS may take the call though its answer is lost: from here on the lease may be ours.</summary>
    public Dictionary<string, string> NewTags()
    {
        tried = true;
        return new(StringComparer.Ordinal)
        {
            [RunTag] = run,
            [HolderTag] = LeaseHolder.Current.ToTag(),
            [ExpiryTag] = (time.GetUtcNow() + Duration).ToString("u", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The record was made with this lease's tags: the lease is ours.</summary>
    public void Hold()
    {
        if (renewing.IsCompleted)
        {
            seen = time.GetUtcNow();
            account.BeforeChange = RequireAsync;
            renewing = RenewAsync();
        }
    }

    /// <summary>Takes the lease on an existing record, waiting while another run holds it.</summary>
    /// <returns>False when the record is gone: the run that held it removed the cluster.</returns>
    public async Task<bool> AcquireAsync(StepContext context, CancellationToken cancellationToken)
    {
        string? stood = null;
        long since = 0;
        string answer = await context.Poller.UntilAsync(TryAsync, cancellationToken);
        if (answer.Length == 0)
        {
            return false;
        }

        Hold();
        return true;

        async Task<string?> TryAsync(CancellationToken token)
        {
            Dictionary<string, string>? tags = await Record.ReadAsync(token);
            if (tags is null)
            {
                return string.Empty;
            }

            if (tags.GetValueOrDefault(RunTag) == run)
            {
                return run;
            }

            string stamp = $"{tags.GetValueOrDefault(RunTag)} {tags.GetValueOrDefault(ExpiryTag)}";
            if (stamp != stood)
            {
                (stood, since) = (stamp, time.GetTimestamp());
            }

            LeaseHolder? holder = LeaseHolder.Parse(tags.GetValueOrDefault(HolderTag));
            bool free = !tags.ContainsKey(RunTag) || holder?.IsDeadHere() == true || time.GetElapsedTime(since) > Duration;
            if (!free)
            {
                context.Detail($"another run ({holder?.ToString() ?? "unknown"}) is at work on cluster {identity.Name}; waiting for it to end");
                return null;
            }

            await WriteAsync(token);
            await Task.Delay(Settling, time, token);
            tags = await Record.ReadAsync(token);
            return tags?.GetValueOrDefault(RunTag) == run ? run : null;
        }
    }

    /// <summary>Gives the lease back, if it is ours. Never throws: the job's own outcome is what counts.</summary>
    public async Task ReleaseAsync()
    {
        await EndAsync();
        if (!tried || lost.IsCancellationRequested)
        {
            return;
        }

        tried = false;
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
            Dictionary<string, string>? tags = await Record.ReadAsync(patience.Token);
            if (tags?.GetValueOrDefault(RunTag) == run)
            {
                await Record.EraseAsync([RunTag, HolderTag, ExpiryTag], patience.Token);
            }
        }
        catch (Exception exception)
        {
            // Left to run out: two minutes for runs elsewhere, none for runs on this machine once this process has ended.
            Debug.WriteLine(exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        ended.Dispose();
        lost.Dispose();
        looking.Dispose();
    }

    /// <summary>Before a change: a lease that may have run out by the date, as on a machine that has just woken, is looked at first.</summary>
    /// <exception cref="OperationCanceledException">Another run has taken it.</exception>
    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        lost.Token.ThrowIfCancellationRequested();
        if (IsFresh())
        {
            return;
        }

        await looking.WaitAsync(cancellationToken);
        try
        {
            if (!IsFresh())
            {
                await LookAsync(cancellationToken);
                seen = time.GetUtcNow();
            }
        }
        finally
        {
            looking.Release();
        }

        lost.Token.ThrowIfCancellationRequested();

        bool IsFresh() => (time.GetUtcNow() - seen).Duration() < Duration;
    }

    /// <summary>Reads who holds the lease; another than this run, and it is lost.</summary>
    /// <returns>Null where the record is gone.</returns>
    private async Task<Dictionary<string, string>?> LookAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string>? tags = await Record.ReadAsync(cancellationToken);
        if (tags is not null && tags.TryGetValue(RunTag, out string? holder) && holder != run)
        {
            await lost.CancelAsync();
        }

        return tags;
    }

    private Task WriteAsync(CancellationToken cancellationToken) => Record.WriteAsync(NewTags(), cancellationToken);

    private async Task RenewAsync()
    {
        long renewed = time.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            try
            {
                if (await RestAsync(ended.Token))
                {
                    // Another may have taken the lease meanwhile, which is seen now; and who cannot ask yet gets the time that a waking network takes.
                    renewed = time.GetTimestamp();
                }

                Dictionary<string, string>? tags = await LookAsync(ended.Token);
                if (lost.IsCancellationRequested)
                {
                    return;
                }

                if (tags is not null)
                {
                    await WriteAsync(ended.Token);
                }

                renewed = time.GetTimestamp();
                seen = time.GetUtcNow();
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (time.GetElapsedTime(renewed) < Duration)
            {
                // Whatever kept this renewal from happening, the next may succeed while the lease still stands.
                Debug.WriteLine(exception.Message);
            }
            catch (Exception exception)
            {
                Debug.WriteLine(exception.Message);
                await lost.CancelAsync();
                return;
            }
        }
    }

    /// <summary>Waits until the lease is to be renewed; less when the machine slept, and then true.</summary>
    private async Task<bool> RestAsync(CancellationToken cancellationToken)
    {
        for (TimeSpan rested = TimeSpan.Zero; rested < Renewal; rested += Watch)
        {
            DateTimeOffset before = time.GetUtcNow();
            await Task.Delay(Watch, time, cancellationToken);
            if (time.GetUtcNow() - before > Watch + Sleep)
            {
                return true;
            }
        }

        return false;
    }

    private async Task EndAsync()
    {
        if (!ended.IsCancellationRequested)
        {
            await ended.CancelAsync();
            account.BeforeChange = null;
        }

        await renewing;
    }
}
