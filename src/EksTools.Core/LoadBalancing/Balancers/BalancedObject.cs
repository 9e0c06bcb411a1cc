using EksTools.Core.LoadBalancing.Annotations;
using EksTools.Core.LoadBalancing.Controllers;
using k8s.Models;

namespace EksTools.Core.LoadBalancing.Balancers;

/// <summary>A Service or an Ingress of a cluster with what the API server says of its load balancer.</summary>
/// <param name="Object">What it asks for.</param>
/// <param name="Uid">Its uid, by which events name it.</param>
/// <param name="IsDeleting">Whether it is being deleted.</param>
/// <param name="Finalizers">What holds its deletion.</param>
internal sealed record BalancedObject(LoadBalancedObject Object, string Uid, bool IsDeleting, IReadOnlyList<string> Finalizers)
{
    private const string Prefix = "service.beta.kubernetes.io/aws-load-balancer-", IngressPrefix = "alb.ingress.kubernetes.io/", InterfacePrefix = "ELB ";

    // Of the legacy cloud provider, of the AWS Load Balancer Controller, and of EKS Auto Mode; groups of Ingresses have a finalizer each.
    private static readonly string[] Domains = ["service.kubernetes.io/load-balancer-cleanup", "service.k8s.aws/", "ingress.k8s.aws/", "group.ingress.k8s.aws/", "service.eks.amazonaws.com/", "ingress.eks.amazonaws.com/", "group.ingress.eks.amazonaws.com/"];

    /// <summary>Where the load balancers are; none when none was made yet.</summary>
    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>The finalizers of controllers, which keep it from being deleted before its load balancer is.</summary>
    public IEnumerable<string> ControllerFinalizers => Finalizers.Where(static finalizer => Domains.Any(domain => finalizer.StartsWith(domain, StringComparison.Ordinal)));

    /// <summary>Whether the AWS Load Balancer Controller, which people install and may take away, must let it go.</summary>
    public bool NeedsInstalledController => ControllerFinalizers.Any(static finalizer => finalizer.Contains(".k8s.aws/", StringComparison.Ordinal));

    /// <summary>As people name it.</summary>
    public string Title => $"{Object.Kind} {Object.Namespace}/{Object.Name}";

    public static BalancedObject Of(V1Service service) => new(
        new LoadBalancedObject
        {
            Kind = LoadBalancedObject.ServiceKind,
            Namespace = service.Metadata.NamespaceProperty,
            Name = service.Metadata.Name,
            Annotations = Read(service.Metadata),
            Hostname = service.Status?.LoadBalancer?.Ingress?.Select(static one => one.Hostname).FirstOrDefault(static name => !string.IsNullOrEmpty(name)),
            ResourceVersion = service.Metadata.ResourceVersion ?? string.Empty,
            Service = new ServiceSpec
            {
                Type = service.Spec?.Type ?? "ClusterIP",
                LoadBalancerClass = service.Spec?.LoadBalancerClass,
                Ports = [.. (service.Spec?.Ports ?? []).Select(static port => new ServicePort(port.Name, port.Port, port.Protocol ?? "TCP", port.NodePort ?? 0))],
            },
        },
        service.Metadata.Uid,
        service.Metadata.DeletionTimestamp is not null,
        [.. service.Metadata.Finalizers ?? []])
    {
        Hostnames = [.. (service.Status?.LoadBalancer?.Ingress ?? []).Select(static one => one.Hostname).Where(static name => !string.IsNullOrEmpty(name))],
    };

    public static BalancedObject Of(V1Ingress ingress) => new(
        new LoadBalancedObject
        {
            Kind = LoadBalancedObject.IngressKind,
            Namespace = ingress.Metadata.NamespaceProperty,
            Name = ingress.Metadata.Name,
            Annotations = Read(ingress.Metadata),
            Hostname = ingress.Status?.LoadBalancer?.Ingress?.Select(static one => one.Hostname).FirstOrDefault(static name => !string.IsNullOrEmpty(name)),
            ResourceVersion = ingress.Metadata.ResourceVersion ?? string.Empty,
            Ingress = new IngressSpec { ClassName = ingress.Spec?.IngressClassName, HasTls = ingress.Spec?.Tls is { Count: > 0 } },
        },
        ingress.Metadata.Uid,
        ingress.Metadata.DeletionTimestamp is not null,
        [.. ingress.Metadata.Finalizers ?? []])
    {
        Hostnames = [.. (ingress.Status?.LoadBalancer?.Ingress ?? []).Select(static one => one.Hostname).Where(static name => !string.IsNullOrEmpty(name))],
    };

    /// <summary>Whether an interface that Elastic Load Balancing made is of this one's load balancer: "ELB NAME", "ELB app/NAME/ID" or "ELB net/NAME/ID".</summary>
    public bool Holds(string? description)
    {
        string[] parts = description?.StartsWith(InterfacePrefix, StringComparison.Ordinal) == true ? description[InterfacePrefix.Length..].Split('/') : [];
        string? balancer = parts.Length switch { 1 => parts[0], 3 => parts[1], _ => null };
        return balancer is not null && Hostnames.Any(host => host.StartsWith(balancer + "-", StringComparison.OrdinalIgnoreCase) || host.StartsWith($"internal-{balancer}-", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>classic, network or application, by who takes it.</summary>
    public string? Type(ControllerDecision decision) => decision.Reader switch
    {
        AnnotationReader.Classic => "classic",
        AnnotationReader.Network => "network",
        null => null,
        _ => Object.IsService ? "network" : "application",
    };

    /// <summary>What the annotations say, or the controller's default.</summary>
    public string? Scheme(ControllerDecision decision)
    {
        if (Setting("scheme") is { } said)
        {
            return said;
        }

        bool classic = decision.Reader is AnnotationReader.Classic or AnnotationReader.Network;
        return Object.Value(Prefix + "internal") is { } inner
            ? (classic ? inner is not ("" or "false") : GoTrue(inner)) ? "internal" : "internet-facing"
            : decision.Reader is null ? null : classic ? "internet-facing" : "internal";
    }

    /// <summary>instance or ip, as the annotations say, or the default.</summary>
    public string? TargetType(ControllerDecision decision) => decision.Reader switch
    {
        null => null,
        AnnotationReader.Classic or AnnotationReader.Network => "instance",
        _ => Object.Value(Object.IsService ? Prefix + "nlb-target-type" : IngressPrefix + "target-type") ?? (Object.Value(Prefix + "type") == "nlb-ip" ? "ip" : "instance"),
    };

    /// <summary>What it asks for: the ports of a Service; of an Ingress those of its listeners where the annotation does not say.</summary>
    public IReadOnlyList<string> Ports => Object.Service is { } service ? [.. service.Ports.Select(static port => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{port.Number}/{port.Protocol}"))]
        : Object.Value(IngressPrefix + "listen-ports") is not null ? []
        : Certificates.Count > 0 ? ["443/HTTPS"] : ["80/HTTP"];

    /// <summary>The certificates that annotations name.</summary>
    public IReadOnlyList<string> Certificates => [.. (Object.Value(Object.IsService ? Prefix + "ssl-cert" : IngressPrefix + "certificate-arn") ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private string? Setting(string suffix) => Object.Value(Object.IsService ? Prefix + suffix : IngressPrefix + suffix);

    private static bool GoTrue(string value) => value is "1" or "t" or "T" or "TRUE" or "true" or "True";

    private static Dictionary<string, AnnotationEntry> Read(V1ObjectMeta metadata) =>
        (metadata.Annotations ?? new Dictionary<string, string>()).ToDictionary(static pair => pair.Key, static pair => new AnnotationEntry(pair.Value ?? string.Empty), StringComparer.Ordinal);
}
