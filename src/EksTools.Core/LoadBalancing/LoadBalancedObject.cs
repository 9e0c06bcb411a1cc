namespace EksTools.Core.LoadBalancing;

/// <summary>A Service or an Ingress, as far as load balancers are concerned.</summary>
internal sealed record LoadBalancedObject
{
    public const string ServiceKind = "Service";
    public const string IngressKind = "Ingress";

    /// <summary>Service or Ingress.</summary>
    public required string Kind { get; init; }

    /// <summary>The namespace; null where a manifest leaves it open.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name; empty where a manifest leaves it open.</summary>
    public required string Name { get; init; }

    /// <summary>All annotations, whoever they are for.</summary>
    public IReadOnlyDictionary<string, AnnotationEntry> Annotations { get; init; } = new Dictionary<string, AnnotationEntry>();

    /// <summary>What a Service asks for; null for an Ingress, and for a patch that has no spec.</summary>
    public ServiceSpec? Service { get; init; }

    /// <summary>What an Ingress asks for; null for a Service, and for a patch that has no spec.</summary>
    public IngressSpec? Ingress { get; init; }

    /// <summary>The DNS name of the load balancer that there is; null where there is none, and in manifests.</summary>
    public string? Hostname { get; init; }

    /// <summary>The version in the cluster; null in manifests.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Where it stands; null for an object of a cluster.</summary>
    public ManifestPlace? Place { get; init; }

    /// <summary>What an object that is being deleted waits for; null for one that is not.</summary>
    public IReadOnlyList<string>? LeavingFinalizers { get; init; }

    /// <summary>Whether it comes from a cluster, where it was admitted long ago.</summary>
    public bool IsLive => ResourceVersion is not null;

    public bool IsService => Kind == ServiceKind;

    /// <summary>The value of an annotation; null when it is not there.</summary>
    public string? Value(string key) => Annotations.GetValueOrDefault(key)?.Value;

    /// <summary>The object in a few words.</summary>
    public override string ToString() => $"{Kind} {(Namespace is null ? string.Empty : Namespace + "/")}{Name}";
}

/// <summary>An annotation's value, and where it stands.</summary>
/// <param name="Value">The value; what is not text in a manifest stands here as it is written.</param>
/// <param name="Line">The line, from 1; 0 for an object of a cluster.</param>
/// <param name="Column">The column, from 1; 0 for an object of a cluster.</param>
/// <param name="Fault">What the API server takes amiss, such as a number where text must be; null for nothing.</param>
/// <param name="IsInherited">Whether it comes by a YAML merge key from elsewhere.</param>
internal sealed record AnnotationEntry(string Value, int Line = 0, int Column = 0, string? Fault = null, bool IsInherited = false);

/// <summary>Where an object stands.</summary>
/// <param name="Path">The file; null for a text.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal sealed record ManifestPlace(string? Path, int Line, int Column);

/// <summary>The fields of a Service's spec that load balancer controllers look at.</summary>
internal sealed record ServiceSpec
{
    public const string LoadBalancer = "LoadBalancer";

    public string Type { get; init; } = "ClusterIP";

    public string? LoadBalancerClass { get; init; }

    public IReadOnlyList<ServicePort> Ports { get; init; } = [];

    public bool IsLocal { get; init; }

    public IReadOnlyList<string> SourceRanges { get; init; } = [];

    public string? SessionAffinity { get; init; }

    public bool HasIpv6 { get; init; }

    public bool AllocatesNodePorts { get; init; } = true;

    public string? LoadBalancerIp { get; init; }
}

/// <summary>A port of a Service.</summary>
/// <param name="Name">Its name; null for none.</param>
/// <param name="Number">Its number.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="NodePort">The port on nodes; 0 where there is none yet.</param>
/// <param name="TargetPort">A number or name; null where it is the port itself.</param>
internal sealed record ServicePort(string? Name, int Number, string Protocol = "TCP", int NodePort = 0, string? TargetPort = null)
{
    /// <summary>Whether a number or a name means this port.</summary>
    public bool Is(string word) => word == Name || word == Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The fields of an Ingress's spec that load balancer controllers look at.</summary>
internal sealed record IngressSpec
{
    public string? ClassName { get; init; }

    public IReadOnlyList<IngressBackend> Backends { get; init; } = [];

    public bool HasTls { get; init; }
}

/// <summary>Where a rule of an Ingress leads.</summary>
/// <param name="Service">The name of a Service, or of an action.</param>
/// <param name="PortName">The name of its port; use-annotation for an action. Null where a number is said.</param>
internal sealed record IngressBackend(string Service, string? PortName)
{
    public const string UseAnnotation = "use-annotation";

    public bool IsAction => PortName == UseAnnotation;
}
