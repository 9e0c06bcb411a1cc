using EksTools.Access;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Errors;
using EksTools.Errors;

namespace EksTools.Core.Access;

/// <inheritdoc/>
internal sealed class KubeconfigUpdate : IKubeconfigUpdate
{
    private const int Parallel = 8;

    private readonly Dictionary<ConnectionIdentity, AwsAccount> accounts = [];
    private readonly List<(string ClusterName, Task<KubeconfigAddition> Work)> asked = [];
    private readonly SemaphoreSlim places = new(Parallel);
    private readonly CancellationTokenSource ended = new();

    /// <inheritdoc/>
    public async Task AddAsync(AwsConnection connection, string clusterName, KubeconfigRequest request, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        KubeconfigWriter.RequireAgreement(request);
        ConnectionIdentity identity = ConnectionIdentity.Of(connection);
        if (!accounts.TryGetValue(identity, out AwsAccount? account))
        {
            account = accounts[identity] = await AwsAccount.OpenAsync(connection, cancellationToken);
        }

        if (request.RoleArn is { } role)
        {
            PrincipalArn.RequireRole(role, account.Partition.Name, nameof(request.RoleArn));
        }

        asked.Add((clusterName, DescribeAsync(account, connection, clusterName, request)));
    }

    /// <inheritdoc/>
    public async Task<KubeconfigPlan> PlanAsync(CancellationToken cancellationToken)
    {
        List<KubeconfigFailure> failures = [];
        List<KubeconfigAddition> additions = [];
        foreach ((string clusterName, Task<KubeconfigAddition> work) in asked)
        {
            try
            {
                KubeconfigAddition addition = await work.WaitAsync(cancellationToken);
                if (!additions.Exists(addition.IsSameAs))
                {
                    additions.Add(addition);
                }
            }
            catch (EksToolsException exception)
            {
                failures.Add(new KubeconfigFailure(clusterName, Named(exception, clusterName)));
            }
        }

        List<KubeconfigFileChange> files = [];
        foreach (IGrouping<string, KubeconfigAddition> file in additions.GroupBy(static addition => addition.Path, StringComparer.Ordinal))
        {
            KubeconfigAddition[] wanted = [.. file];
            foreach (KubeconfigAddition addition in wanted)
            {
                if (Array.Find(wanted, other => Contradicts(addition, other)) is { } rival)
                {
                    failures.Add(new KubeconfigFailure(addition.ClusterName, Contradiction(addition, rival)));
                }
            }

            wanted = Array.FindAll(wanted, addition => !Array.Exists(wanted, other => Contradicts(addition, other)));
            if (wanted.Length > 0)
            {
                Plan(file.Key, wanted, files, failures);
            }
        }

        return new KubeconfigPlan(files, failures);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksKubeconfigEntry>> WriteAsync(KubeconfigFileChange file, CancellationToken cancellationToken) =>
        KubeconfigWriter.ApplyAsync(file.Path, ((Planned)file).Additions, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        ended.Cancel();
        foreach ((_, Task<KubeconfigAddition> work) in asked)
        {
            // Whoever stopped before the plan was made does not want to hear of them.
            _ = work.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        foreach (AwsAccount account in accounts.Values)
        {
            account.Dispose();
        }

        accounts.Clear();
        asked.Clear();
    }

    /// <summary>Of many clusters one must be told from the others.</summary>
    private static EksToolsException Named(EksToolsException exception, string clusterName) => exception.Message.Contains(clusterName, StringComparison.Ordinal)
        ? exception
        : new EksToolsException(exception.Kind, exception.ErrorId, $"Cluster {clusterName}: {exception.Message}", exception.TargetName ?? clusterName, exception.Hint, exception.InnerException);

    private static void Plan(string path, KubeconfigAddition[] additions, List<KubeconfigFileChange> files, List<KubeconfigFailure> failures)
    {
        try
        {
            KubeconfigEdit edit = KubeconfigWriter.Preview(path, additions);
            files.Add(new Planned { Path = path, Entries = edit.Entries, Difference = Kubeconfig.KubeconfigDifference.Show(edit.Before, edit.After), Additions = additions });
        }
        catch (EksToolsException exception)
        {
            // One file, one error, however many clusters were to go there.
            failures.Add(new KubeconfigFailure(additions[0].ClusterName, exception));
        }
    }

    private async Task<KubeconfigAddition> DescribeAsync(AwsAccount account, AwsConnection connection, string clusterName, KubeconfigRequest request)
    {
        CancellationToken cancellationToken = ended.Token;
        await places.WaitAsync(cancellationToken);
        try
        {
            return await account.RunAsync(async () =>
            {
                EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
                return KubeconfigWriter.Decide(connection, account.Session, cluster, request);
            });
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Whether one of the two would take a name away from the other.</summary>
    private static bool Contradicts(KubeconfigAddition one, KubeconfigAddition other) => !ReferenceEquals(one, other) && (SharesContext(one, other) || SharesUser(one, other));

    private static bool SharesContext(KubeconfigAddition one, KubeconfigAddition other) => one.Entry.ContextName == other.Entry.ContextName;

    private static bool SharesUser(KubeconfigAddition one, KubeconfigAddition other) =>
        one.Entry.UserName == other.Entry.UserName && !(one.Entry.Exec.Args.SequenceEqual(other.Entry.Exec.Args) && one.Entry.Exec.Env.SequenceEqual(other.Entry.Exec.Env));

    private static EksToolsException Contradiction(KubeconfigAddition one, KubeconfigAddition other) => SharesContext(one, other)
        ? new(EksErrorKind.Validation, "KubeconfigAliasShared", $"{one.Entry.ClusterName} and {other.Entry.ClusterName} would both be the context {one.Entry.ContextName}; neither was written.", one.ClusterName, "Give each a context of its own: ... | ForEach-Object { $_ | Update-EksKubeconfig -Alias \"$($_.Name)-$($_.Region)\" }")
        : new(EksErrorKind.Validation, "KubeconfigUserShared", $"{one.Entry.ContextName} and {other.Entry.ContextName} would both be the user {one.Entry.UserName}, who can have tokens for one cluster, role and profile; neither was written.", one.ClusterName, "Give each a -UserAlias of its own, or leave it out.");

    private sealed class Planned : KubeconfigFileChange
    {
        public required IReadOnlyList<KubeconfigAddition> Additions { get; init; }
    }
}
