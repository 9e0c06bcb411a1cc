using EksTools.Sandbox.Kubernetes.Admission;

namespace EksTools.Sandbox.LoadBalancing;

/// <summary>
/// What tells the AWS Load Balancer Controller and EKS Auto Mode apart, which are one controller with two sets of names (Amazon EKS User Guide, Enable EKS
/// Auto Mode on existing clusters, migration reference).
/// </summary>
internal sealed record ControllerDialect
{
    public required string ServiceClass { get; init; }

    public required string IngressController { get; init; }

    /// <summary>The value of the old annotation <c>kubernetes.io/ingress.class</c>; null where it is not read.</summary>
    public string? IngressClassAnnotation { get; init; }

    public required string ClusterTag { get; init; }

    /// <summary>The domain of tags and finalizers of Services, such as <c>service.k8s.aws</c>.</summary>
    public required string ServiceDomain { get; init; }

    /// <summary>The domain of tags and finalizers of Ingresses.</summary>
    public required string IngressDomain { get; init; }

    /// <summary>The group of its custom resources.</summary>
    public required string ApiGroup { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>Whether <c>aws-load-balancer-type</c> makes a Service its own, without a class.</summary>
    public bool ReadsTypeAnnotation { get; init; }

    public string ServiceFinalizer => ServiceDomain + "/resources";

    public string IngressFinalizer => IngressDomain + "/resources";

    public string GroupFinalizerPrefix => $"group.{IngressDomain}/";

    public string BindingFinalizer => ApiGroup + "/resources";

    public static ControllerDialect LoadBalancerController { get; } = new()
    {
        ServiceClass = AdmissionWebhooks.ControllerClass, IngressController = "ingress.k8s.aws/alb", IngressClassAnnotation = "alb", ClusterTag = "elbv2.k8s.aws/cluster", ServiceDomain = "service.k8s.aws",
        IngressDomain = "ingress.k8s.aws", ApiGroup = "elbv2.k8s.aws", ApiVersion = "v1beta1", ReadsTypeAnnotation = true,
    };

    public static ControllerDialect AutoMode { get; } = new()
    {
        ServiceClass = AdmissionWebhooks.AutoModeClass, IngressController = "eks.amazonaws.com/alb", ClusterTag = "eks:eks-cluster-name", ServiceDomain = "service.eks.amazonaws.com",
        IngressDomain = "ingress.eks.amazonaws.com", ApiGroup = "eks.amazonaws.com", ApiVersion = "v1",
    };
}
