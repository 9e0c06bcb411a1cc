using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Access;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters.Changes;
using EksTools.Core.Clusters.Creation;
using EksTools.Core.Clusters.Removal;
using EksTools.Core.Clusters.Repair;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Clusters;

/// <inheritdoc/>
internal sealed class ClusterService(TimeProvider time) : IClusterService
{
    private readonly Poller poller = new(time);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanCreateAsync(AwsConnection connection, NewClusterRequest request, CancellationToken cancellationToken)
    {
        ClusterRequestRules.Require(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            await using ClusterLease lease = new(account, new ClusterIdentity(request.Name, account.Region), time);
            ClusterCreation creation = await ClusterCreation.PrepareAsync(connection, account, request, lease, cancellationToken);
            return creation.Plan.Describe(request.Name, account.Region);
        });
    }

    /// <inheritdoc/>
    public async Task<EksCluster> CreateAsync(AwsConnection connection, NewClusterRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterRequestRules.Require(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            await using ClusterLease lease = new(account, new ClusterIdentity(request.Name, account.Region), time);
            ClusterCreation creation = await ClusterCreation.PrepareAsync(connection, account, request, lease, cancellationToken);
            await HoldingAsync(lease, request.Name, token => account.Runner(poller, time).RunAsync(creation.Plan, observer, request.Timeout, token), cancellationToken);
            return await ClusterReader.GetAsync(account, request.Name, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanRepairAsync(AwsConnection connection, RepairClusterRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.Name);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            ClusterRepair repair = await ClusterRepair.PrepareAsync(account, request, time, cancellationToken);
            repair.WarnOfOthers(observer);
            return repair.Plan.Describe(request.Name, account.Region, await repair.LookAsync(cancellationToken));
        });
    }

    /// <inheritdoc/>
    public async Task<EksCluster> RepairAsync(AwsConnection connection, RepairClusterRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.Name);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            await using ClusterLease lease = new(account, new ClusterIdentity(request.Name, account.Region), time);
            return await HoldingAsync(
                lease,
                request.Name,
                async token =>
                {
                    // What is there is looked at again when no other run is at work on it.
                    ClusterRepair before = await ClusterRepair.PrepareAsync(account, request, time, token);
                    await account.Runner(poller, time).RunAsync(before.CreateLeasePlan(lease), observer, request.Timeout, token);
                    ClusterRepair repair = await ClusterRepair.PrepareAsync(account, request, time, token);
                    repair.WarnOfOthers(observer);
                    await account.Runner(poller, time).RunAsync(repair.Plan, observer, request.Timeout, token);
                    return await ClusterReader.GetAsync(account, request.Name, token);
                },
                cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EksPlanStep>> PlanSetAsync(AwsConnection connection, SetClusterRequest request, CancellationToken cancellationToken)
    {
        ChangeRules.Require(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            ClusterSetting setting = await ClusterSetting.PrepareAsync(account, request, cancellationToken);
            return setting.Plan.Describe(request.Name, account.Region, await setting.LookAsync(cancellationToken));
        });
    }

    /// <inheritdoc/>
    public async Task<EksCluster> SetAsync(AwsConnection connection, SetClusterRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ChangeRules.Require(request);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            ClusterSetting setting = await ClusterSetting.PrepareAsync(account, request, cancellationToken);
            await using ClusterLease lease = new(account, new ClusterIdentity(request.Name, account.Region), time);
            await HoldingAsync(
                lease,
                request.Name,
                async token =>
                {
                    if (setting.Record is { } record)
                    {
                        // What is there is looked at again when no other run is at work on it.
                        lease.Record = record;
                        await account.Runner(poller, time).RunAsync(setting.CreateLeasePlan(lease), observer, request.Timeout, token);
                        setting = await ClusterSetting.PrepareAsync(account, request, token);
                    }

                    return await account.Runner(poller, time).RunAsync(setting.Plan, observer, request.Timeout, token);
                },
                cancellationToken);
            return await ClusterReader.GetAsync(account, request.Name, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ClusterResult> FindAsync(IReadOnlyList<AwsConnection> connections, ClusterQuery query, CancellationToken cancellationToken) =>
        ClusterSearch.FindAsync(connections, query, cancellationToken);

    /// <inheritdoc/>
    public async Task<EksCluster?> WaitAsync(AwsConnection connection, WaitClusterRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.Name);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            if (request.Condition != ClusterCondition.Deleted)
            {
                await ClusterReader.GetAsync(account, request.Name, cancellationToken);
            }

            Plan plan = ClusterWait.CreatePlan(account, request);
            await account.Runner(poller, time).RunAsync(plan, observer, request.Timeout, cancellationToken);
            return request.Condition == ClusterCondition.Deleted ? null : await ClusterReader.GetAsync(account, request.Name, cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<EksClusterRemoval> PlanRemoveAsync(AwsConnection connection, RemoveClusterRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.Name);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () => (await ClusterRemoval.PrepareAsync(account, request, cancellationToken)).Describe());
    }

    /// <inheritdoc/>
    public async Task<EksClusterRemoval> RemoveAsync(AwsConnection connection, RemoveClusterRequest request, IJobObserver observer, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(request.Name);
        ClusterRequestRules.RequireTimeout(request.Timeout);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            await using ClusterLease lease = new(account, new ClusterIdentity(request.Name, account.Region), time);
            return await HoldingAsync(
                lease,
                request.Name,
                async token =>
                {
                    ClusterRemoval before = await ClusterRemoval.PrepareAsync(account, request, token);
                    before.Require(request, observer);
                    await account.Runner(poller, time).RunAsync(before.CreateLeasePlan(lease), observer, request.Timeout, token);
                    observer.Progress(new JobProgress(before.Plan.Activity, "looking at what stands in the way and what stays", 0, -1));
                    ClusterRemoval removal = await ClusterRemoval.PrepareAsync(account, request, token);
                    removal.Require(request, observer);
                    return removal.Describe(await account.Runner(poller, time).RunAsync(removal.Plan, observer, request.Timeout, token));
                },
                cancellationToken);
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListNamesAsync(AwsConnection connection, CancellationToken cancellationToken)
    {
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            List<string> names = [];
            await foreach (string name in ClusterReader.ListNames(account).WithCancellation(cancellationToken))
            {
                names.Add(name);
            }

            return names;
        });
    }

    /// <summary>Runs work that stops when the lease is lost, and gives the lease back whatever becomes of it.</summary>
    private static async Task<T> HoldingAsync<T>(ClusterLease lease, string cluster, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        using CancellationTokenSource work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await run(work.Token);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "LeaseLost", $"Another run has taken over cluster {cluster}, or this one could not renew its lease on it.", cluster, "Let the other end, then run the command again.");
        }
        finally
        {
            await lease.ReleaseAsync();
        }
    }
}
