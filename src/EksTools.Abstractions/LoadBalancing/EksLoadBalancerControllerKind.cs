namespace EksTools.LoadBalancing;

/// <summary>Who makes load balancers from Services and Ingresses.</summary>
public enum EksLoadBalancerControllerKind
{
    /// <summary>The cloud provider of EKS's control plane, which was part of Kubernetes once: Classic and, with type nlb, Network Load Balancers.</summary>
    Ccm,

    /// <summary>The AWS Load Balancer Controller: Network and Application Load Balancers.</summary>
    Lbc,

    /// <summary>The load balancing of EKS Auto Mode.</summary>
    AutoMode,
}
