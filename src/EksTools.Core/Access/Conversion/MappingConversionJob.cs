using EksTools.Access;
using EksTools.Clusters;
using EksTools.Core.Access.Mappings;
using EksTools.Core.Access.Mappings.Guard;
using EksTools.Core.Access.Reviews;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Plans;
using EksTools.Errors;
using EksTools.Plans;

namespace EksTools.Core.Access.Conversion;

/// <summary>
/// Moving aws-auth to access entries as a plan: raise the authentication mode, make the entries, see that they give what the rows gave, and only then
/// take the rows out. An entry comes before its row from its first moment and gets its policies by a second call: one that cannot have them is taken back,
/// and nothing is taken from entries that were there. Only a process that is killed between the two calls leaves a principal, never the caller before
/// all others, with an entry that gives nothing; the next run completes it.
/// </summary>
internal sealed class MappingConversionJob
{
    private const string Verify = "verify", RemoveRows = "remove-rows";

    // An entry that EKS has taken is listed within seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly AwsAccount account;
    private readonly ConvertMappingRequest request;
    private readonly ClusterAccess before;
    private readonly ConversionProgress progress;
    private readonly EntrySteps entries;
    private readonly Func<IReadOnlyList<EksIamMappingSelector>, IJobObserver, CancellationToken, Task<EksIamMappingOutcome>> removeRows;
    private bool removed;

    private MappingConversionJob(AwsAccount account, ConvertMappingRequest request, ClusterAccess before, AccessFacts facts, TransientRetry retry, Func<IReadOnlyList<EksIamMappingSelector>, IJobObserver, CancellationToken, Task<EksIamMappingOutcome>> removeRows)
    {
        this.account = account;
        this.request = request;
        this.before = before;
        this.removeRows = removeRows;
        progress = new ConversionProgress(ConversionRules.Convert(before, facts));
        Warnings = facts.Warnings;
        entries = new EntrySteps(new EntryMaker(account, before.Cluster, retry), progress, facts.Caller);
        Plan = new Plan($"Moving aws-auth of {request.ClusterName} in {account.Region} to access entries", Steps());
    }

    /// <summary>The steps.</summary>
    public Plan Plan { get; }

    /// <summary>What could not be found out.</summary>
    public IReadOnlyList<string> Warnings { get; private set; }

    /// <summary>Reads what there is and works out what to do.</summary>
    /// <param name="account">The account.</param>
    /// <param name="request">What to convert.</param>
    /// <param name="retry">Waits out what passes by itself.</param>
    /// <param name="removeRows">Takes rows out of aws-auth.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="EksToolsException">aws-auth does not count, cannot be read or is not valid.</exception>
    public static async Task<MappingConversionJob> PrepareAsync(AwsAccount account, ConvertMappingRequest request, TransientRetry retry, Func<IReadOnlyList<EksIamMappingSelector>, IJobObserver, CancellationToken, Task<EksIamMappingOutcome>> removeRows, CancellationToken cancellationToken)
    {
        EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, cancellationToken);
        ClusterAccess access = AccessReader.Begin(cluster);
        if (!access.UsesConfigMap)
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ConfigMapNotUsed", $"Cluster {cluster.Name} does not look at aws-auth: its authentication mode is {access.AuthenticationMode}. There is nothing to move.", cluster.Name, "What is left of aws-auth may be deleted: kubectl delete configmap aws-auth --namespace kube-system");
        }

        (AwsAuthMap? map, EksToolsException? failure) = await AccessReader.TryReadConfigMapAsync(account, cluster, cancellationToken);
        if (failure is not null)
        {
            throw failure;
        }

        if (AccessGuard.Unparsable(map, cluster.Name) is { } unparsable)
        {
            throw unparsable;
        }

        HashSet<string> keys = [.. (map?.Roles ?? []).Concat(map?.Users ?? []).Select(static row => IamPrincipal.Parse(row.Arn)?.Key).OfType<string>()];
        access = access with { ConfigMap = map };
        if (access.UsesEntries)
        {
            access = access with { Entries = await AccessEntryReader.ListAsync(account, cluster, arn => IamPrincipal.Parse(arn) is { } principal && keys.Contains(principal.Key), cancellationToken) };
        }

        return new MappingConversionJob(account, request, access, await FactReader.ReadAsync(account, access, nodeRoles: false, cancellationToken), retry, removeRows);
    }

    /// <summary>The rows and steps; with outcomes once the plan has run.</summary>
    public MappingConversion Describe(IReadOnlyDictionary<string, StepOutcome>? outcomes = null) => new()
    {
        Steps = Plan.Describe(request.ClusterName, account.Region, outcomes),
        Rows = [.. progress.Rows.Select(row => row.Describe(removing: outcomes is null ? request.RemoveConfigMap : removed))],
        Warnings = Warnings,
    };

    private IEnumerable<PlanStep> Steps()
    {
        List<PlanStep> steps = [];
        bool moves = progress.Rows.Any(static row => row.Wish is not null);
        if (!before.UsesEntries)
        {
            steps.AddRange(new AuthenticationModeSteps(account, request.ClusterName).Create());
        }

        IReadOnlyList<PlanStep> made = entries.Create([.. steps.TakeLast(1).Select(static step => step.Id)]);
        steps.AddRange(made);
        if (moves)
        {
            steps.Add(new PlanStep
            {
                Id = Verify,
                Needs = [.. made.Select(static step => step.Id)],
                Kind = StepKind.Wait,
                Description = "the entries give what the rows gave",
                Ensure = VerifyAsync,
            });
        }

        int going = progress.Rows.Count(static row => row.Goes);
        if (request.RemoveConfigMap && going > 0)
        {
            steps.Add(new PlanStep
            {
                Id = RemoveRows,
                Needs = [Verify],
                Description = $"{going} of {progress.Rows.Count} rows out of aws-auth; Undo-EksIamMapping brings them back",
                Ensure = RemoveAsync,
            });
        }

        return steps;
    }

    /// <summary>Reads everything back: each principal must now get in by its entry, with at least what its row gave.</summary>
    private async Task<StepOutcome> VerifyAsync(StepContext context, CancellationToken cancellationToken)
    {
        EntryWish[] wishes = [.. progress.Rows.Where(static row => row.Obstacle is null).Select(static row => row.Wish).OfType<EntryWish>()];
        HashSet<string> arns = new(wishes.Select(static wish => wish.Principal.Arn), StringComparer.Ordinal);
        string? missing = null;
        try
        {
            await context.Poller.WithinAsync(Patience, token => context.Poller.UntilAsync(LookAsync, token), cancellationToken);
        }
        catch (EksToolsException exception) when (exception.ErrorId == "WaitTimedOut")
        {
            throw new EksToolsException(EksErrorKind.Conflict, "ConversionNotVerified", $"The access entries of cluster {request.ClusterName} do not give what the rows of aws-auth gave: {missing}. No row was taken out.", request.ClusterName, "See with Get-EksEffectiveAccess what the principal is now, and run the command again.", exception);
        }

        return StepOutcome.Ready;

        async Task<string?> LookAsync(CancellationToken token)
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, request.ClusterName, token);
            ClusterAccess after = AccessReader.Begin(cluster) with { ConfigMap = before.ConfigMap };
            after = after with { Entries = await AccessEntryReader.ListAsync(account, cluster, arns.Contains, token) };
            missing = Missing(after, wishes);
            context.Detail(missing ?? "they do");
            return missing is null ? string.Empty : null;
        }
    }

    /// <summary>The first principal that does not get what its row gave; null when all do.</summary>
    internal static string? Missing(ClusterAccess after, IEnumerable<EntryWish> wishes)
    {
        AccessLookup lookup = new(after);
        foreach (EntryWish wish in wishes)
        {
            EksIamMapping? rule = lookup.Resolve(AccessSubject.Parse(wish.Principal.Arn)!).Rule;
            if (rule is not { Source: EksIamMappingSource.AccessEntry })
            {
                return $"{wish.Principal.Arn} has no access entry that counts";
            }

            if (!EntryDelta.IsMet(wish, rule))
            {
                return $"the access entry of {wish.Principal.Arn} lacks some of: {wish}";
            }
        }

        return null;
    }

    private async Task<StepOutcome> RemoveAsync(StepContext context, CancellationToken cancellationToken)
    {
        EksIamMapping[] rows = [.. progress.Rows.Where(static row => row.Goes).Select(static row => row.Row)];
        if (rows.Length == 0)
        {
            return StepOutcome.Skipped;
        }

        EksIamMappingOutcome outcome = await removeRows(
            [.. rows.Select(static row => new EksIamMappingSelector { PrincipalArn = row.PrincipalArn, Source = EksIamMappingSource.ConfigMap, Line = row.Line, Username = row.Username, Groups = row.Groups })],
            context.Observer,
            cancellationToken);

        if (outcome.Errors.FirstOrDefault(static error => error.Kind != EksErrorKind.NotFound) is { } error)
        {
            throw error;
        }

        if (outcome.Changes.Count(static change => change.Change == EksIamMappingChangeKind.Removed) < rows.Length)
        {
            // A row that is gone meanwhile is where it is wanted; one that was changed says something else now, and stays.
            (AwsAuthMap? after, EksToolsException? failure) = await AccessReader.TryReadConfigMapAsync(account, before.Cluster, cancellationToken);
            if (failure is not null)
            {
                throw failure;
            }

            foreach (EksIamMapping row in RemovedRows.Staying(rows, outcome.Changes, after))
            {
                context.Observer.Warn($"The row of {row.PrincipalArn} in aws-auth of cluster {request.ClusterName} was changed meanwhile, and stays.");
                progress.Keep(row, "it was changed meanwhile; its access entry comes before it");
            }
        }

        removed = true;
        return outcome.Changes.Count == 0 ? StepOutcome.Skipped : StepOutcome.Deleted;
    }
}
