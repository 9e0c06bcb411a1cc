namespace EksTools.Core.LoadBalancing.ControllerInstallation;

/// <summary>What the AWS Load Balancer Controller and its chart call things (aws-load-balancer-controller: helm/aws-load-balancer-controller, controllers/).</summary>
internal static class ControllerNames
{
    public const string Release = "aws-load-balancer-controller";
    public const string Namespace = "kube-system";
    public const string WebhookService = "aws-load-balancer-webhook-service";
    public const string WebhookSuffix = "elbv2.k8s.aws";
    public const string ServiceMutator = "mservice.elbv2.k8s.aws";
    public const string ServiceClass = "service.k8s.aws/nlb";
    public const string AutoModeServiceClass = "eks.amazonaws.com/nlb";
    public const string IngressController = "ingress.k8s.aws/alb";
    public const string AutoModeIngressController = "eks.amazonaws.com/alb";
    public const int WebhookPort = 9443;

    /// <summary>Without these the controller does not start.</summary>
    public static IReadOnlyList<string> Definitions { get; } = ["ingressclassparams.elbv2.k8s.aws", "targetgroupbindings.elbv2.k8s.aws"];
}
