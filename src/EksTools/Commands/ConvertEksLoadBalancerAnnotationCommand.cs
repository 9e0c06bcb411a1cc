using System.Management.Automation;
using EksTools.Connections;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Translates the annotations of Services and Ingresses for another load balancer controller.</summary>
[Cmdlet(VerbsData.Convert, "EksLoadBalancerAnnotation", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(EksLoadBalancerAnnotationChange), typeof(string))]
public sealed class ConvertEksLoadBalancerAnnotationCommand : AnnotationEditCmdlet
{
    /// <summary>The controller that is to take the objects.</summary>
    [Parameter(Mandatory = true)]
    [ValidateSingleValue]
    public EksLoadBalancerControllerKind To { get; set; }

    /// <summary>Who takes the objects now.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EksLoadBalancerControllerKind? Controller { get; set; }

    internal override EksLoadBalancerControllerKind? SaidController => Controller;

    internal override LoadBalancerAnnotationEdit Edit => new() { ConvertTo = To };

    private protected override string Verb => "Convert";
}
