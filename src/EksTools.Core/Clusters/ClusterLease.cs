using System.Diagnostics;
using System.Globalization;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using EksTools.Core.Accounts;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters;

/// <summary>
/// One run works on a cluster at a time: it holds a lease, which is tags on the cluster role (its name is unique in the account). The holder renews
/// it; a lease that is over, or whose process on this machine is gone, is taken over.
/// </summary>
internal sealed class ClusterLease(AwsAccount account, ClusterIdentity identity, TimeProvider time) : IAsyncDisposable
{
    private const string RunTag = "ekstools:lease-run", HolderTag = "ekstools:lease-holder", ExpiryTag = "ekstools:lease-expires";
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(40);
    private readonly string run = Guid.NewGuid().ToString("n");
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource lost = new();
    private Task renewing = Task.CompletedTask;
    private bool held;

    /// <summary>Cancelled when another run has taken the lease: this one must stop.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>The lease's tags for a role that is made now.</summary>
    public Dictionary<string, string> NewTags() => new(StringComparer.Ordinal)
    {
        [RunTag] = run,
        [HolderTag] = Holder(),
        [ExpiryTag] = (time.GetUtcNow() + Duration).ToString("u", CultureInfo.InvariantCulture),
    };

    /// <summary>The role was made with this lease's tags: the lease is ours.</summary>
    public void TakenAtCreation() => Hold();

    /// <summary>Takes the lease on an existing role, waiting while another run holds it.</summary>
    public async Task AcquireAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.Poller.UntilAsync(
            async token =>
            {
                Dictionary<string, string> tags = await ReadTagsAsync(account, identity.ClusterRoleName, token);
                if (IsFree(tags, out string holder))
                {
                    await WriteAsync(token);
                    tags = await ReadTagsAsync(account, identity.ClusterRoleName, token);
                }

                bool ours = tags.GetValueOrDefault(RunTag) == run;
                if (!ours)
                {
                    context.Detail($"another run ({holder}) is at work on cluster {identity.Name}; waiting for it to end");
                }

                return ours ? tags : null;
            },
            cancellationToken);
        Hold();
    }

    /// <summary>Gives the lease back. Not after the role is deleted: then there is nothing to give.</summary>
    public async Task ReleaseAsync()
    {
        if (!await EndAsync())
        {
            return;
        }

        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
            await account.Iam.UntagRoleAsync(new UntagRoleRequest { RoleName = identity.ClusterRoleName, TagKeys = [RunTag, HolderTag, ExpiryTag] }, patience.Token);
        }
        catch (Exception exception) when (exception is Amazon.Runtime.AmazonClientException or OperationCanceledException or HttpRequestException)
        {
            // Left to run out: it ends by itself within two minutes, at once for runs on this machine.
            Debug.WriteLine(exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        ended.Dispose();
        lost.Dispose();
    }

    /// <summary>A role's tags; empty when there is no such role.</summary>
    public static async Task<Dictionary<string, string>> ReadTagsAsync(AwsAccount account, string roleName, CancellationToken cancellationToken)
    {
        Dictionary<string, string> tags = new(StringComparer.Ordinal);
        try
        {
            await foreach (Tag tag in account.Iam.Paginators.ListRoleTags(new ListRoleTagsRequest { RoleName = roleName }).Tags.WithCancellation(cancellationToken))
            {
                tags[tag.Key] = tag.Value;
            }
        }
        catch (NoSuchEntityException)
        {
            return [];
        }

        return tags;
    }

    private static string Holder()
    {
        using Process process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{process.Id}/{process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond}");
    }

    private static bool IsDeadHere(string holder)
    {
        string[] parts = holder.Split('/');
        if (parts.Length != 3 || parts[0] != Environment.MachineName || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            return false;
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            long started = process.StartTime.ToUniversalTime().Ticks / TimeSpan.TicksPerSecond;
            return Math.Abs(started - long.Parse(parts[2], CultureInfo.InvariantCulture)) > 1;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended meanwhile, or belongs to someone else who reused the number.
            return exception is InvalidOperationException;
        }
    }

    private bool IsFree(Dictionary<string, string> tags, out string holder)
    {
        holder = tags.GetValueOrDefault(HolderTag, "unknown");
        if (!tags.TryGetValue(RunTag, out string? other) || other == run)
        {
            return true;
        }

        bool over = !DateTimeOffset.TryParse(tags.GetValueOrDefault(ExpiryTag), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset expires) || expires < time.GetUtcNow();
        return over || IsDeadHere(holder);
    }

    private Task WriteAsync(CancellationToken cancellationToken) => account.Iam.TagRoleAsync(
        new TagRoleRequest { RoleName = identity.ClusterRoleName, Tags = [.. NewTags().Select(static pair => new Tag { Key = pair.Key, Value = pair.Value })] },
        cancellationToken);

    private void Hold()
    {
        held = true;
        renewing = RenewAsync();
    }

    private async Task RenewAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Renewal, time, ended.Token);
                Dictionary<string, string> tags = await ReadTagsAsync(account, identity.ClusterRoleName, ended.Token);
                if (tags.Count > 0 && tags.GetValueOrDefault(RunTag) != run)
                {
                    await lost.CancelAsync();
                    return;
                }

                if (tags.Count > 0)
                {
                    await WriteAsync(ended.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is Amazon.Runtime.AmazonClientException or HttpRequestException)
            {
                // The next round tries again; the lease outlives two missed renewals.
                Debug.WriteLine(exception.Message);
            }
        }
    }

    /// <summary>Stops renewing; true when the lease was held until now.</summary>
    private async Task<bool> EndAsync()
    {
        bool was = held && !lost.IsCancellationRequested;
        held = false;
        if (!ended.IsCancellationRequested)
        {
            await ended.CancelAsync();
        }

        await renewing;
        return was;
    }

    /// <summary>Refuses a role of that name that is not this cluster's.</summary>
    public static void RequireOurs(ClusterIdentity identity, string roleName, IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > 0 && !identity.Owns(tags))
        {
            throw new EksToolsException(
                EksErrorKind.Conflict,
                "RoleNotManaged",
                $"The IAM role {roleName} exists and is not that of cluster {identity.Name} in {identity.Region}.",
                roleName,
                "Choose another cluster name, or remove the role.");
        }
    }
}
