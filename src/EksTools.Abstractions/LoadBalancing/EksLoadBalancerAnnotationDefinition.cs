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

/// <summary>What a controller makes of an annotation.</summary>
public enum EksAnnotationSupport
{
    /// <summary>It does what it says.</summary>
    Honoured,

    /// <summary>It does a part of what it says, or under conditions.</summary>
    Partly,

    /// <summary>It is not looked at, and nothing says so.</summary>
    Ignored,

    /// <summary>It fails, or the documentation calls it not supported.</summary>
    Refused,

    /// <summary>Neither code nor documentation tells.</summary>
    Undocumented,
}

/// <summary>What becomes of a load balancer when an annotation is changed later.</summary>
public enum EksAnnotationChangeEffect
{
    /// <summary>The load balancer is changed where it stands.</summary>
    InPlace,

    /// <summary>Another load balancer takes its place, with a new DNS name.</summary>
    Replaces,

    /// <summary>Nothing: it counts when the load balancer is created.</summary>
    NoEffect,

    /// <summary>The controller fails, or the former load balancer is left behind.</summary>
    Refused,
}

/// <summary>One annotation that a load balancer controller knows: what it takes, who honours it, and what it needs.</summary>
public sealed record EksLoadBalancerAnnotationDefinition
{
    /// <summary>The whole key. A part in braces stands for a port, a protocol or a name.</summary>
    public required string Annotation { get; init; }

    /// <summary>The kinds of object it belongs on: Service, Ingress or Pod.</summary>
    public required IReadOnlyList<string> AppliesTo { get; init; }

    /// <summary>Boolean, Integer, Text, Choice, List, Map, Port or Json.</summary>
    public required string ValueType { get; init; }

    /// <summary>What it may be, in a few words.</summary>
    public required string Values { get; init; }

    /// <summary>Words that it may be; none where it is free.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What the cloud provider makes of it for a Classic Load Balancer.</summary>
    public EksAnnotationSupport Classic { get; init; }

    /// <summary>What the cloud provider makes of it for a Network Load Balancer.</summary>
    public EksAnnotationSupport Network { get; init; }

    /// <summary>What the AWS Load Balancer Controller makes of it.</summary>
    public EksAnnotationSupport Lbc { get; init; }

    /// <summary>What EKS Auto Mode makes of it.</summary>
    public EksAnnotationSupport AutoMode { get; init; }

    /// <summary>What holds where it is not there, by Classic, Network, Lbc and AutoMode.</summary>
    public IReadOnlyDictionary<string, string> Defaults { get; init; } = new Dictionary<string, string>();

    /// <summary>What becomes of the load balancer when it is changed later.</summary>
    public EksAnnotationChangeEffect ChangeEffect { get; init; }

    /// <summary>The annotation that has taken its place; null where it is current.</summary>
    public string? Successor { get; init; }

    /// <summary>What it needs besides.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>What it cannot be together with.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>What else to know, and where sources disagree.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The key.</summary>
    public override string ToString() => Annotation;
}
