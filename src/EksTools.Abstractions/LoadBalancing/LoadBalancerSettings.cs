namespace EksTools.LoadBalancing;

/// <summary>What people want of a load balancer, whichever controller makes it. What is null stays as it is.</summary>
public sealed record LoadBalancerSettings
{
    /// <summary>clb, nlb, external or nlb-ip: the annotation aws-load-balancer-type.</summary>
    public string? Type { get; init; }

    /// <summary>instance or ip.</summary>
    public string? TargetType { get; init; }

    /// <summary>internal or internet-facing.</summary>
    public string? Scheme { get; init; }

    /// <summary>The load balancer's name, at most 32 characters.</summary>
    public string? LoadBalancerName { get; init; }

    /// <summary>ipv4, dualstack, or for an Ingress dualstack-without-public-ipv4.</summary>
    public string? IpAddressType { get; init; }

    /// <summary>ARNs of certificates; the first is the default.</summary>
    public IReadOnlyList<string>? SslCertificateArn { get; init; }

    /// <summary>Numbers or names of ports with TLS, or * for all.</summary>
    public IReadOnlyList<string>? SslPort { get; init; }

    /// <summary>The name of a security policy.</summary>
    public string? SslPolicy { get; init; }

    /// <summary>What the pods speak.</summary>
    public string? BackendProtocol { get; init; }

    /// <summary>Whether targets are told the client's address by the proxy protocol.</summary>
    public bool? ProxyProtocol { get; init; }

    /// <summary>From where clients may come: CIDRs.</summary>
    public IReadOnlyList<string>? SourceRange { get; init; }

    /// <summary>Ids or Name tags of subnets.</summary>
    public IReadOnlyList<string>? Subnet { get; init; }

    /// <summary>Allocation ids of Elastic IP addresses, one for each subnet.</summary>
    public IReadOnlyList<string>? EipAllocation { get; init; }

    /// <summary>Private IPv4 addresses, one for each subnet.</summary>
    public IReadOnlyList<string>? PrivateIpv4Address { get; init; }

    /// <summary>Security groups in place of the controller's own.</summary>
    public IReadOnlyList<string>? SecurityGroup { get; init; }

    /// <summary>tcp, http or https.</summary>
    public string? HealthCheckProtocol { get; init; }

    /// <summary>A number, the name of a port, or traffic-port.</summary>
    public string? HealthCheckPort { get; init; }

    /// <summary>The path that is asked for.</summary>
    public string? HealthCheckPath { get; init; }

    /// <summary>Seconds between checks.</summary>
    public int? HealthCheckInterval { get; init; }

    /// <summary>Seconds until a check has failed.</summary>
    public int? HealthCheckTimeout { get; init; }

    /// <summary>Successes until a target is healthy.</summary>
    public int? HealthCheckHealthyThreshold { get; init; }

    /// <summary>Failures until a target is unhealthy.</summary>
    public int? HealthCheckUnhealthyThreshold { get; init; }

    /// <summary>Status codes that mean success, such as 200-399.</summary>
    public string? HealthCheckSuccessCode { get; init; }

    /// <summary>Whether each zone's addresses reach the targets of all zones.</summary>
    public bool? CrossZone { get; init; }

    /// <summary>Seconds until an idle connection is closed.</summary>
    public int? IdleTimeout { get; init; }

    /// <summary>Whether access logs are written.</summary>
    public bool? AccessLog { get; init; }

    /// <summary>The S3 bucket of access logs.</summary>
    public string? AccessLogBucket { get; init; }

    /// <summary>The prefix within the bucket.</summary>
    public string? AccessLogPrefix { get; init; }

    /// <summary>Whether the load balancer is protected from deletion.</summary>
    public bool? DeletionProtection { get; init; }

    /// <summary>Attributes of the load balancer; they are added to those that the annotation has.</summary>
    public IReadOnlyDictionary<string, string>? Attribute { get; init; }

    /// <summary>Attributes of the target groups; they are added to those that the annotation has.</summary>
    public IReadOnlyDictionary<string, string>? TargetGroupAttribute { get; init; }

    /// <summary>AWS tags; they are added to those that the annotation has.</summary>
    public IReadOnlyDictionary<string, string>? Tag { get; init; }
}
