using EksTools.Clusters;
using EksTools.Connections;
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
        IReadOnlyDictionary<LoadBalancedObject, IReadOnlyList<ReviewNote>> groups = GroupReview.Find(files.SelectMany(static file => file.Objects).Select(static one => one.Object), facts);
        foreach (ManifestFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            findings.AddRange(file.Faults.Select(fault => FindingWriter.Tell(file, fault)));
            foreach (ManifestObject one in file.Objects.Where(one => LiveObjects.Matches(scope, one.Object) && ObjectReview.Concerns(one.Object)))
                findings.AddRange(writer.Tell(one.Object, ObjectReview.Of(one.Object, facts).With(groups.GetValueOrDefault(one.Object))));
        }
        return Task.FromResult<IReadOnlyList<EksLoadBalancerAnnotationFinding>>(findings);
    }

    /// <inheritdoc/>
    public async Task<ILoadBalancedCluster> OpenClusterAsync(AwsConnection connection, string clusterName, EksLoadBalancerControllerKind? controller, CancellationToken cancellationToken) =>
        await LoadBalancedCluster.OpenAsync(connection, clusterName, controller, time, cancellationToken);

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

    internal static EksToolsException NotFound(LoadBalancerScope scope, string name, string where) =>
        new(EksErrorKind.NotFound, "ObjectNotFound", $"There is no {scope.Kind ?? "Service or Ingress"} {name}{(scope.Namespace is { } home ? $" of namespace {home}" : string.Empty)} in {where}.", name, "Get-EksLoadBalancerAnnotation lists those that have annotations.");

    /// <summary>Manifests tell of IngressClasses, where they hold them, and of nothing else that is installed.</summary>
    private static ControllerFacts FactsOf(IReadOnlyList<ManifestFile> files, LoadBalancerScope scope) => ControllerFacts.Unknown with
    {
        Said = scope.Controller,
        Region = scope.Region,
        IngressClasses = files.SelectMany(static file => file.IngressClasses).GroupBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.First().Value, StringComparer.Ordinal),
        IngressParameters = ParametersOf(files),
        DefaultIngressClass = files.Select(static file => file.DefaultIngressClass).FirstOrDefault(static name => name is not null),
    };

    private static Dictionary<string, IngressParameters> ParametersOf(IReadOnlyList<ManifestFile> files)
    {
        Dictionary<string, IngressParameters> known = new(StringComparer.Ordinal), found = new(StringComparer.Ordinal);
        foreach ((string name, IngressParameters parameters) in files.SelectMany(static file => file.IngressParameters))
            known.TryAdd(name, parameters);
        foreach ((string name, string reference) in files.SelectMany(static file => file.ClassParameters))
        {
            if (known.TryGetValue(reference, out IngressParameters? parameters))
                found.TryAdd(name, parameters);
        }
        return found;
    }

    internal static IEnumerable<EksLoadBalancerAnnotation> Annotate(LoadBalancedObject subject, ControllerFacts facts, EksCluster? cluster)
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
}
