using EksTools.Errors;

namespace EksTools.LoadBalancing;

/// <summary>What to do with annotations.</summary>
public sealed record LoadBalancerAnnotationEdit
{
    /// <summary>What people want of a load balancer; written as the annotations that the controller understands.</summary>
    public LoadBalancerSettings Settings { get; init; } = new();

    /// <summary>Annotations by key, whole or without their prefix.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Keys to take away, whole, without their prefix or as patterns.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>The controller to translate for; null for no translation.</summary>
    public EksLoadBalancerControllerKind? ConvertTo { get; init; }

    /// <summary>Do what replaces a load balancer, or what the controller ignores.</summary>
    public bool Force { get; init; }

    /// <summary>Hold what the annotations name in AWS against what is there: certificates, addresses, subnets, security groups. In a cluster alone.</summary>
    public bool ChecksResources { get; init; }
}

/// <summary>What becomes of one annotation, or of a field of spec that says the same for another controller.</summary>
/// <param name="Annotation">The key, or the path of the field, such as spec.loadBalancerClass.</param>
/// <param name="Before">The former value; null where it was not there.</param>
/// <param name="After">The new value; null where it is taken away.</param>
/// <param name="Reason">Why, where that is not plain.</param>
public sealed record EksLoadBalancerAnnotationDifference(string Annotation, string? Before, string? After, string? Reason = null)
{
    /// <summary>The change in a line.</summary>
    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"+ {Annotation}: {After}",
        (_, null) => $"- {Annotation}: {Before}",
        _ => $"{Annotation}: {Before} -> {After}",
    };
}

/// <summary>What is done, or would be, to one object.</summary>
public sealed record EksLoadBalancerAnnotationChange
{
    /// <summary>The cluster; empty for an object of a manifest.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region; empty for an object of a manifest.</summary>
    public required string Region { get; init; }

    /// <summary>The manifest; null for an object of a cluster.</summary>
    public string? Path { get; init; }

    /// <summary>Service or Ingress.</summary>
    public required string Kind { get; init; }

    /// <summary>The namespace; null where a manifest leaves it open.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    /// <summary>For whom the annotations are written; null where it cannot be told.</summary>
    public EksLoadBalancerControllerKind? Controller { get; init; }

    /// <summary>What changes; none where everything is so already.</summary>
    public IReadOnlyList<EksLoadBalancerAnnotationDifference> Changes { get; init; } = [];

    /// <summary>What comes of it, and what has no counterpart at the other controller.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>True when a new load balancer with another DNS name takes the place of the one there is.</summary>
    public bool ReplacesLoadBalancer { get; init; }

    /// <summary>The object, in a few words.</summary>
    public override string ToString() => $"{Kind} {(Namespace is null ? string.Empty : Namespace + "/")}{Name}";
}

/// <summary>What an edit makes of manifests or of a cluster, before anything is written.</summary>
public sealed record LoadBalancerAnnotationPlan
{
    /// <summary>One for each file or text that changes or was asked for.</summary>
    public IReadOnlyList<LoadBalancerManifestChange> Manifests { get; init; } = [];

    /// <summary>One for each object of a cluster.</summary>
    public IReadOnlyList<EksLoadBalancerAnnotationChange> Objects { get; init; } = [];

    /// <summary>What could not be done, each with the object that it is about.</summary>
    public IReadOnlyList<EksToolsException> Failures { get; init; } = [];
}

/// <summary>A manifest before and after an edit.</summary>
public sealed record LoadBalancerManifestChange
{
    /// <summary>The file; null for a text.</summary>
    public string? Path { get; init; }

    /// <summary>The text that was read.</summary>
    public required string Before { get; init; }

    /// <summary>The text as it is to be.</summary>
    public required string After { get; init; }

    /// <summary>The lines that change, as a unified diff; empty when none does.</summary>
    public required string Difference { get; init; }

    /// <summary>What changes in which object.</summary>
    public required IReadOnlyList<EksLoadBalancerAnnotationChange> Objects { get; init; }
}
