using System.Text;
using EksTools.Core.Access.Mappings.Undo;
using EksTools.Core.Errors;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Mappings;

/// <summary>What a writer makes of one text of aws-auth.</summary>
/// <param name="Data">The data as it is to be.</param>
/// <param name="Action">What it is, in a line, for who undoes it.</param>
/// <param name="Undone">How many earlier writes it undoes.</param>
internal sealed record AwsAuthProposal(IReadOnlyDictionary<string, string> Data, string Action, int Undone = 0);

/// <summary>
/// Writes aws-auth: the change is computed against the text that was read and written only if that is still there; otherwise it is read and
/// computed anew. The former text is kept in the same write.
/// </summary>
internal sealed class AwsAuthWriter(IAwsAuthStore store, string cluster, string caller, TimeProvider time, IJobObserver observer)
{
    /// <summary>The API server takes no more in all the values of a ConfigMap. https://kubernetes.io/docs/concepts/configuration/configmap/</summary>
    private const int LargestConfigMap = 1024 * 1024;

    private const int Attempts = 100;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Writes what is proposed, as often as it takes; nothing when the proposal is what is there already.</summary>
    /// <param name="found">What was read; null for no ConfigMap.</param>
    /// <param name="propose">Computes the change against a text. Called again for each text that is found instead; throws to give up.</param>
    /// <param name="cancellationToken">Stops before the next write.</param>
    /// <returns>What was found in the end, before the write.</returns>
    /// <exception cref="EksToolsException">It cannot be written, or others went on writing.</exception>
    public async Task<AwsAuthObject?> WriteAsync(AwsAuthObject? found, Func<AwsAuthObject?, Task<AwsAuthProposal>> propose, CancellationToken cancellationToken)
    {
        Sent? sent = null;
        for (int attempt = 1; ; attempt++)
        {
            if (sent is not null && found is not null && AwsAuthHistory.Fingerprint(found.Data) == sent.Fingerprint && AwsAuthHistory.Read(found) is [{ } last, ..] && last.Time == sent.Time && last.By == caller)
            {
                return sent.Found; // The answer to the write was lost, not the write.
            }

            AwsAuthProposal proposal = await propose(found);
            if (IsSame(found?.Data, proposal.Data))
            {
                return found;
            }

            RequireRoom(proposal.Data);
            DateTimeOffset now = time.GetUtcNow();
            AwsAuthVersion version = new(now, caller, proposal.Action, string.Empty, string.Empty, proposal.Undone);
            AwsAuthWrite write = new(proposal.Data, new Dictionary<string, string> { [AwsAuthHistory.Annotation] = AwsAuthHistory.Append(found, proposal.Data, version, out bool kept) });
            Exception? failure = null;
            try
            {
                if (await store.WriteAsync(found, write, cancellationToken))
                {
                    if (!kept)
                    {
                        observer.Warn($"This write of aws-auth of cluster {cluster} cannot be undone: its former text is too large for the room in the ConfigMap's annotations. Undo-EksIamMapping knows the writes before it alone.");
                    }

                    return found;
                }
            }
            catch (EksToolsException exception) when (attempt < Attempts && MayPass(exception, attempt))
            {
                failure = exception;
                sent = new Sent(found, AwsAuthHistory.Fingerprint(proposal.Data), now);
            }

            if (attempt == Attempts)
            {
                throw new EksToolsException(EksErrorKind.Conflict, "AwsAuthBusy", $"aws-auth of cluster {cluster} was changed by others under each of {Attempts} attempts to write it; nothing was written.", cluster, "Find who goes on writing it (kubectl get configmap aws-auth -n kube-system --show-managed-fields -o yaml), and run the command again.", failure);
            }

            await Task.Delay(Pause(attempt), time, cancellationToken);
            found = await ReadAsync(attempt, cancellationToken);
        }
    }

    private sealed record Sent(AwsAuthObject? Found, string Fingerprint, DateTimeOffset Time);

    /// <summary>A server that is down for a moment is asked again a few times; one that is not reachable at all is not waited for.</summary>
    private static bool MayPass(EksToolsException exception, int attempt) => attempt <= 5 && AwsFailure.IsTransient(exception);

    private async Task<AwsAuthObject?> ReadAsync(int attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await store.ReadAsync(cancellationToken);
            }
            catch (EksToolsException exception) when (MayPass(exception, attempt++))
            {
                await Task.Delay(Pause(attempt), time, cancellationToken);
            }
        }
    }

    /// <summary>Full jitter: many writers who collide once must not collide again in step.</summary>
    private static TimeSpan Pause(int attempt)
    {
        TimeSpan longest = TimeSpan.FromMilliseconds(20 * Math.Pow(2, Math.Min(attempt, 8)));
        return Random.Shared.NextDouble() * (longest < LongestPause ? longest : LongestPause);
    }

    private void RequireRoom(IReadOnlyDictionary<string, string> data)
    {
        int size = data.Values.Sum(Encoding.UTF8.GetByteCount);
        if (size > LargestConfigMap)
        {
            throw new EksToolsException(EksErrorKind.LimitExceeded, "AwsAuthTooLarge", $"aws-auth of cluster {cluster} would have {size:N0} bytes, and a ConfigMap has at most {LargestConfigMap:N0}; nothing was written.", cluster, "Map roles in place of users, or use access entries (Convert-EksIamMapping).");
        }
    }

    private static bool IsSame(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string> other) =>
        (one?.Count ?? 0) == other.Count && other.All(pair => one is not null && one.TryGetValue(pair.Key, out string? text) && text == pair.Value);
}
