using System.Net;
using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Errors;
using EksTools.Core.Findings;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.AwsResources;
using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Errors;
using EksTools.Findings;
using EksTools.LoadBalancing;
using EksTools.Plans;
using k8s.Autorest;

namespace EksTools.Core.LoadBalancing.Live;

/// <inheritdoc/>
internal sealed class LoadBalancedCluster : ILoadBalancedCluster
{
    private const int Attempts = 8;
    private readonly AwsAccount account;
    private readonly EksCluster cluster;
    private readonly ClusterApi api;
    private readonly ControllerFacts facts;
    private readonly TimeProvider time;
    private readonly LiveObjects objects;
    private readonly ResourceReader resources;
    private readonly Dictionary<(string Kind, string Home, string Name), LoadBalancedObject> read = [];

    private LoadBalancedCluster(AwsAccount account, EksCluster cluster, ClusterApi api, ControllerFacts facts, TimeProvider time)
    {
        this.account = account;
        this.cluster = cluster;
        this.api = api;
        this.facts = facts;
        this.time = time;
        objects = new LiveObjects(api);
        resources = new ResourceReader(account, cluster, time);
    }

    /// <summary>Opens a cluster, and reads which controllers it has.</summary>
    public static async Task<ILoadBalancedCluster> OpenAsync(AwsConnection connection, string clusterName, EksLoadBalancerControllerKind? said, TimeProvider time, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        ClusterApi? api = null;
        try
        {
            return await RunAsync(account, clusterName, async () =>
            {
                EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
                api = ClusterApi.Open(account, cluster);
                return new LoadBalancedCluster(account, cluster, api, await new LiveFacts(account, cluster, api).ReadAsync(said, cancellationToken), time);
            });
        }
        catch
        {
            api?.Dispose();
            account.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksLoadBalancerAnnotationFinding>> TestAsync(LoadBalancerScope scope, bool skipResourceCheck, IJobObserver observer, CancellationToken cancellationToken) => RunAsync(async () =>
    {
        FindingWriter writer = new(cluster, facts.Said);

        // Groups reach over namespaces: members that nobody asked for are looked at, and not told.
        IReadOnlyList<LoadBalancedObject> all = await ListAllAsync(scope, cancellationToken);
        IReadOnlyDictionary<LoadBalancedObject, IReadOnlyList<ReviewNote>> groups = GroupReview.Find(all, facts);
        LoadBalancedObject[] there = [.. all.Where(one => LiveObjects.Matches(scope, one) && ObjectReview.Concerns(one))];
        ObjectReview[] reviews = [.. there.Select(one => ObjectReview.Of(one, facts).With(groups.GetValueOrDefault(one)))];
        if (!skipResourceCheck)
        {
            (LoadBalancedObject, IReadOnlyCollection<string>)[] named = [.. there.Select(static one => (one, (IReadOnlyCollection<string>)[.. one.Annotations.Keys.Where(static key => ResourceNames.Matters(key) && !ResourceNames.IsScheme(key))]))];
            ResourceFacts found = await resources.ReadAsync(ResourceNames.Of(named), observer, cancellationToken);
            reviews = [.. reviews.Select((review, at) => review.Decision.Readers.Count == 0 ? review : review.With(ResourceReview.Of(there[at], null, review.Decision.Readers[0], named[at].Item2, facts, found, cluster.Name)))];
        }
        return (IReadOnlyList<EksLoadBalancerAnnotationFinding>)[.. there.Zip(reviews).SelectMany(one => writer.Tell(one.First, one.Second)).OrderByDescending(static finding => finding.Severity)];
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListAsync(LoadBalancerScope scope, CancellationToken cancellationToken) => RunAsync(async () =>
        (IReadOnlyList<EksLoadBalancerAnnotation>)[.. (await objects.ListAsync(scope, cancellationToken)).SelectMany(one => LoadBalancingService.Annotate(one, facts, cluster))]);

    /// <inheritdoc/>
    public Task<LoadBalancerAnnotationPlan> PlanAsync(LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, IJobObserver observer, CancellationToken cancellationToken) => RunAsync(async () =>
    {
        EditPlanner planner = new(edit, facts, cluster);
        List<PlannedEdit> planned = [];
        List<EksToolsException> failures = [];
        IReadOnlyList<LoadBalancedObject> there = await objects.ListAsync(scope, cancellationToken);
        foreach (string name in scope.Names.Where(name => !name.Contains('*', StringComparison.Ordinal) && !name.Contains('?', StringComparison.Ordinal) && !there.Any(one => one.Name == name)))
            failures.Add(LoadBalancingService.NotFound(scope, name, $"cluster {cluster.Name}"));
        foreach (LoadBalancedObject one in there.Where(one => planner.IsMeant(scope, one)))
            Try(() => planned.Add(planner.Plan(one)));
        ResourceFacts? found = await LookAsync(planned, edit, observer, cancellationToken);
        List<EksLoadBalancerAnnotationChange> changes = [];
        foreach (PlannedEdit one in planned)
        {
            read[Key(one.Former.Kind, one.Former.Namespace, one.Former.Name)] = one.Former;
            Try(() => changes.Add(Checked(one, edit, found).Change));
        }
        return new LoadBalancerAnnotationPlan { Objects = changes, Failures = failures };

        void Try(Action step)
        {
            try
            {
                step();
            }
            catch (EksToolsException refusal)
            {
                failures.Add(refusal);
            }
        }
    });

    /// <inheritdoc/>
    public Task<EksLoadBalancerAnnotationChange> ApplyAsync(EksLoadBalancerAnnotationChange planned, LoadBalancerAnnotationEdit edit, IJobObserver observer, CancellationToken cancellationToken) => RunAsync(async () =>
    {
        EditPlanner planner = new(edit, facts, cluster);
        string home = planned.Namespace ?? "default";

        // As it was when it was planned; the version that is written under says whether that still holds.
        LoadBalancedObject? now = read.GetValueOrDefault(Key(planned.Kind, home, planned.Name));
        for (int attempt = 1; ; attempt++)
        {
            now ??= await objects.FindAsync(planned.Kind, home, planned.Name, cancellationToken) ?? throw LoadBalancingService.NotFound(new LoadBalancerScope { Kind = planned.Kind, Namespace = planned.Namespace }, planned.Name, $"cluster {cluster.Name}");
            PlannedEdit fresh = planner.Plan(now);
            fresh = Checked(fresh, edit, await LookAsync([fresh], edit, observer, cancellationToken));
            if (fresh.Edits.Count == 0 || await WriteAsync(now, fresh.Edits, cancellationToken))
            {
                read.Remove(Key(planned.Kind, home, planned.Name));
                return fresh.Change;
            }
            if (attempt == Attempts)
                throw new EksToolsException(EksErrorKind.Conflict, "ObjectBusy", $"{now} was changed by others under each of {Attempts} attempts to write it; nothing was written.", now.ToString(), "Run the command again.");
            now = null;
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 100 * attempt)), time, cancellationToken);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        api.Dispose();
        account.Dispose();
    }

    /// <summary>All of the cluster; those of the namespace alone where no more may be seen.</summary>
    private async Task<IReadOnlyList<LoadBalancedObject>> ListAllAsync(LoadBalancerScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.ListAsync(new LoadBalancerScope { Kind = scope.Kind }, cancellationToken);
        }
        catch (HttpOperationException exception) when (scope.Namespace is not null && exception.Response?.StatusCode == HttpStatusCode.Forbidden)
        {
            return await objects.ListAsync(scope with { Names = [] }, cancellationToken);
        }
    }

    private async Task<bool> WriteAsync(LoadBalancedObject now, IReadOnlyList<ObjectEdit> edits, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.PatchAsync(now, edits, cancellationToken);
        }
        catch (HttpOperationException exception) when (KubernetesFailure.StatusMessage(exception) is { } message && message.Contains("failed calling webhook", StringComparison.Ordinal))
        {
            throw new EksToolsException(EksErrorKind.Service, "WebhookNotReached", $"{now} was not written, for the API server does not reach a webhook that it has to ask: {message.TrimEnd('.')}.", now.ToString(), $"Get-EksLoadBalancerController {PowerShellText.Argument(cluster.Name)} says how the controller is.", exception);
        }
    }

    private static (string Kind, string Home, string Name) Key(string kind, string? home, string name) => (kind, home ?? "default", name);

    private async Task<ResourceFacts?> LookAsync(IReadOnlyList<PlannedEdit> planned, LoadBalancerAnnotationEdit edit, IJobObserver observer, CancellationToken cancellationToken)
    {
        if (!edit.ChecksResources)
            return null;
        ResourceNames names = ResourceNames.Of(planned.Where(static one => one.Change.Changes.Count > 0).Select(static one => (one.Now, one.Touched)));
        return names.IsEmpty ? null : await resources.ReadAsync(names, observer, cancellationToken);
    }

    /// <summary>Refuses what names things that AWS does not have, or that no load balancer can take.</summary>
    private PlannedEdit Checked(PlannedEdit planned, LoadBalancerAnnotationEdit edit, ResourceFacts? found)
    {
        if (found is null || planned.Change.Changes.Count == 0)
            return planned;
        AnnotationReader? reader = planned.Reader ?? (ControllerChoice.Of(planned.Now, facts).Readers is [var first, ..] ? first : null);
        if (reader is not { } who)
            return planned;
        IReadOnlyList<ReviewNote> notes = ResourceReview.Of(planned.Now, planned.Former, who, planned.Touched, facts, found, cluster.Name);
        if (!edit.Force && notes.FirstOrDefault(static note => note.Severity == EksFindingSeverity.Error) is { } refused)
            throw new EksToolsException(EksErrorKind.Validation, "ResourceNotUsable", $"{planned.Former}: {refused.Message}", planned.Former.ToString(), $"{(refused.Fix.Command is { } look ? $"See: {look} -- " : string.Empty)}-Force writes it all the same; -SkipResourceCheck does not look at AWS.");
        return notes.Count == 0 ? planned : planned with { Change = planned.Change with { Warnings = [.. planned.Change.Warnings, .. notes.Select(static note => note.Message)] } };
    }

    private Task<T> RunAsync<T>(Func<Task<T>> job) => RunAsync(account, cluster.Name, job);

    private static Task<T> RunAsync<T>(AwsAccount account, string clusterName, Func<Task<T>> job) => account.RunAsync(async () =>
    {
        try
        {
            return await job();
        }
        catch (Exception exception) when (ClusterApi.IsUnreachable(exception))
        {
            throw new EksToolsException(EksErrorKind.Network, "ApiServerUnreachable", $"The API server of cluster {clusterName} cannot be reached: {exception.Message.TrimEnd('.', ' ')}.", clusterName, "With a private endpoint alone, run the command from within the VPC; manifests are tested without a cluster (-Path).", exception);
        }
    });
}
