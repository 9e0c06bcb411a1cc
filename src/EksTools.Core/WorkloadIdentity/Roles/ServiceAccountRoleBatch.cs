using System.Globalization;
using System.Runtime.CompilerServices;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;
using EksTools.WorkloadIdentity;

namespace EksTools.Core.WorkloadIdentity.Roles;

/// <summary>The roles for pods of one cluster: what they share is read once, a few are made at a time, and those of one IAM role one after another.</summary>
internal sealed class ServiceAccountRoleBatch(TimeProvider time, Poller poller)
{
    // IAM throttles an account's writes at a rate that AWS does not publish; this many at once leave it to others too.
    private const int AtOnce = 4;

    /// <summary>Makes them. What fails is told in its place, and does not stop the others.</summary>
    /// <param name="jobs">What is wanted, all of one cluster, in the order of the answers.</param>
    public async IAsyncEnumerable<ServiceAccountRoleResult> RunAsync(AwsConnection connection, IReadOnlyList<ServiceAccountRoleRequest> jobs, IJobObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        using ServiceAccountRoleStage stage = await account.RunAsync(() => account.Retry(time).RunAsync("cluster", token => ServiceAccountRoleStage.OpenAsync(account, jobs[0].ClusterName, token), observer, cancellationToken));
        using SemaphoreSlim slots = new(AtOnce);
        using CancellationTokenSource unread = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        PlanRunner runner = account.Runner(poller, time);
        IJobObserver each = jobs.Count == 1 ? observer : new OneOfMany(observer);
        ClusterIdentity identity = new(stage.Cluster.Name, stage.Cluster.Region);
        Dictionary<string, Task> last = new(StringComparer.OrdinalIgnoreCase);
        List<Task<ServiceAccountRoleResult>> running = [];
        foreach (ServiceAccountRoleRequest job in jobs)
        {
            // Two that write one trust policy, or one service account, would each undo what the other adds.
            string[] shared = [.. job.ServiceAccounts.Select(static name => $"service account {name}"), $"role {ServiceAccountRoleCreation.RoleNameOf(job, identity)}"];
            Task[] before = [.. shared.Select(key => last.GetValueOrDefault(key)).OfType<Task>()];
            Task<ServiceAccountRoleResult> task = RunOneAsync(stage, runner, job, before, slots, each, unread.Token);
            foreach (string key in shared)
            {
                last[key] = task;
            }

            running.Add(task);
        }

        try
        {
            for (int index = 0; index < running.Count; index++)
            {
                ServiceAccountRoleResult result = await running[index];
                if (running.Count > 1)
                {
                    int done = running.Count(static task => task.IsCompleted);
                    observer.Progress(new JobProgress($"IAM roles for service accounts of {stage.Cluster.Name}", string.Create(CultureInfo.InvariantCulture, $"{done} of {running.Count}"), 100 * done / running.Count, -1, index == running.Count - 1));
                }

                yield return result;
            }
        }
        finally
        {
            // Nothing may still use what is disposed of here.
            await unread.CancelAsync();
            await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<ServiceAccountRoleResult> RunOneAsync(ServiceAccountRoleStage stage, PlanRunner runner, ServiceAccountRoleRequest job, Task[] before, SemaphoreSlim slots, IJobObserver observer, CancellationToken cancellationToken)
    {
        await Task.WhenAll(before).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await slots.WaitAsync(cancellationToken);
        try
        {
            ServiceAccountRoleCreation creation = await stage.Account.RunAsync(() => ServiceAccountRoleCreation.PrepareAsync(stage, job, time, cancellationToken));
            return new ServiceAccountRoleResult(job, creation.Describe(await runner.RunAsync(creation.Plan, observer, job.Timeout, cancellationToken)), null);
        }
        catch (EksToolsException exception)
        {
            return new ServiceAccountRoleResult(job, [], exception);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Of many at once, each one's own progress would be a flicker.</summary>
    private sealed class OneOfMany(IJobObserver observer) : IJobObserver
    {
        public void Progress(JobProgress progress)
        {
        }

        public void Verbose(string message) => observer.Verbose(message);

        public void Warn(string message) => observer.Warn(message);
    }
}
