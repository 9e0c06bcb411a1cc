using System.Collections;
using System.Management.Automation;
using EksTools.Completion;
using EksTools.Connections;
using EksTools.LoadBalancing;
using EksTools.Pipeline;

namespace EksTools.Commands;

/// <summary>Sets load balancer annotations of Services and Ingresses, in a cluster or in manifests, as the controller at hand understands them.</summary>
[Cmdlet(VerbsCommon.Set, "EksLoadBalancerAnnotation", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(EksLoadBalancerAnnotationChange), typeof(string))]
public sealed class SetEksLoadBalancerAnnotationCommand : AnnotationEditCmdlet
{
    /// <summary>The kind of load balancer, which chooses the controller.</summary>
    [Parameter]
    [ValidateSet("clb", "nlb", "external", "nlb-ip")]
    public string? Type { get; set; }

    /// <summary>Nodes or pods.</summary>
    [Parameter]
    [ValidateSet("instance", "ip")]
    public string? TargetType { get; set; }

    /// <summary>Whom it faces.</summary>
    [Parameter]
    [ValidateSet("internal", "internet-facing")]
    public string? Scheme { get; set; }

    /// <summary>The load balancer's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LoadBalancerName { get; set; }

    /// <summary>Its addresses.</summary>
    [Parameter]
    [ValidateSet("ipv4", "dualstack", "dualstack-without-public-ipv4")]
    public string? IpAddressType { get; set; }

    /// <summary>Certificates.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SslCertificateArn { get; set; }

    /// <summary>Ports with TLS.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SslPort { get; set; }

    /// <summary>A security policy.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SslPolicyCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SslPolicy { get; set; }

    /// <summary>What the pods speak.</summary>
    [Parameter]
    [ValidateSet("http", "https", "ssl", "tcp")]
    public string? BackendProtocol { get; set; }

    /// <summary>The proxy protocol.</summary>
    [Parameter]
    public SwitchParameter ProxyProtocol { get; set; }

    /// <summary>From where clients may come.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SourceRange { get; set; }

    /// <summary>Subnets.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Subnet { get; set; }

    /// <summary>Elastic IP addresses.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EipAllocation { get; set; }

    /// <summary>Private addresses.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PrivateIpv4Address { get; set; }

    /// <summary>Security groups.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SecurityGroup { get; set; }

    /// <summary>How targets are asked.</summary>
    [Parameter]
    [ValidateSet("tcp", "http", "https")]
    public string? HealthCheckProtocol { get; set; }

    /// <summary>Where targets are asked.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthCheckPort { get; set; }

    /// <summary>What targets are asked for.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthCheckPath { get; set; }

    /// <summary>Seconds between checks.</summary>
    [Parameter]
    [ValidateRange(5, 300)]
    public int HealthCheckInterval { get; set; }

    /// <summary>Seconds until a check has failed.</summary>
    [Parameter]
    [ValidateRange(2, 120)]
    public int HealthCheckTimeout { get; set; }

    /// <summary>Successes until healthy.</summary>
    [Parameter]
    [ValidateRange(2, 10)]
    public int HealthCheckHealthyThreshold { get; set; }

    /// <summary>Failures until unhealthy.</summary>
    [Parameter]
    [ValidateRange(2, 10)]
    public int HealthCheckUnhealthyThreshold { get; set; }

    /// <summary>Status codes of success.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthCheckSuccessCode { get; set; }

    /// <summary>Balance over zones.</summary>
    [Parameter]
    public SwitchParameter CrossZone { get; set; }

    /// <summary>Seconds until an idle connection is closed.</summary>
    [Parameter]
    [ValidateRange(1, 6000)]
    public int IdleTimeout { get; set; }

    /// <summary>Write access logs.</summary>
    [Parameter]
    public SwitchParameter AccessLog { get; set; }

    /// <summary>The bucket of access logs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessLogBucket { get; set; }

    /// <summary>The prefix in the bucket.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessLogPrefix { get; set; }

    /// <summary>Protect from deletion.</summary>
    [Parameter]
    public SwitchParameter DeletionProtection { get; set; }

    /// <summary>Attributes of the load balancer.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Attribute { get; set; }

    /// <summary>Attributes of the target groups.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? TargetGroupAttribute { get; set; }

    /// <summary>AWS tags.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Tag { get; set; }

    /// <summary>Annotations by key.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Annotation { get; set; }

    /// <summary>Who takes the objects.</summary>
    [Parameter]
    [ValidateSingleValue]
    public EksLoadBalancerControllerKind? Controller { get; set; }

    /// <summary>Do what replaces a load balancer, or what the controller passes over.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Do not look at AWS.</summary>
    [Parameter]
    public SwitchParameter SkipResourceCheck { get; set; }

    internal override EksLoadBalancerControllerKind? SaidController => Controller;

    internal override LoadBalancerAnnotationEdit Edit => new()
    {
        Annotations = Texts(Annotation) ?? new Dictionary<string, string>(),
        Force = Force,
        ChecksResources = !SkipResourceCheck,
        Settings = new LoadBalancerSettings
        {
            Type = Type,
            TargetType = TargetType,
            Scheme = Scheme,
            LoadBalancerName = LoadBalancerName,
            IpAddressType = IpAddressType,
            SslCertificateArn = SslCertificateArn,
            SslPort = SslPort,
            SslPolicy = SslPolicy,
            BackendProtocol = BackendProtocol,
            ProxyProtocol = Said(nameof(ProxyProtocol), ProxyProtocol),
            SourceRange = SourceRange,
            Subnet = Subnet,
            EipAllocation = EipAllocation,
            PrivateIpv4Address = PrivateIpv4Address,
            SecurityGroup = SecurityGroup,
            HealthCheckProtocol = HealthCheckProtocol,
            HealthCheckPort = HealthCheckPort,
            HealthCheckPath = HealthCheckPath,
            HealthCheckInterval = Said(nameof(HealthCheckInterval), HealthCheckInterval),
            HealthCheckTimeout = Said(nameof(HealthCheckTimeout), HealthCheckTimeout),
            HealthCheckHealthyThreshold = Said(nameof(HealthCheckHealthyThreshold), HealthCheckHealthyThreshold),
            HealthCheckUnhealthyThreshold = Said(nameof(HealthCheckUnhealthyThreshold), HealthCheckUnhealthyThreshold),
            HealthCheckSuccessCode = HealthCheckSuccessCode,
            CrossZone = Said(nameof(CrossZone), CrossZone),
            IdleTimeout = Said(nameof(IdleTimeout), IdleTimeout),
            AccessLog = Said(nameof(AccessLog), AccessLog) ?? (AccessLogBucket is null ? null : true),
            AccessLogBucket = AccessLogBucket,
            AccessLogPrefix = AccessLogPrefix,
            DeletionProtection = Said(nameof(DeletionProtection), DeletionProtection),
            Attribute = Texts(Attribute),
            TargetGroupAttribute = Texts(TargetGroupAttribute),
            Tag = Texts(Tag),
        },
    };

    private protected override string Verb => "Set";

    private bool? Said(string name, SwitchParameter value) => MyInvocation.BoundParameters.ContainsKey(name) ? value.ToBool() : null;

    private int? Said(string name, int value) => MyInvocation.BoundParameters.ContainsKey(name) ? value : null;

    /// <summary>Pairs as text; what is true or false in PowerShell is so in an annotation.</summary>
    private static Dictionary<string, string>? Texts(Hashtable? pairs) =>
        pairs?.Cast<DictionaryEntry>().ToDictionary(static pair => $"{pair.Key}", static pair => pair.Value switch
        {
            PSObject { BaseObject: bool truth } => truth ? "true" : "false",
            bool truth => truth ? "true" : "false",
            object[] items => string.Join(',', items),
            var other => $"{other}",
        }, StringComparer.Ordinal);
}
