using System.Collections;
using System.Management.Automation;
using EksTools.Completion;
using EksTools.Errors;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Connections;

/// <summary>A command about the load balancer annotations of Services and Ingresses, in a cluster or in manifests.</summary>
public abstract class AnnotationCmdlet : RegionCmdlet
{
    private protected const string PathSet = "Path";
    private protected const string ObjectSet = "Object";

    private readonly List<string> lines = [];
    private readonly List<LoadBalancerManifestSource> manifests = [];
    private readonly List<(string? Cluster, string? Region, string? Path, string? Kind, string? Namespace, string Name)> named = [];
    private readonly Dictionary<(string Cluster, string? Region), ILoadBalancedCluster> clusters = [];
    private bool given;

    /// <summary>Files and folders.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>Objects, manifests as text, files, or names.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>The cluster's name.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ClusterName { get; set; }

    /// <summary>Names, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>The namespace.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Service or Ingress.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    [ValidateSet("Service", "Ingress")]
    public string? Kind { get; set; }

    /// <inheritdoc/>
    protected override object? ErrorTarget => Path?.FirstOrDefault() ?? ClusterName;

    /// <summary>The controller that was said; null when it is to be found out.</summary>
    internal virtual EksLoadBalancerControllerKind? SaidController => null;

    /// <summary>The body, once for each cluster and once for all manifests.</summary>
    internal abstract Task ProcessTargetAsync(AnnotationTarget target, CommandPipeline pipeline, CancellationToken cancellationToken);

    /// <summary>Whether something could not be looked at.</summary>
    private protected bool HasFailed { get; private set; }

    internal override void PrepareRecord()
    {
        bool before = HasFailed;
        HasFailed = true; // Until the record is taken: what fails here is told by the caller.
        base.PrepareRecord();
        TakeRecord();
        HasFailed = before;
    }

    private void TakeRecord()
    {
        if (Path is not null)
        {
            manifests.AddRange(Path.SelectMany(Resolve).Select(static path => new LoadBalancerManifestSource { Path = path }));
            given = true;
        }
        if (MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            given = true;
            if (InputObject is not null)
                Take(InputObject);
        }
    }

    // When all has come: a manifest may come line by line, and each cluster is read once.
    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            foreach (AnnotationTarget target in Targets())
            {
                try
                {
                    await ProcessTargetAsync(target, pipeline, cancellationToken);
                }
                catch (EksToolsException exception)
                {
                    HasFailed = true;
                    await pipeline.WriteErrorAsync(ErrorTable.ToErrorRecord(exception, target.ClusterName));
                }
            }
        }
        finally
        {
            foreach (ILoadBalancedCluster cluster in clusters.Values)
                cluster.Dispose();
            clusters.Clear();
        }
    }

    /// <summary>The cluster of a target, opened once for all that come by the pipeline.</summary>
    internal async Task<ILoadBalancedCluster> OpenAsync(string cluster, AnnotationTarget target, CancellationToken cancellationToken)
    {
        // Objects may name a region themselves.
        string? region = target.Region is { Length: > 0 } && Region is null ? target.Region : null;
        if (!clusters.TryGetValue((cluster, region), out ILoadBalancedCluster? open))
            clusters[(cluster, region)] = open = await Engine.Current.LoadBalancing.OpenClusterAsync(region is null ? Connection : Connection.InRegion(region), cluster, SaidController, cancellationToken);
        return open;
    }

    private IEnumerable<AnnotationTarget> Targets()
    {
        LoadBalancerScope scope = new() { Kind = Kind, Namespace = Namespace, Names = Name ?? [], Controller = SaidController, Region = Region };
        if (lines.Count > 0 && ClusterName is { } home)
            yield return new AnnotationTarget(home, null, [], scope with { Names = [.. lines.Concat(scope.Names)] });
        else if (lines.Count > 0)
            manifests.Add(new LoadBalancerManifestSource { Text = string.Join('\n', lines) + (lines is [var whole] && whole.Contains('\n', StringComparison.Ordinal) ? string.Empty : "\n") });
        if (manifests.Count > 0)
            yield return new AnnotationTarget(null, null, manifests, scope);
        foreach (var group in named.GroupBy(static one => (one.Cluster, one.Region, one.Path, one.Kind, one.Namespace)))
        {
            LoadBalancerScope some = scope with { Kind = group.Key.Kind ?? Kind, Namespace = group.Key.Namespace ?? Namespace, Names = [.. group.Select(static one => one.Name).Distinct(StringComparer.Ordinal)] };
            yield return group.Key.Path is { } file
                ? new AnnotationTarget(null, null, [new LoadBalancerManifestSource { Path = file }], some)
                : new AnnotationTarget(group.Key.Cluster, group.Key.Region, [], some);
        }
        // Nothing that came by the pipeline is not everything.
        if (given || MyInvocation.ExpectingInput)
            yield break;
        yield return ClusterName is { } cluster
            ? new AnnotationTarget(cluster, null, [], scope)
            : throw new EksToolsException(EksErrorKind.Validation, "NothingNamed", "Neither manifests nor a cluster are named.", null, "Say -Path for files and folders, -ClusterName for a cluster, or pipe objects or a manifest in.");
    }

    private IEnumerable<string> Resolve(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [GetUnresolvedProviderPathFromPSPath(path)];
        try
        {
            return [.. GetResolvedProviderPathFromPSPath(path, out _)];
        }
        catch (ItemNotFoundException exception)
        {
            throw new EksToolsException(EksErrorKind.NotFound, "ManifestNotFound", $"There is no file or folder {path}.", path, "Name a manifest, or a folder that holds some; a cluster is named by -ClusterName.", exception);
        }
    }

    private void Take(PSObject input)
    {
        switch (input.BaseObject)
        {
            case string text:
                lines.Add(text);
                return;
            case FileSystemInfo file:
                manifests.Add(new LoadBalancerManifestSource { Path = file.FullName });
                return;
        }
        if (Member(input, "metadata") is not null || Member(input, "items") is not null)
        {
            TakeKubernetes(input);
        }
        else if (Text(input, "Name") is { Length: > 0 } name)
        {
            string? file = Text(input, "Path"), cluster = Text(input, "ClusterName");
            if (file is null && (cluster ?? ClusterName) is not { Length: > 0 })
                throw Unknown();
            named.Add((cluster is { Length: > 0 } ? cluster : ClusterName, Text(input, "Region"), file, Text(input, "Kind"), Text(input, "Namespace"), name));
        }
        else
        {
            throw Unknown();
        }

        EksToolsException Unknown() => new(EksErrorKind.Validation, "InputNotUnderstood", $"What was piped in ({input.BaseObject.GetType().Name}) is no Service, no Ingress, no manifest and no name of one.", null, "Pipe in parsed JSON of kubectl, text, files, names with -ClusterName, or what Get-EksLoadBalancerAnnotation writes.");
    }

    /// <summary>Parsed JSON is a manifest; with -ClusterName it names objects of the cluster.</summary>
    private void TakeKubernetes(PSObject input)
    {
        if (ClusterName is null)
        {
            manifests.Add(new LoadBalancerManifestSource { Text = ObjectJson.Write(input) });
            return;
        }
        PSObject[] objects = Member(input, "items") is IEnumerable items ? [.. items.Cast<object>().Select(PSObject.AsPSObject)] : [input];
        foreach (PSObject one in objects)
        {
            string? kind = Text(one, "kind");
            if (Member(one, "metadata") is { } metadata && kind is "Service" or "Ingress" && Text(PSObject.AsPSObject(metadata), "name") is { } name)
                named.Add((ClusterName, null, null, kind, Text(PSObject.AsPSObject(metadata), "namespace") ?? "default", name));
        }
    }

    private static object? Member(PSObject one, string name) => one.BaseObject is IDictionary map ? map[name] : one.Properties[name]?.Value;

    private static string? Text(PSObject one, string name) => Member(one, name)?.ToString();
}
