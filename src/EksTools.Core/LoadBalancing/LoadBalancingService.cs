using EksTools.Clusters;
using EksTools.Connections;
using EksTools.Core.Accounts;
using EksTools.Core.Clusters;
using EksTools.Core.Kubernetes;
using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Changes;
using EksTools.Core.LoadBalancing.Controllers;
using EksTools.Core.LoadBalancing.Live;
using EksTools.Core.LoadBalancing.Manifests;
using EksTools.Core.LoadBalancing.Review;
using EksTools.Core.LoadBalancing.Values;
using EksTools.Errors;
using EksTools.LoadBalancing;
using EksTools.Plans;

namespace EksTools.Core.LoadBalancing;

/// <inheritdoc/>
internal sealed class LoadBalancingService(TimeProvider time) : ILoadBalancingService
{
    private const int Attempts = 8;
    private static readonly AttributeCatalogue[] Catalogues =
    [
        AttributeCatalogue.Network, AttributeCatalogue.Application, AttributeCatalogue.NetworkTargetGroup, AttributeCatalogue.ApplicationTargetGroup, AttributeCatalogue.NetworkListener, AttributeCatalogue.ApplicationListener,
    ];

    /// <inheritdoc/>
    public IReadOnlyList<EksLoadBalancerAnnotationDefinition> Annotations { get; } = [.. AnnotationModel.All.Select(static one => one.Describe())];

    /// <inheritdoc/>
    public IReadOnlyList<string> SslPolicies { get; } = [.. EksTools.Core.LoadBalancing.Annotations.SslPolicies.All];

    /// <inheritdoc/>
    public IReadOnlyList<string> AttributeKeys { get; } = [.. Catalogues.SelectMany(static one => one.Rules.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksLoadBalancerAnnotationFinding>> TestManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, CancellationToken cancellationToken)
    {
        ManifestFile[] files = [.. ManifestFiles.Read(sources, cancellationToken)];
        ControllerFacts facts = FactsOf(files, scope);
        FindingWriter writer = new(null, scope.Controller);
        List<EksLoadBalancerAnnotationFinding> findings = [];
        foreach (ManifestFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            findings.AddRange(file.Faults.Select(fault => FindingWriter.Tell(file, fault)));
            foreach (ManifestObject one in file.Objects.Where(one => LiveObjects.Matches(scope, one.Object) && ObjectReview.Concerns(one.Object)))
                findings.AddRange(writer.Tell(one.Object, ObjectReview.Of(one.Object, facts)));
        }
        return Task.FromResult<IReadOnlyList<EksLoadBalancerAnnotationFinding>>(findings);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksLoadBalancerAnnotationFinding>> TestClusterAsync(AwsConnection connection, string clusterName, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken) =>
        InClusterAsync(connection, clusterName, scope, async (objects, facts, cluster) =>
        {
            FindingWriter writer = new(cluster, scope.Controller);
            IEnumerable<LoadBalancedObject> there = await objects.ListAsync(scope, cancellationToken);
            return (IReadOnlyList<EksLoadBalancerAnnotationFinding>)[.. there.Where(ObjectReview.Concerns).SelectMany(one => writer.Tell(one, ObjectReview.Of(one, facts))).OrderByDescending(static finding => finding.Severity)];
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListInManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken)
    {
        ManifestFile[] files = [.. ManifestFiles.Read(sources, cancellationToken)];
        foreach (ManifestFile file in files)
        {
            foreach (ManifestFault fault in file.Faults)
                observer.Warn($"{file.Label}, line {fault.Line}, column {fault.Column}: {fault.Problem}.");
        }
        ControllerFacts facts = FactsOf(files, scope);
        return Task.FromResult<IReadOnlyList<EksLoadBalancerAnnotation>>([.. files.SelectMany(static file => file.Objects).Where(one => LiveObjects.Matches(scope, one.Object)).SelectMany(one => Annotate(one.Object, facts, null))]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EksLoadBalancerAnnotation>> ListInClusterAsync(AwsConnection connection, string clusterName, LoadBalancerScope scope, IJobObserver observer, CancellationToken cancellationToken) =>
        InClusterAsync(connection, clusterName, scope, async (objects, facts, cluster) =>
            (IReadOnlyList<EksLoadBalancerAnnotation>)[.. (await objects.ListAsync(scope, cancellationToken)).SelectMany(one => Annotate(one, facts, cluster))], cancellationToken);

    /// <inheritdoc/>
    public Task<LoadBalancerAnnotationPlan> PlanManifestsAsync(IReadOnlyList<LoadBalancerManifestSource> sources, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken)
    {
        ManifestFile[] files = [.. ManifestFiles.Read(sources, cancellationToken)];
        return Task.FromResult(ManifestPlanner.Plan(files, scope, edit, FactsOf(files, scope), cancellationToken));
    }

    /// <inheritdoc/>
    public Task WriteManifestAsync(LoadBalancerManifestChange change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (change.Path is { } path && change.After != change.Before)
            ManifestFiles.Replace(path, change.Before, change.After);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<LoadBalancerAnnotationPlan> PlanClusterAsync(AwsConnection connection, string clusterName, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken) =>
        InClusterAsync(connection, clusterName, scope, async (objects, facts, cluster) =>
        {
            EditPlanner planner = new(edit, facts, cluster);
            List<EksLoadBalancerAnnotationChange> changes = [];
            List<EksToolsException> failures = [];
            IReadOnlyList<LoadBalancedObject> there = await objects.ListAsync(scope, cancellationToken);
            foreach (string name in scope.Names.Where(name => !name.Contains('*', StringComparison.Ordinal) && !name.Contains('?', StringComparison.Ordinal) && !there.Any(one => one.Name == name)))
                failures.Add(NotFound(scope, name, $"cluster {clusterName}"));
            foreach (LoadBalancedObject one in there.Where(one => planner.IsMeant(scope, one)))
            {
                try
                {
                    changes.Add(planner.Plan(one).Change);
                }
                catch (EksToolsException refusal)
                {
                    failures.Add(refusal);
                }
            }
            return new LoadBalancerAnnotationPlan { Objects = changes, Failures = failures };
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<EksLoadBalancerAnnotationChange> ApplyAsync(AwsConnection connection, string clusterName, EksLoadBalancerAnnotationChange planned, LoadBalancerScope scope, LoadBalancerAnnotationEdit edit, CancellationToken cancellationToken) =>
        InClusterAsync(connection, clusterName, scope, async (objects, facts, cluster) =>
        {
            EditPlanner planner = new(edit, facts, cluster);
            for (int attempt = 1; ; attempt++)
            {
                LoadBalancedObject now = await objects.FindAsync(planned.Kind, planned.Namespace ?? "default", planned.Name, cancellationToken) ?? throw NotFound(scope with { Kind = planned.Kind }, planned.Name, $"cluster {clusterName}");
                PlannedEdit fresh = planner.Plan(now);
                if (fresh.Edits.Count == 0 || await objects.PatchAsync(now, fresh.Edits, cancellationToken))
                    return fresh.Change;
                if (attempt == Attempts)
                    throw new EksToolsException(EksErrorKind.Conflict, "ObjectBusy", $"{now} was changed by others under each of {Attempts} attempts to write it; nothing was written.", now.ToString(), "Run the command again.");
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 100 * attempt)), time, cancellationToken);
            }
        }, cancellationToken);

    internal static EksToolsException NotFound(LoadBalancerScope scope, string name, string where) =>
        new(EksErrorKind.NotFound, "ObjectNotFound", $"There is no {scope.Kind ?? "Service or Ingress"} {name}{(scope.Namespace is { } home ? $" of namespace {home}" : string.Empty)} in {where}.", name, "Get-EksLoadBalancerAnnotation lists those that have annotations.");

    /// <summary>Manifests tell of IngressClasses, where they hold them, and of nothing else that is installed.</summary>
    private static ControllerFacts FactsOf(IReadOnlyList<ManifestFile> files, LoadBalancerScope scope) => ControllerFacts.Unknown with
    {
        Said = scope.Controller,
        Region = scope.Region,
        IngressClasses = files.SelectMany(static file => file.IngressClasses).GroupBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.First().Value, StringComparer.Ordinal),
        DefaultIngressClass = files.Select(static file => file.DefaultIngressClass).FirstOrDefault(static name => name is not null),
    };

    private static IEnumerable<EksLoadBalancerAnnotation> Annotate(LoadBalancedObject subject, ControllerFacts facts, EksCluster? cluster)
    {
        ControllerDecision decision = ControllerChoice.Of(subject, facts);
        foreach ((string key, AnnotationEntry entry) in subject.Annotations.Where(static pair => AnnotationModel.IsOurs(pair.Key)).OrderBy(static pair => pair.Value.Line).ThenBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            yield return new EksLoadBalancerAnnotation
            {
                ClusterName = cluster?.Name ?? string.Empty,
                Region = cluster?.Region ?? string.Empty,
                Path = subject.Place?.Path,
                Line = entry.Line > 0 ? entry.Line : null,
                Kind = subject.Kind,
                Namespace = subject.Namespace,
                Name = subject.Name,
                Annotation = key,
                Value = entry.Value,
                Controller = decision.Controller,
                Support = decision.Reader is { } reader ? AnnotationModel.Find(key)?.SupportBy(reader) : null,
            };
        }
    }

    private static async Task<T> InClusterAsync<T>(AwsConnection connection, string clusterName, LoadBalancerScope scope, Func<LiveObjects, ControllerFacts, EksCluster, Task<T>> job, CancellationToken cancellationToken)
    {
        ClusterIdentity.RequireName(clusterName);
        using AwsAccount account = await AwsAccount.OpenAsync(connection, cancellationToken);
        return await account.RunAsync(async () =>
        {
            EksCluster cluster = await ClusterReader.GetAsync(account, clusterName, cancellationToken);
            using ClusterApi api = ClusterApi.Open(account, cluster);
            try
            {
                return await job(new LiveObjects(api), await new LiveFacts(account, cluster, api).ReadAsync(scope, cancellationToken), cluster);
            }
            catch (Exception exception) when (ClusterApi.IsUnreachable(exception))
            {
                throw new EksToolsException(EksErrorKind.Network, "ApiServerUnreachable", $"The API server of cluster {clusterName} cannot be reached: {exception.Message.TrimEnd('.', ' ')}.", clusterName, "With a private endpoint alone, run the command from within the VPC; manifests are tested without a cluster (-Path).", exception);
            }
        });
    }
}
