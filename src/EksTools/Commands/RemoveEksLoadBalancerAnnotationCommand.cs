using System.Management.Automation;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Takes load balancer annotations away from Services and Ingresses, in a cluster or in manifests.</summary>
[Cmdlet(VerbsCommon.Remove, "EksLoadBalancerAnnotation", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(EksLoadBalancerAnnotationChange), typeof(string))]
public sealed class RemoveEksLoadBalancerAnnotationCommand : AnnotationEditCmdlet
{
    /// <summary>Keys, with wildcards.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(AnnotationCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Annotation { get; set; } = null!;

    /// <summary>Who takes the objects.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EksLoadBalancerControllerKind? Controller { get; set; }

    /// <summary>Do what replaces a load balancer.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    internal override EksLoadBalancerControllerKind? SaidController => Controller;

    internal override LoadBalancerAnnotationEdit Edit => new() { Remove = Annotation, Force = Force };

    private protected override string Verb => "Remove";
}
