namespace EksTools.LoadBalancing;

/// <summary>Which load balancers are wanted.</summary>
public sealed record LoadBalancerQuery
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Service or Ingress; both when null.</summary>
    public string? Kind { get; init; }

    /// <summary>The namespace; every one when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether an object of this name is wanted; every one when null.</summary>
    public Func<string, bool>? Match { get; init; }

    /// <summary>Those too that carry the cluster's tags in AWS and belong to no Service or Ingress any more.</summary>
    public bool Orphaned { get; init; }
}

/// <summary>How a load balancer is.</summary>
public enum EksLoadBalancerState
{
    /// <summary>It does its work, as far as AWS says; or, where AWS was not asked, it has a name.</summary>
    Active,

    /// <summary>AWS is making it.</summary>
    Provisioning,

    /// <summary>Its controller has not made it yet, and has said nothing against it.</summary>
    Pending,

    /// <summary>Its controller fails, or AWS does.</summary>
    Failed,

    /// <summary>It has a name, and AWS knows no load balancer of that name.</summary>
    Missing,

    /// <summary>Its object is being deleted.</summary>
    Deleting,

    /// <summary>No controller of AWS takes its object.</summary>
    Unclaimed,

    /// <summary>It is in AWS with the cluster's tags, and its object is not in the cluster.</summary>
    Orphaned,
}

/// <summary>A Service or an Ingress with the load balancer that it has, or should have.</summary>
public sealed record EksLoadBalancer
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region.</summary>
    public required string Region { get; init; }

    /// <summary>Service or Ingress; for an orphaned one as far as its tags say.</summary>
    public string? Kind { get; init; }

    /// <summary>The object's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>Who takes the object; null where none of AWS's controllers does.</summary>
    public EksLoadBalancerControllerKind? Controller { get; init; }

    /// <summary>Why that one, or why none.</summary>
    public required string ControllerReason { get; init; }

    /// <summary>classic, network or application; null where that cannot be told yet.</summary>
    public string? Type { get; init; }

    /// <summary>internal or internet-facing; null where that cannot be told yet.</summary>
    public string? Scheme { get; init; }

    /// <summary>instance or ip; null where that cannot be told yet.</summary>
    public string? TargetType { get; init; }

    /// <summary>The DNS name; null until there is one.</summary>
    public string? Hostname { get; init; }

    /// <summary>The load balancer's ARN; null for a classic one, and where AWS was not asked.</summary>
    public string? LoadBalancerArn { get; init; }

    /// <summary>Its name in AWS.</summary>
    public string? LoadBalancerName { get; init; }

    /// <summary>Where it listens, such as <c>443/TLS</c>; what the object asks for, where AWS was not asked.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>The ARNs of its certificates.</summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    /// <summary>Its availability zones.</summary>
    public IReadOnlyList<string> AvailabilityZones { get; init; } = [];

    /// <summary>Its security groups.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary>How many targets it has; null where AWS was not asked.</summary>
    public int? Targets { get; init; }

    /// <summary>How many of them are healthy; null where AWS was not asked.</summary>
    public int? HealthyTargets { get; init; }

    /// <summary>How it is.</summary>
    public required EksLoadBalancerState State { get; init; }

    /// <summary>What is wrong, in plain words; null for nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>What the controllers said of the object, the latest first.</summary>
    public IReadOnlyList<EksLoadBalancerEvent> Events { get; init; } = [];

    /// <summary>The object in a few words.</summary>
    public override string ToString() => Kind is null ? LoadBalancerName ?? Hostname ?? string.Empty : $"{Kind} {Namespace}/{Name}";
}

/// <summary>What a controller said of an object.</summary>
public sealed record EksLoadBalancerEvent
{
    /// <summary>When it was said last.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether it is a complaint.</summary>
    public required bool IsWarning { get; init; }

    /// <summary>The controller's word for it, such as <c>FailedBuildModel</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What it said.</summary>
    public required string Message { get; init; }

    /// <summary>What that means and what to do; null where the message says it itself.</summary>
    public string? Explanation { get; init; }

    /// <summary>How often it was said.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The explanation, or what was said.</summary>
    public override string ToString() => Explanation ?? Message;
}
