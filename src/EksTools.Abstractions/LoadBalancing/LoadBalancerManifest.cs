namespace EksTools.LoadBalancing;

/// <summary>Manifests to look at: files, folders or a text.</summary>
public sealed record LoadBalancerManifestSource
{
    /// <summary>A file, or a folder whose *.yaml, *.yml and *.json are looked at with those of its folders. Null for a text.</summary>
    public string? Path { get; init; }

    /// <summary>YAML or JSON. Null for a file.</summary>
    public string? Text { get; init; }
}

/// <summary>Which objects, and what is known of who takes them.</summary>
public sealed record LoadBalancerScope
{
    /// <summary>Service or Ingress; null for both.</summary>
    public string? Kind { get; init; }

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Names, or patterns with * and ?; all when none is given.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Who takes the objects, where that is known better than it can be found out.</summary>
    public EksLoadBalancerControllerKind? Controller { get; init; }

    /// <summary>The region of the cluster that manifests are for: certificates of another are wrong. Null where it is open.</summary>
    public string? Region { get; init; }
}
