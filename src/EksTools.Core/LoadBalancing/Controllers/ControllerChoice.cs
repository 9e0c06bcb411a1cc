using EksTools.Core.LoadBalancing.Annotations;
using EksTools.LoadBalancing;

namespace EksTools.Core.LoadBalancing.Controllers;

/// <summary>Who may take an object.</summary>
/// <param name="Readers">Those who may: one where it is decided, none where nobody does.</param>
/// <param name="Reason">Why, as a clause.</param>
internal sealed record ControllerDecision(IReadOnlyList<AnnotationReader> Readers, string Reason)
{
    /// <summary>Who takes it, where that is decided.</summary>
    public AnnotationReader? Reader => Readers is [var one] ? one : null;

    /// <summary>The controller, where that is decided.</summary>
    public EksLoadBalancerControllerKind? Controller => Readers.Select(ControllerChoice.KindOf).Distinct().ToArray() is [var one] ? one : null;
}

/// <summary>
/// Which controller makes the load balancer of an object: cloud-provider-aws pkg/providers/v1/aws_loadbalancer.go (isNLB, isLBExternal),
/// aws-load-balancer-controller pkg/service/service_utils.go, webhooks/core/service_mutator.go and pkg/ingress/class_loader.go.
/// </summary>
internal static class ControllerChoice
{
    public const string LbcClass = "service.k8s.aws/nlb";
    public const string AutoClass = "eks.amazonaws.com/nlb";
    public const string LbcIngress = "ingress.k8s.aws/alb";
    public const string AutoIngress = "eks.amazonaws.com/alb";
    public const string IngressClassAnnotation = "kubernetes.io/ingress.class";

    private const string TypeKey = AnnotationDefinition.ServicePrefix + "/aws-load-balancer-type";
    private const string TargetTypeKey = AnnotationDefinition.ServicePrefix + "/aws-load-balancer-nlb-target-type";

    /// <summary>The controller that a reader is a part of.</summary>
    public static EksLoadBalancerControllerKind KindOf(AnnotationReader reader) => reader switch
    {
        AnnotationReader.Lbc => EksLoadBalancerControllerKind.Lbc,
        AnnotationReader.AutoMode => EksLoadBalancerControllerKind.AutoMode,
        _ => EksLoadBalancerControllerKind.Ccm,
    };

    /// <summary>A controller as people call it.</summary>
    public static string NameOf(EksLoadBalancerControllerKind kind) => kind switch
    {
        EksLoadBalancerControllerKind.Lbc => "the AWS Load Balancer Controller",
        EksLoadBalancerControllerKind.AutoMode => "EKS Auto Mode",
        _ => "the cloud provider",
    };

    /// <summary>A reader as people call it.</summary>
    public static string NameOf(AnnotationReader reader) => reader switch
    {
        AnnotationReader.Classic => "the cloud provider (Classic Load Balancer)",
        AnnotationReader.Network => "the cloud provider (Network Load Balancer)",
        _ => NameOf(KindOf(reader)),
    };

    /// <summary>Who takes an object. What plainly is another controller's, or has no load balancer, stays so whatever is said.</summary>
    public static ControllerDecision Of(LoadBalancedObject subject, ControllerFacts facts)
    {
        ControllerDecision found = subject.IsService ? OfService(subject, facts) : OfIngress(subject, facts);
        bool foreign = found.Readers.Count == 0 && (!subject.IsService || subject.Service is { Type: not ServiceSpec.LoadBalancer } or { LoadBalancerClass.Length: > 0 });
        return foreign ? found : facts.Said switch
        {
            EksLoadBalancerControllerKind.Ccm when subject.IsService => One(CloudProvider(subject), "it was said so"),
            EksLoadBalancerControllerKind.Ccm => None("the cloud provider takes no Ingress"),
            EksLoadBalancerControllerKind.Lbc => One(AnnotationReader.Lbc, "it was said so"),
            EksLoadBalancerControllerKind.AutoMode => One(AnnotationReader.AutoMode, "it was said so"),
            _ => found,
        };
    }

    private static AnnotationReader CloudProvider(LoadBalancedObject subject) => subject.Value(TypeKey) == "nlb" ? AnnotationReader.Network : AnnotationReader.Classic;

    private static ControllerDecision OfService(LoadBalancedObject service, ControllerFacts facts)
    {
        string? type = service.Value(TypeKey), target = service.Value(TargetTypeKey);
        bool forController = type == "nlb-ip" || (type == "external" && target is "ip" or "instance");
        ServiceSpec? spec = service.Service;
        if (spec is not null && spec.Type != ServiceSpec.LoadBalancer)
        {
            return forController && facts.HasController != false
                ? One(AnnotationReader.Lbc, $"aws-load-balancer-type is {type}")
                : None($"spec.type is {spec.Type}, and controllers make load balancers of Services of type LoadBalancer");
        }
        if (spec?.LoadBalancerClass is { Length: > 0 } name)
        {
            if (name == facts.ControllerClass || name == LbcClass)
                return One(AnnotationReader.Lbc, $"spec.loadBalancerClass is {name}");
            return name == AutoClass ? One(AnnotationReader.AutoMode, $"spec.loadBalancerClass is {name}") : None($"spec.loadBalancerClass is {name}, which none of AWS's controllers takes");
        }
        if (service.IsLive || facts is { HasServiceWebhook: false, IsAutoMode: not true })
            return WithoutClass(service, type, forController, facts);

        // A Service that is new: the webhook gives its class to whatever has none, whichever annotations it has.
        List<AnnotationReader> possible = [];
        if (facts.HasServiceWebhook != false && facts.HasController != false)
            possible.Add(AnnotationReader.Lbc);
        if (facts.IsAutoMode != false)
            possible.Add(AnnotationReader.AutoMode);
        bool decided = facts is { HasServiceWebhook: not null, IsAutoMode: not null };
        if (!decided && WithoutClass(service, type, forController, facts).Reader is { } left && !possible.Contains(left))
            possible.Add(left);
        string reason = decided
            ? facts.HasServiceWebhook == true ? "its webhook gives new Services its class" : "a new Service of a cluster in Auto Mode is Auto Mode's"
            : "the Service names no class, and what is installed is not known";
        if (!decided && forController)
            return One(AnnotationReader.Lbc, $"aws-load-balancer-type is {type}");
        return new ControllerDecision(possible, reason);
    }

    /// <summary>A Service that has no class and will be given none.</summary>
    private static ControllerDecision WithoutClass(LoadBalancedObject service, string? type, bool forController, ControllerFacts facts)
    {
        if (forController)
            return facts.HasController == false ? None($"aws-load-balancer-type is {type}, and the AWS Load Balancer Controller is not installed") : One(AnnotationReader.Lbc, $"aws-load-balancer-type is {type}");
        if (type == "external")
            return None("aws-load-balancer-type is external without aws-load-balancer-nlb-target-type ip or instance: the cloud provider leaves it to the AWS Load Balancer Controller, which does not take it either");
        return type == "nlb" ? One(AnnotationReader.Network, "aws-load-balancer-type is nlb") : One(CloudProvider(service), "it has no class");
    }

    private static ControllerDecision OfIngress(LoadBalancedObject ingress, ControllerFacts facts)
    {
        if (ingress.Value(IngressClassAnnotation) is { } former)
            return former == "alb" ? One(AnnotationReader.Lbc, $"{IngressClassAnnotation} is alb") : None($"{IngressClassAnnotation} is {former}");
        if (ingress.Ingress is { ClassName: null } && facts.DefaultIngressClass is null)
        {
            return facts.KnowsIngressClasses ? None("it names no class, and no IngressClass is the default") : Undecided(facts, "the Ingress names no class, and what is installed is not known");
        }
        string? name = ingress.Ingress?.ClassName ?? facts.DefaultIngressClass;
        if (name is not null && facts.IngressClasses.TryGetValue(name, out string? controller))
        {
            return controller switch
            {
                LbcIngress => One(AnnotationReader.Lbc, $"the controller of its class {name} is {controller}"),
                AutoIngress => One(AnnotationReader.AutoMode, $"the controller of its class {name} is {controller}"),
                _ => None($"the controller of its class {name} is {controller}"),
            };
        }
        if (facts.KnowsIngressClasses)
            return None($"there is no IngressClass {name}");
        bool meant = name is null or "alb" || ingress.Annotations.Keys.Any(static key => key.StartsWith(AnnotationDefinition.IngressPrefix, StringComparison.Ordinal));
        return meant ? Undecided(facts, $"the controller of its class {name ?? "(none)"} is not known") : None($"its class is {name}");
    }

    private static ControllerDecision Undecided(ControllerFacts facts, string reason)
    {
        List<AnnotationReader> possible = [];
        if (facts.HasController != false)
            possible.Add(AnnotationReader.Lbc);
        if (facts.IsAutoMode != false)
            possible.Add(AnnotationReader.AutoMode);
        return new ControllerDecision(possible, reason);
    }

    private static ControllerDecision One(AnnotationReader reader, string reason) => new([reader], reason);

    private static ControllerDecision None(string reason) => new([], reason);
}
