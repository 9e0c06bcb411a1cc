using System.Management.Automation;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.Hosting;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Lists the load balancer annotations of manifests or of a cluster, or those that there are at all.</summary>
[Cmdlet(VerbsCommon.Get, "EksLoadBalancerAnnotation", DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(EksLoadBalancerAnnotation), typeof(EksLoadBalancerAnnotationDefinition))]
public sealed class GetEksLoadBalancerAnnotationCommand : AnnotationCmdlet
{
    private const string AvailableSet = "ListAvailable";

    /// <summary>Every annotation that controllers know.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AvailableSet)]
    public SwitchParameter ListAvailable { get; set; }

    /// <summary>Keys, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = ObjectSet)]
    [Parameter(Position = 0, ParameterSetName = AvailableSet)]
    [ArgumentCompleter(typeof(AnnotationCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Annotation { get; set; }

    /// <summary>Who takes the objects.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EksLoadBalancerControllerKind? Controller { get; set; }

    internal override EksLoadBalancerControllerKind? SaidController => Controller;

    internal override async Task ProcessTargetAsync(AnnotationTarget target, CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        ILoadBalancingService service = Engine.Current.LoadBalancing;
        IReadOnlyList<EksLoadBalancerAnnotation> annotations = target.ClusterName is { } cluster
            ? await (await OpenAsync(cluster, target, cancellationToken)).ListAsync(target.Scope, cancellationToken)
            : await service.ListInManifestsAsync(target.Sources, target.Scope, pipeline, cancellationToken);
        foreach (EksLoadBalancerAnnotation annotation in annotations.Where(one => IsWanted(one.Annotation, isKey: true)))
            await pipeline.WriteObjectAsync(annotation);
    }

    internal override async Task EndProcessingAsync(CommandPipeline pipeline, CancellationToken cancellationToken)
    {
        if (!ListAvailable)
        {
            await base.EndProcessingAsync(pipeline, cancellationToken);
            return;
        }
        foreach (EksLoadBalancerAnnotationDefinition definition in Engine.Current.LoadBalancing.Annotations.Where(one => IsWanted(one.Annotation, isKey: false) && IsTaken(one)))
            await pipeline.WriteObjectAsync(definition);
    }

    private bool IsTaken(EksLoadBalancerAnnotationDefinition one) => Controller switch
    {
        EksLoadBalancerControllerKind.Ccm => Takes(one.Classic) || Takes(one.Network),
        EksLoadBalancerControllerKind.Lbc => Takes(one.Lbc),
        EksLoadBalancerControllerKind.AutoMode => Takes(one.AutoMode),
        _ => true,
    };

    private static bool Takes(EksAnnotationSupport support) => support is EksAnnotationSupport.Honoured or EksAnnotationSupport.Partly;

    /// <summary>A key may be asked for whole or in part; that of a family also with the port or name that it is for.</summary>
    private bool IsWanted(string key, bool isKey)
    {
        if (Annotation is null)
            return true;
        string suffix = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        string[] spellings = [key, suffix, suffix.StartsWith("aws-load-balancer-", StringComparison.Ordinal) ? suffix["aws-load-balancer-".Length..] : suffix];
        return Array.Exists(Annotation, asked =>
            Array.Exists(spellings, spelling => new WildcardPattern(asked, WildcardOptions.IgnoreCase).IsMatch(spelling))
            || (!isKey && key.Contains('{', StringComparison.Ordinal) && asked.StartsWith(key.Split('{')[0], StringComparison.OrdinalIgnoreCase)));
    }
}
