using EksTools.Findings;

namespace EksTools.LoadBalancing;

/// <summary>A load balancer annotation as it stands on an object.</summary>
public sealed record EksLoadBalancerAnnotation
{
    /// <summary>The cluster; empty for an object of a manifest.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The cluster's region; empty for an object of a manifest.</summary>
    public required string Region { get; init; }

    /// <summary>The manifest; null for an object of a cluster.</summary>
    public string? Path { get; init; }

    /// <summary>The line in the manifest, from 1; null for an object of a cluster.</summary>
    public int? Line { get; init; }

    /// <summary>Service or Ingress.</summary>
    public required string Kind { get; init; }

    /// <summary>The namespace; null where a manifest leaves it open.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    /// <summary>The whole key.</summary>
    public required string Annotation { get; init; }

    /// <summary>Its value.</summary>
    public required string Value { get; init; }

    /// <summary>Who takes the object; null where nobody does or it cannot be told.</summary>
    public EksLoadBalancerControllerKind? Controller { get; init; }

    /// <summary>What that controller makes of the annotation; null where the controller cannot be told or the annotation is not known.</summary>
    public EksAnnotationSupport? Support { get; init; }

    /// <summary>The key.</summary>
    public override string ToString() => Annotation;
}

/// <summary>Something that is wrong with the annotations of a Service or an Ingress, or with the manifest that they stand in.</summary>
public sealed record EksLoadBalancerAnnotationFinding : EksFinding
{
    /// <summary>The manifest; null for an object of a cluster.</summary>
    public string? Path { get; init; }

    /// <summary>The line in the manifest, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The column in the manifest, from 1.</summary>
    public int? Column { get; init; }

    /// <summary>Service or Ingress; null where a finding is about a whole file.</summary>
    public string? Kind { get; init; }

    /// <summary>The namespace; null where a manifest leaves it open.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>The annotation; null where a finding is about the object.</summary>
    public string? Annotation { get; init; }

    /// <summary>Whose rules it breaks; null where all agree or the controller cannot be told.</summary>
    public EksLoadBalancerControllerKind? Controller { get; init; }
}
