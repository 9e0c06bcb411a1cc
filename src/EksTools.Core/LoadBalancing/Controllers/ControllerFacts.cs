using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Controllers;

/// <summary>What is known of a cluster's controllers. Null stands for what is not known.</summary>
internal sealed record ControllerFacts
{
    /// <summary>Nothing is known, as for manifests without a cluster.</summary>
    public static ControllerFacts Unknown { get; } = new();

    /// <summary>The AWS Load Balancer Controller is installed.</summary>
    public bool? HasController { get; init; }

    /// <summary>Its webhook gives new Services of type LoadBalancer its class.</summary>
    public bool? HasServiceWebhook { get; init; }

    /// <summary>EKS Auto Mode makes load balancers.</summary>
    public bool? IsAutoMode { get; init; }

    /// <summary>The class that the AWS Load Balancer Controller takes.</summary>
    public string ControllerClass { get; init; } = ControllerChoice.LbcClass;

    /// <summary>IngressClasses by name, with the controller that each names.</summary>
    public IReadOnlyDictionary<string, string> IngressClasses { get; init; } = new Dictionary<string, string>();

    /// <summary>The IngressClass of Ingresses that name none.</summary>
    public string? DefaultIngressClass { get; init; }

    /// <summary>Whether <see cref="IngressClasses"/> are all that there are.</summary>
    public bool KnowsIngressClasses { get; init; }

    /// <summary>The parameters of IngressClasses that have some, by the class's name.</summary>
    public IReadOnlyDictionary<string, IngressParameters> IngressParameters { get; init; } = new Dictionary<string, IngressParameters>();

    /// <summary>Who takes all objects, said by the user.</summary>
    public EksLoadBalancerControllerKind? Said { get; init; }

    /// <summary>The region of the cluster.</summary>
    public string? Region { get; init; }

    /// <summary>The parameters that go before an Ingress's annotations; null for none. The former annotation of the class leads to no IngressClass, and so to none.</summary>
    public IngressParameters? ParametersOf(LoadBalancedObject subject) =>
        !subject.IsService && !subject.Annotations.ContainsKey(ControllerChoice.IngressClassAnnotation) && (subject.Ingress?.ClassName ?? DefaultIngressClass) is { } name ? IngressParameters.GetValueOrDefault(name) : null;
}
