using EksTools.WorkloadIdentity;

namespace EksTools.LoadBalancing;

/// <summary>A controller that makes load balancers for a cluster, and how it is.</summary>
public sealed record EksLoadBalancerController
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>Which controller.</summary>
    public required EksLoadBalancerControllerKind Controller { get; init; }

    /// <summary>Its version, such as <c>v3.5.0</c>; null for those that EKS runs.</summary>
    public string? Version { get; init; }

    /// <summary>The chart that installed it, such as <c>aws-load-balancer-controller-3.5.0</c>; null where none did.</summary>
    public string? Chart { get; init; }

    /// <summary>The namespace of its Deployment; null for those that EKS runs.</summary>
    public string? Namespace { get; init; }

    /// <summary>Its Deployment; null for those that EKS runs, and where only its webhooks are left.</summary>
    public string? DeploymentName { get; init; }

    /// <summary>How many replicas are wanted.</summary>
    public int Replicas { get; init; }

    /// <summary>How many replicas are ready.</summary>
    public int ReadyReplicas { get; init; }

    /// <summary>The service account of its pods.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>How its pods get their IAM role; null where they have none of their own.</summary>
    public ServiceAccountRoleMode? Mode { get; init; }

    /// <summary>Its IAM role. Not called RoleArn, which would bind where another role is meant.</summary>
    public string? ControllerRoleArn { get; init; }

    /// <summary>The class of the Services that it takes.</summary>
    public string? LoadBalancerClass { get; init; }

    /// <summary>The IngressClasses that it takes.</summary>
    public IReadOnlyList<string> IngressClasses { get; init; } = [];

    /// <summary>The one namespace that it looks at; null for all.</summary>
    public string? WatchNamespace { get; init; }

    /// <summary>Whether new Services of type LoadBalancer that name no class become its own.</summary>
    public bool TakesNewServices { get; init; }

    /// <summary>Its webhooks.</summary>
    public IReadOnlyList<EksLoadBalancerWebhook> Webhooks { get; init; } = [];

    /// <summary>Whether it does its work.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>How it is, in sentences.</summary>
    public required IReadOnlyList<string> Health { get; init; }

    /// <summary>Controller and version.</summary>
    public override string ToString() => Version is null ? $"{Controller}" : $"{Controller} {Version}";
}

/// <summary>A webhook of a controller, which the API server asks when objects are written.</summary>
public sealed record EksLoadBalancerWebhook
{
    /// <summary>Its name, such as <c>mservice.elbv2.k8s.aws</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The configuration that it stands in.</summary>
    public required string Configuration { get; init; }

    /// <summary>Whether it changes objects; otherwise it only refuses some.</summary>
    public required bool IsMutating { get; init; }

    /// <summary>Fail or Ignore: what becomes of a write when nobody answers.</summary>
    public required string FailurePolicy { get; init; }

    /// <summary>What it is asked for, such as <c>CREATE services</c>.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>The Service behind it, as NAMESPACE/NAME.</summary>
    public required string Service { get; init; }

    /// <summary>How many ready pods that Service has.</summary>
    public required int ReadyEndpoints { get; init; }

    /// <summary>Whether the writes that it is asked for fail now.</summary>
    public bool IsBlocking => FailurePolicy == "Fail" && ReadyEndpoints == 0;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
